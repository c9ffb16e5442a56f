// Executors against the serial one: transfers, light ones and heavy ones, over few accounts and
// many, with and without a few that everybody uses; and one counter that everybody adds to, kept as
// a row and as a column of deltas. Everybody must give the serial run's bytes.
#include <fmt/core.h>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <thread>

#include "bench/benches.h"
#include "bench/execution_program.h"
#include "bench/schedule_simulation.h"
#include "host/exec/automatic.h"
#include "host/exec/deterministic.h"
#include "host/exec/optimistic.h"
#include "host/exec/serial.h"
#include "host/exec/sharded.h"

namespace lockstep::bench {

namespace {

using exec::counters;
using executor = std::function<counters(transfer_program&)>;

constexpr std::size_t light_tasks = 100'000;
constexpr std::size_t heavy_tasks = 1'000;

/// One case's program, with what its runs left to tell.
struct execution_work {
    explicit execution_work(transfer_plan const& plan) : program(plan) {}
    transfer_program program;
    std::map<std::string, std::string> told;  // by contender
};

std::string story_of(counters const& c, exec::automatic_report const& choice) {
    if (choice.deterministic_tasks + choice.optimistic_tasks + choice.serial_tasks > 0)
        return fmt::format("{} tasks serial, {} deterministic, {} optimistic", choice.serial_tasks,
                           choice.deterministic_tasks, choice.optimistic_tasks);
    if (c.messages > 0) return fmt::format("{} rounds, {} messages", c.waves, c.messages);
    if (c.aborts > 0)
        return fmt::format(
            "{:.1f} % thrown away, {:.1f} % of executions wasted, {} waves",
            100.0 * static_cast<double>(c.aborts) / static_cast<double>(c.tasks),
            100.0 * static_cast<double>(c.executions - c.tasks) / static_cast<double>(c.executions),
            c.waves);
    if (c.conflicts > 0) return fmt::format("{} levels, {} conflicts", c.waves, c.conflicts);
    return {};
}

using work_ptr = std::shared_ptr<execution_work>;

void add_contender(bench_case& work, work_ptr const& state, std::string const& name, int cores,
                   executor const& run, exec::automatic_report const* choice = nullptr) {
    work.contenders.push_back(
        {name, cores,
         [=] {
             state->program.reset();
             counters counted;
             double const seconds = clocked([&] {
                 counted = run(state->program);
                 state->program.sum_deltas();
             });
             state->told[name] =
                 story_of(counted, choice != nullptr ? *choice : exec::automatic_report{});
             return seconds;
         },
         [=] { return state->program.digest(); }});
}

void add_executors(bench_case& work, work_ptr const& state, std::vector<int> const& threads,
                   std::string const& suffix) {
    using namespace exec;
    add_contender(work, state, "serial" + suffix, 1,
                  [](transfer_program& p) { return run_serial(p); });
    for (int const n : threads) {
        std::string const with = fmt::format(" x{}{}", n, suffix);
        add_contender(work, state, "deterministic" + with, n,
                      [n](transfer_program& p) { return run_deterministic(p, n); });
        add_contender(work, state, "optimistic" + with, n,
                      [n](transfer_program& p) { return run_optimistic(p, n); });
        if (n > 1)
            add_contender(work, state, fmt::format("sharded {}", n) + with, n,
                          [n](transfer_program& p) { return run_sharded(p, n, n); });
        auto const report = std::make_shared<automatic_report>();
        add_contender(
            work, state, "auto" + with, n,
            [n, report](transfer_program& p) { return run_automatic(p, n, {}, report.get()); },
            report.get());
    }
}

/// What each task costs: heavy ones by the clock, the shortest of three; light ones, which a clock
/// would drown, by their average.
std::vector<double> task_seconds(transfer_program& program, bool heavy) {
    std::vector<double> best(program.tasks(), 1.0);
    for (int repeat = 0; repeat < 3; ++repeat) {
        program.reset();
        exec::direct_rows rows(program.rows());
        if (!heavy) {
            double const all = clocked([&] { exec::run_serial(program); });
            for (double& seconds : best)
                seconds = std::min(seconds, all / static_cast<double>(best.size()));
            continue;
        }
        for (std::size_t t = 0; t < best.size(); ++t)
            best[t] = std::min(best[t], clocked([&] { program.execute(t, rows); }));
    }
    return best;
}

/// Work, span and what a greedy schedule would gain on cores that are not here.
std::string simulation_of(transfer_program& program, bool heavy, std::string const& suffix) {
    auto const graph = exec::build_dependencies(program);
    auto const seconds = task_seconds(program, heavy);
    auto const [all, longest] = measure_graph(graph, seconds);
    std::string text = fmt::format(
        "\n    SIMULATED from measured task costs, no scheduling cost{}: work {:.3g} ms, span "
        "{:.3g} "
        "ms; speed-up at",
        suffix, all * 1e3, longest * 1e3);
    for (std::size_t const cores : {2, 4, 8, 16, 32, 64, 128})
        text +=
            fmt::format(" {} cores {:.3g}", cores, all / simulate_greedy(graph, seconds, cores));
    return text;
}

std::string told_by(work_ptr const& state, std::string const& suffix = {}) {
    std::string text;
    for (auto const& [name, story] : state->told)
        if (!story.empty()) text += fmt::format("\n    {}{}: {}", name, suffix, story);
    return text;
}

bench_case named_case(std::string const& name, transfer_plan const& plan) {
    bench_case work;
    work.name = name;
    work.size = plan.accounts;
    work.size_of_what = "accounts";
    work.items = static_cast<double>(plan.tasks);
    work.item = "transfer";
    return work;
}

std::vector<int> thread_counts(settings const& chosen) {
    int const most =
        chosen.threads > 0 ? chosen.threads : static_cast<int>(std::thread::hardware_concurrency());
    return most > 1 ? std::vector<int>{1, most} : std::vector<int>{1};
}

transfer_plan plan_of(std::size_t accounts, double theta, bool heavy, settings const& chosen) {
    return {.accounts = std::max<std::size_t>(accounts, 2),
            .tasks = heavy ? heavy_tasks : light_tasks,
            .theta = theta,
            .rounds = heavy ? heavy_rounds : 0,
            .seed = chosen.seed};
}

bench_case transfer_case(std::size_t accounts, double theta, bool heavy, settings const& chosen) {
    transfer_plan const plan = plan_of(accounts, theta, heavy, chosen);
    auto const state = std::make_shared<execution_work>(plan);
    bench_case work =
        named_case(fmt::format("{} transfers, theta {}", heavy ? "heavy" : "light", theta), plan);
    work.peer = "serial";
    add_executors(work, state, thread_counts(chosen), "");
    std::string const simulated = simulation_of(state->program, heavy, "");
    work.check = [=] {
        state->program.reset();
        exec::run_serial(state->program);
        state->program.check();
        return "no cash made or lost" + simulated + told_by(state);
    };
    return work;
}

/// The same transfers with a counter as a row and as deltas: one case, so that their bytes are
/// compared with each other.
bench_case hot_counter(std::size_t accounts, bool heavy, settings const& chosen) {
    transfer_plan plan = plan_of(accounts, 0, heavy, chosen);
    plan.counter = counter_kind::row;
    auto const as_row = std::make_shared<execution_work>(plan);
    plan.counter = counter_kind::delta;
    auto const as_delta = std::make_shared<execution_work>(plan);
    bench_case work =
        named_case(fmt::format("{} transfers with one counter", heavy ? "heavy" : "light"), plan);
    auto const threads = thread_counts(chosen);
    add_executors(work, as_row, threads, ", row");
    add_executors(work, as_delta, threads, ", delta");
    work.peer = fmt::format("deterministic x{}, row", threads.back());
    std::string const rows = simulation_of(as_row->program, heavy, ", row");
    std::string const deltas = simulation_of(as_delta->program, heavy, ", delta");
    work.check = [=] {
        for (auto const& state : {as_row, as_delta}) {
            state->program.reset();
            exec::run_serial(state->program);
            state->program.sum_deltas();
            state->program.check();
        }
        return "no cash made or lost, the counter is what moved" + rows + deltas + told_by(as_row) +
               told_by(as_delta);
    };
    return work;
}

}  // namespace

void bench_execution(settings const& chosen, case_sink const& sink) {
    auto const sizes = chosen.sizes.empty()
                           ? std::vector<std::size_t>{2, 10, 100, 1'000, 10'000, 1'000'000}
                           : chosen.sizes;
    for (bool const heavy : {false, true}) {
        for (std::size_t const accounts : sizes)
            for (double const theta : {0.0, 0.6, 0.99})
                if (theta == 0 || accounts > 2) sink(transfer_case(accounts, theta, heavy, chosen));
        sink(hot_counter(std::clamp<std::size_t>(sizes.back(), 1'000, 10'000), heavy, chosen));
    }
}

}  // namespace lockstep::bench
