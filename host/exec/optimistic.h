// Execute first, look afterwards: tasks run at once on what they see, and those that have seen
// what an earlier task then changed run again. Worth its price only where tasks are heavy and what
// they declare says more than what they touch; `automatic` knows when.
#pragma once

#include <atomic>
#include <exception>
#include <vector>

#include "host/exec/crew.h"
#include "host/exec/fault.h"
#include "host/exec/mv_memory.h"
#include "host/exec/program.h"
#include "host/exec/scheduler.h"
#include "host/exec/versioned_rows.h"

namespace lockstep::exec {

template <class Program, fault Fault>
class optimistic_run {
  public:
    optimistic_run(Program& program, int threads)
        : program_(program),
          threads_(threads),
          memory_(program.rows(), key_count(program)),
          scheduler_(program.tasks(), threads),
          records_(program.tasks()) {}

    counters run() {
        // Versions live as long as the run, so their memory does.
        std::vector<mv_memory::arena> arenas(static_cast<std::size_t>(threads_));
        std::vector<counters> parts(static_cast<std::size_t>(threads_));
        run_crew(threads_, [&](int w) {
            auto const i = static_cast<std::size_t>(w);
            parts[i] = work(arenas[i]);
        });
        // Only what was committed counts: an error that a task met on rows which were about to
        // change is gone with that execution.
        for (record const& r : records_)
            if (r.failure) std::rethrow_exception(r.failure);
        memory_.write_back();
        counters total{
            .tasks = program_.tasks(), .waves = scheduler_.waves(), .segments = 1, .conflicts = 0};
        for (counters const& part : parts) {
            total.executions += part.executions;
            total.aborts += part.aborts;
            total.conflicts += part.conflicts;
        }
        return total;
    }

  private:
    using job = scheduler::job;
    using job_kind = scheduler::job_kind;

    /// What the last finished execution of a task left. Reads change and are looked at only with
    /// the task held by the scheduler; the rest belongs to whoever executes or aborts the task.
    struct record {
        std::vector<versioned_rows::read_record> reads;
        std::vector<row_key> writes;
        std::exception_ptr failure;
    };
    /// What a thread works with.
    struct bench {
        versioned_rows rows;
        mv_memory::arena& arena;
        std::vector<versioned_rows::read_record> reads;
        std::vector<row_key> writes;
        counters counted;
    };

    static std::size_t key_count(Program const& program) {
        std::size_t count = 0;
        for (std::size_t t = 0; t < program.tasks(); ++t) count += program.keys(t).size();
        return count;
    }

    counters work(mv_memory::arena& arena) {
        bench mine{versioned_rows(memory_), arena, {}, {}, {}};
        for (job todo = scheduler_.next(); todo.kind != job_kind::done;) {
            if (todo.kind == job_kind::execute)
                todo = execute(todo, mine);
            else if (todo.kind == job_kind::validate)
                todo = validate(todo, mine);
            else
                todo = scheduler_.next();
        }
        return mine.counted;
    }

    job execute(job const& todo, bench& mine) {
        record& r = records_[todo.task];
        mine.rows.begin(todo.task);
        mine.counted.executions += 1;
        r.failure = nullptr;
        try {
            program_.execute(todo.task, mine.rows);
        } catch (estimate_met const&) {
        } catch (...) {
            r.failure = std::current_exception();
        }
        if (mine.rows.blocked()) {
            r.failure = nullptr;
            mine.counted.aborts += 1;
            mine.counted.conflicts += 1;
            return scheduler_.suspend(todo.task, mine.rows.blocker());
        }
        bool const wrote_new_row = publish(todo, mine);
        mine.rows.list_reads(mine.reads);
        return scheduler_.finish_execution(todo.task, wrote_new_row,
                                           [&] { r.reads.swap(mine.reads); });
    }

    /// Replaces the versions of the task's last execution by those of this one.
    bool publish(job const& todo, bench& mine) {
        record& r = records_[todo.task];
        bool wrote_new_row = false;
        mine.writes.clear();
        if (!r.failure)
            mine.rows.for_each_change([&](row_key key, std::byte const* bytes) {
                version const wrote{todo.task, todo.incarnation};
                wrote_new_row |= memory_.publish(key, wrote, bytes, mine.arena);
                mine.writes.push_back(key);
            });
        for (row_key const key : r.writes)
            if (std::find(mine.writes.begin(), mine.writes.end(), key) == mine.writes.end())
                memory_.remove(key, todo.task);
        r.writes.swap(mine.writes);
        return wrote_new_row;
    }

    job validate(job const& todo, bench& mine) {
        record& r = records_[todo.task];
        auto const reads_stand = [&] {
            if constexpr (Fault == fault::validation_skipped) return true;
            for (auto const& read : r.reads) {
                auto const now = memory_.read(read.key, todo.task, nullptr);
                if (now.estimate || now.from != read.from) return false;
            }
            return true;
        };
        if (!scheduler_.must_abort(todo, reads_stand)) return {};
        mine.counted.aborts += 1;
        mine.counted.conflicts += 1;
        for (row_key const key : r.writes) memory_.mark_estimate(key, todo.task);
        return scheduler_.finish_abort(todo.task);
    }

    Program& program_;
    int const threads_;
    mv_memory memory_;
    scheduler scheduler_;
    std::vector<record> records_;
};

/// Every execution of a task must write the whole of the task's output slot: the last one is the
/// one that counts, and no two run at the same time.
template <fault Fault = fault::none, class Program>
counters run_optimistic(Program& program, int threads) {
    return optimistic_run<Program, Fault>(program, threads).run();
}

}  // namespace lockstep::exec
