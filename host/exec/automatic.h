// Chooses how to run a step while running it. It begins as the serial executor, which is always
// right and for light tasks the fastest there is; it looks at the clock now and then, and hands the
// rest of the log to another executor once the tasks have turned out heavy enough to pay for it:
//
//   light tasks, little work                      serial
//   heavy tasks whose declared rows leave room    deterministic
//   heavy tasks that declare more than they touch optimistic, a piece at a time, while it pays
//   heavy tasks in one chain                      serial
//
// What is measured may differ from run to run, and so may the choice; the outcome does not. Shards
// are for state that lies on several machines and are never chosen here.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <thread>

#include "host/exec/dependency_graph.h"
#include "host/exec/deterministic.h"
#include "host/exec/fault.h"
#include "host/exec/optimistic.h"
#include "host/exec/program.h"
#include "host/exec/serial.h"
#include "host/exec/slice_program.h"
#include "host/exec/watched_rows.h"

namespace lockstep::exec {

/// Costs are what the executors of this folder need on a 2.5 GHz core, rounded up.
struct automatic_limits {
    double light_task_ns = 400;       // below this, no executor beats the serial one
    double sample_ns = 20'000;        // shorter measurements say nothing
    std::size_t sample_tasks = 4;     // and so do fewer tasks
    std::size_t chunk_max = 4'096;    // tasks between two looks at the clock
    double start_ns = 100'000;        // threads that begin and end
    double graph_key_ns = 20;         // one declared key in the dependency graph
    double keys_a_task = 4;           // declared keys are not looked at before they are needed
    double graph_row_ns = 1;          // one row of any table in the dependency graph
    double parallel_task_ns = 250;    // what a task costs beside itself
    double gain_least = 1.25;         // predicted speed-up that is worth a change
    double look_share_most = 0.06;    // of the work left, to find out whether a change pays
    std::size_t watched_tasks = 64;   // run in place to see what tasks really touch
    double touched_room_least = 4.0;  // tasks for each level among them
    int cores = 0;                    // to count on; 0: the machine's
    double piece_least_gain = 1.05;   // a speculative piece that gains less is the last one
};

/// Who ran how much.
struct automatic_report {
    std::uint64_t serial_tasks = 0;
    std::uint64_t deterministic_tasks = 0;
    std::uint64_t optimistic_tasks = 0;
    double ns_per_task = 0;  // as measured when the choice was made
};

template <class Program, fault Fault>
class automatic_run {
  public:
    automatic_run(Program& program, int threads, automatic_limits const& limits)
        : program_(program), limits_(limits), tasks_(program.tasks()) {
        static auto const machine = static_cast<int>(std::thread::hardware_concurrency());
        int const cores = limits.cores > 0 ? limits.cores : machine;
        threads_ = std::min(threads, cores > 0 ? cores : threads);
    }

    counters run() {
        if (threads_ > 1 && run_until_heavy()) run_rest();
        run_serially(tasks_ - next_);
        counted_.tasks = tasks_;
        return counted_;
    }
    automatic_report const& report() const { return report_; }

  private:
    /// Runs tasks in log order until two measurements in a row call them heavy and enough work is
    /// left; false when the log ended first. One measurement may have been interrupted; the
    /// shorter of two counts.
    bool run_until_heavy() {
        double before = 0;
        for (std::size_t chunk = 1; next_ < tasks_;) {
            std::size_t const count = std::min(chunk, tasks_ - next_);
            double const ns = run_serially(count);
            double const each = ns / static_cast<double>(count);
            if (count < limits_.sample_tasks || ns < limits_.sample_ns) {
                chunk = std::min(2 * chunk, limits_.chunk_max);
                continue;
            }
            report_.ns_per_task = std::min(each, before);
            if (predicted_gain(0, graph_ns()) >= limits_.gain_least) return true;
            before = each;
            // Light tasks are looked at rarely, heavy ones again soon.
            if (each < limits_.light_task_ns) chunk = std::min(2 * chunk, limits_.chunk_max);
        }
        return false;
    }

