// One function on several threads at once; the caller is the first of them. The threads live as
// long as the call: a step that is worth splitting takes far longer than starting them.
#pragma once

#include <thread>
#include <vector>

namespace lockstep::exec {

/// Calls `work(w)` for w from 0 to threads - 1, each on its own thread. `work` must not throw.
template <class Work>
void run_crew(int threads, Work const& work) {
    std::vector<std::jthread> others;
    others.reserve(threads > 1 ? static_cast<std::size_t>(threads - 1) : 0);
    for (int w = 1; w < threads; ++w) others.emplace_back([&work, w] { work(w); });
    work(0);
}

}  // namespace lockstep::exec
