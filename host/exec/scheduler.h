// Who executes and who validates next, after Block-STM (Gelashvili et al. 2023) with a rolling
// commit. Threads take the lowest piece of work there is, validation first.
//
// A wave is one pass of validation up the log. Whoever changes what later tasks may have read (a
// version on a new row, an execution thrown away) first makes the change, then opens a new wave at
// the task after itself. A task is committed, in log order, once it has passed a validation whose
// wave is not older than any wave opened by a task before it: then that validation began after the
// last change below it, and what it saw is final.
//
// Work is bounded. A task that has been thrown away `incarnations_max` times waits until all tasks
// before it are committed, and is then right by construction; and nobody executes further ahead of
// the committed tasks than a window, so that lists of versions stay short.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "host/exec/spin_lock.h"

namespace lockstep::exec {

class scheduler {
  public:
    static constexpr std::uint32_t incarnations_max = 8;
    static constexpr std::uint32_t window_per_thread = 64;

    enum class job_kind { none, execute, validate, done };
    struct job {
        job_kind kind = job_kind::none;
        std::uint32_t task = 0;
        std::uint32_t incarnation = 0;
        std::uint32_t wave = 0;
    };

    scheduler(std::size_t tasks, int threads)
        : count_(static_cast<std::uint32_t>(tasks)),
          window_(window_per_thread * static_cast<std::uint32_t>(threads)),
          states_(tasks) {}

    /// The most urgent work; waits until there is some, or all is done.
    job next() {
        for (int idle = 0;; ++idle) {
            commit_what_is_ready();
            std::uint32_t const committed = committed_.load();
            if (committed == count_) return {job_kind::done};
            std::uint64_t place = validation_.load();
            std::uint32_t const execution = execution_.load();
            job taken;
            if (index_of(place) < std::min(execution, count_)) {
                if (!validation_.compare_exchange_strong(place, place + 1)) continue;
                taken = begin_validation(index_of(place), wave_of(place));
            } else if (execution < std::min(count_, committed + window_)) {
                std::uint32_t const task = execution_.fetch_add(1);
                if (task < count_) taken = begin_execution(task);
            } else if (idle > 32) {
                std::this_thread::yield();
            }
            if (taken.kind != job_kind::none) return taken;
        }
    }

    /// The execution's versions are published. `install` is called with the task held: what it
    /// leaves behind may be read by validations.
    template <class Install>
    job finish_execution(std::uint32_t task, bool wrote_new_row, Install const& install) {
        state& s = states_[task];
        std::vector<std::uint32_t> waiting;
        job own_validation;
        {
            std::lock_guard const guard(s.lock);
            install();
            s.now = status::executed;
            s.validated_wave = 0;
            waiting.swap(s.waiting);
            std::uint64_t const place = validation_.load();
            // A pass that has not come this far will find the task by itself.
            if (index_of(place) > task) {
                if (wrote_new_row) open_wave(s, task + 1);
                own_validation = {job_kind::validate, task, s.incarnation, wave_of(place)};
            }
        }
        for (std::uint32_t const w : waiting) resume(w);
        return own_validation;
    }

    /// The execution met an estimate of `blocker`: it goes on when that has been executed.
    job suspend(std::uint32_t task, std::uint32_t blocker) {
        state& s = states_[task];
        state& b = states_[blocker];
        {
            std::lock_guard const lower(b.lock);
            std::lock_guard const guard(s.lock);
            if (b.now != status::executed && b.now != status::committed) {
                s.now = status::suspended;
                b.waiting.push_back(task);
                return {};
            }
        }
        return begin_again(task);
    }

    /// Calls `stands` with the task held, unless somebody else has thrown the execution away. True
    /// when the caller must throw it away now: mark its estimates, then call finish_abort.
    template <class Stands>
    bool must_abort(job const& validation, Stands const& stands) {
        state& s = states_[validation.task];
        std::lock_guard const guard(s.lock);
        if (s.now != status::executed || s.incarnation != validation.incarnation) return false;
        if (stands()) {
            s.validated_wave = std::max(s.validated_wave, validation.wave);
            return false;
        }
        s.now = status::aborting;
        return true;
    }