    double work_left() const { return report_.ns_per_task * static_cast<double>(tasks_ - next_); }
    double graph_ns() const {
        double rows = 0;
        for (auto const& t : program_.rows().tables) rows += static_cast<double>(t.count);
        double const keys = limits_.keys_a_task * static_cast<double>(tasks_ - next_);
        return rows * limits_.graph_row_ns + keys * limits_.graph_key_ns;
    }
    /// How much faster than serial the tasks left would be with a graph of so many levels.
    double predicted_gain(std::size_t levels, double look_ns) const {
        if (report_.ns_per_task < limits_.light_task_ns) return 0;
        double const work = work_left();
        if (look_ns > limits_.look_share_most * work) return 0;
        double const task = report_.ns_per_task + limits_.parallel_task_ns;
        double const spread = task * static_cast<double>(tasks_ - next_) / threads_;
        double const longest = task * static_cast<double>(levels);
        return work / (limits_.start_ns + look_ns + std::max(spread, longest));
    }

    void run_rest() {
        double const look = graph_ns();
        {
            slice_program<Program> rest(program_, next_, tasks_ - next_);
            dependency_graph const graph = build_dependencies(rest);
            if (predicted_gain(graph.levels, look) >= limits_.gain_least) {
                std::size_t const lost = Fault == fault::tail_begins_late ? 1 : 0;
                slice_program<Program> tail(program_, next_ + lost, tasks_ - next_ - lost);
                if constexpr (Fault == fault::tail_begins_late)
                    add(run_deterministic(tail, threads_));
                else
                    add(run_graph(tail, graph, threads_));
                report_.deterministic_tasks += tail.tasks();
                next_ = tasks_;
                return;
            }
        }
        if (touched_rows_leave_room()) run_pieces();
    }

    /// The next tasks, run in place and watched.
    bool touched_rows_leave_room() {
        std::size_t const count = std::min(limits_.watched_tasks, tasks_ - next_);
        watched_rows rows(program_.rows());
        for (std::size_t i = 0; i < count; ++i) {
            program_.execute(next_++, rows);
            rows.end_task();
        }
        report_.serial_tasks += count;
        counted_.executions += count;
        return static_cast<double>(count) >= limits_.touched_room_least * rows.levels();
    }
    /// Speculates on small pieces first, larger ones while they pay.
    void run_pieces() {
        for (std::size_t piece = std::max<std::size_t>(32, tasks_ / 32); next_ < tasks_;
             piece *= 2) {
            std::size_t const count = std::min(piece, tasks_ - next_);
            slice_program<Program> part(program_, next_, count);
            auto const start = std::chrono::steady_clock::now();
            add(run_optimistic(part, threads_));
            double const ns = ns_since(start);
            next_ += count;
            report_.optimistic_tasks += count;
            double const serial_ns = report_.ns_per_task * static_cast<double>(count);
            if (serial_ns < limits_.piece_least_gain * ns) return;
        }
    }

    double run_serially(std::size_t count) {
        auto const start = std::chrono::steady_clock::now();
        run_in_order(program_, next_, next_ + count);
        next_ += count;
        report_.serial_tasks += count;
        counted_.executions += count;
        return ns_since(start);
    }
    static double ns_since(std::chrono::steady_clock::time_point start) {
        return std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - start)
            .count();
    }
    void add(counters const& part) {
        counted_.executions += part.executions;
        counted_.aborts += part.aborts;
        counted_.waves += part.waves;
        counted_.segments += part.segments;
        counted_.conflicts += part.conflicts;
    }

    Program& program_;
    automatic_limits const limits_;
    std::size_t const tasks_;
    int threads_;
    std::size_t next_ = 0;
    counters counted_;
    automatic_report report_;
};

template <fault Fault = fault::none, class Program>
counters run_automatic(Program& program, int threads, automatic_limits const& limits = {},
                       automatic_report* report = nullptr) {
    automatic_run<Program, Fault> run(program, threads, limits);
    counters const counted = run.run();
    if (report != nullptr) *report = run.report();
    return counted;
}

}  // namespace lockstep::exec
