#include "host/base/interruption.h"

#include <pthread.h>
#include <unistd.h>

#include <mutex>
#include <utility>
#include <vector>

namespace lockstep {

namespace {

constexpr int own_signal = SIGUSR2;  // ends the thread that waits

struct reaction {
    std::mutex mutex;
    std::function<void()> stop;
    std::vector<void (*)()> tidying;
};
reaction& chosen() {
    static reaction only;
    return only;
}

[[noreturn]] void end_by(int caught) {
    for (auto const tidy_up : chosen().tidying) tidy_up();
    signal(caught, SIG_DFL);
    sigset_t it;
    sigemptyset(&it);
    sigaddset(&it, caught);
    pthread_sigmask(SIG_UNBLOCK, &it, nullptr);
    ::kill(::getpid(), caught);
    while (true) ::pause();
}

/// As nohup and shells leave signals to commands that are to outlive them. A signal that is blocked
/// would be waited for all the same.
bool is_ignored(int s) {
    struct sigaction now {};
    return ::sigaction(s, nullptr, &now) == 0 && now.sa_handler == SIG_IGN;
}

}  // namespace

interruption_watch::interruption_watch() {
    sigemptyset(&set_);
    sigaddset(&set_, own_signal);
    for (int const s : {SIGINT, SIGTERM, SIGHUP})
        if (!is_ignored(s)) sigaddset(&set_, s);
    pthread_sigmask(SIG_BLOCK, &set_, nullptr);
    thread_ = std::thread([this] { wait(); });
}

interruption_watch::~interruption_watch() {
    pthread_kill(thread_.native_handle(), own_signal);
    thread_.join();
}

void interruption_watch::wait() {
    while (true) {
        int caught = 0;
        sigwait(&set_, &caught);
        if (caught == own_signal) return;
        std::lock_guard const lock(chosen().mutex);
        if (!chosen().stop) end_by(caught);
        std::exchange(chosen().stop, nullptr)();
    }
}

on_interruption::on_interruption(std::function<void()> stop) {
    std::lock_guard const lock(chosen().mutex);
    chosen().stop = std::move(stop);
}

on_interruption::~on_interruption() {
    std::lock_guard const lock(chosen().mutex);
    chosen().stop = nullptr;
}

void before_interruption_ends_it(void (*tidy_up)()) {
    std::lock_guard const lock(chosen().mutex);
    chosen().tidying.push_back(tidy_up);
}

}  // namespace lockstep