    job finish_abort(std::uint32_t task) {
        {
            state& s = states_[task];
            std::lock_guard const guard(s.lock);
            open_wave(s, task + 1);
        }
        return begin_again(task);
    }

    std::uint32_t committed() const { return committed_.load(); }
    std::uint64_t waves() const { return wave_of(validation_.load()); }

  private:
    enum class status : std::uint8_t {
        ready,
        executing,
        suspended,  // in the waiting list of another task
        executed,
        aborting,
        deferred,  // until it is the first task that is not committed
        committed
    };
    struct state {
        spin_lock lock;
        status now = status::ready;
        std::uint32_t incarnation = 0;
        std::uint32_t validated_wave = 0;  // that this incarnation passed last; 0: none
        std::uint32_t opened_wave = 0;     // by this task, last
        std::vector<std::uint32_t> waiting;
    };

    static std::uint32_t index_of(std::uint64_t place) { return static_cast<std::uint32_t>(place); }
    static std::uint32_t wave_of(std::uint64_t place) {
        return static_cast<std::uint32_t>(place >> 32);
    }

    job begin_execution(std::uint32_t task) {
        state& s = states_[task];
        std::lock_guard const guard(s.lock);
        if (s.now != status::ready) return {};
        s.now = status::executing;
        return {job_kind::execute, task, s.incarnation};
    }
    job begin_validation(std::uint32_t task, std::uint32_t wave) {
        state& s = states_[task];
        std::lock_guard const guard(s.lock);
        if (s.now != status::executed) return {};
        return {job_kind::validate, task, s.incarnation, wave};
    }
    /// The same task once more, on the spot unless it has had its tries.
    job begin_again(std::uint32_t task) {
        state& s = states_[task];
        std::lock_guard const guard(s.lock);
        s.incarnation += 1;
        bool const again = s.incarnation < incarnations_max;
        s.now = again ? status::executing : status::deferred;
        return again ? job{job_kind::execute, task, s.incarnation} : job{};
    }
    void resume(std::uint32_t task) {
        state& s = states_[task];
        {
            std::lock_guard const guard(s.lock);
            s.incarnation += 1;
            s.now = s.incarnation < incarnations_max ? status::ready : status::deferred;
        }
        lower_execution(task);
    }

    void lower_execution(std::uint32_t task) {
        std::uint32_t at = execution_.load();
        while (at > task && !execution_.compare_exchange_weak(at, task)) {
        }
    }
    /// Sends validation back to `first`, where it has passed it. The task's lock is held.
    void open_wave(state& s, std::uint32_t first) {
        std::uint64_t place = validation_.load();
        while (index_of(place) > first) {
            std::uint64_t const wave = wave_of(place) + 1;
            if (!validation_.compare_exchange_weak(place, wave << 32 | first)) continue;
            s.opened_wave = static_cast<std::uint32_t>(wave);
            return;
        }
    }

    void commit_what_is_ready() {
        if (!commit_lock_.try_lock()) return;  // somebody is at it, and whoever is idle asks again
        std::uint32_t task = committed_.load();
        for (; task < count_; committed_.store(++task)) {
            state& s = states_[task];
            std::lock_guard const guard(s.lock);
            if (s.now == status::deferred) {
                s.now = status::ready;
                lower_execution(task);
            }
            if (s.now != status::executed || s.validated_wave < commit_wave_ ||
                s.validated_wave == 0)
                break;
            s.now = status::committed;
            commit_wave_ = std::max(commit_wave_, s.opened_wave);
        }
        commit_lock_.unlock();
    }

    std::uint32_t const count_;
    std::uint32_t const window_;
    std::vector<state> states_;
    alignas(64) std::atomic<std::uint32_t> execution_{0};
    alignas(64) std::atomic<std::uint64_t> validation_{std::uint64_t{1} << 32};  // wave, index
    alignas(64) std::atomic<std::uint32_t> committed_{0};
    spin_lock commit_lock_;
    std::uint32_t commit_wave_ = 0;
};

}  // namespace lockstep::exec
