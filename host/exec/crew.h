// One function on several threads at once; the caller is the first of them. The threads live as
// long as the call: a step that is worth splitting takes far longer than starting them.
#pragma once

#include <atomic>
#include <system_error>
#include <thread>
#include <vector>

namespace lockstep::exec {

/// Calls `work(w)` for w from 0 to threads - 1, each on its own thread. `work` must not throw, and
/// its calls may wait for each other: none begins before all threads are there. Throws
/// std::system_error, having called nothing, when one cannot be started.
template <class Work>
void run_crew(int threads, Work const& work) {
    enum : int { wait, go, leave };
    std::atomic<int> word{wait};
    auto const say = [&word](int what) {
        word = what;
        word.notify_all();
    };
    std::vector<std::jthread> others;  // ends before `word`
    others.reserve(threads > 1 ? static_cast<std::size_t>(threads - 1) : 0);
    try {
        for (int w = 1; w < threads; ++w)
            others.emplace_back([&work, &word, w] {
                word.wait(wait);
                if (word == go) work(w);
            });
    } catch (std::system_error const& error) {
        say(leave);
        throw std::system_error(error.code(), "a thread cannot be started");
    } catch (...) {
        say(leave);
        throw;
    }
    say(go);
    work(0);
}

}  // namespace lockstep::exec
