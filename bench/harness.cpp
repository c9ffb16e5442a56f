#include "bench/harness.h"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <map>
#include <set>

namespace lockstep::bench {

namespace {

/// What a contender is held against.
struct bound {
    double seconds = 0;  // that the limit would need for the whole case; 0: not known
    std::string name;
};

/// How long a copy of the case's bytes takes, for one thread and for many. It is measured before
/// and after the contenders' turns and the shorter counts, as it does for them.
class copy_times {
  public:
    copy_times(bench_case const& work, machine_limits const& limits)
        : work_(work), limits_(limits) {}
    void measure() {
        for (auto const& c : work_.contenders) {
            if (c.cores < 1 || !c.digest || work_.bytes <= 0 || !limits_.copy_seconds) continue;
            if (measured_now_.insert(c.cores).second) keep(c.cores);
        }
        measured_now_.clear();
    }
    double of(int cores) const {
        auto const found = shortest_.find(cores);
        return found == shortest_.end() ? 0 : found->second;
    }

  private:
    void keep(int cores) {
        double const seconds = limits_.copy_seconds(work_.bytes, cores);
        auto const [known, is_new] = shortest_.emplace(cores, seconds);
        if (!is_new) known->second = std::min(known->second, seconds);
    }

    bench_case const& work_;
    machine_limits const& limits_;
    std::set<int> measured_now_;
    std::map<int, double> shortest_;
};

/// The least time that the limits allow for the whole case.
bound limit_of(bench_case const& work, contender const& c, machine_limits const& limits,
               copy_times const& copies) {
    if (c.cores == 0) {
        if (limits.device_copy_bytes <= 0 || work.bytes <= 0) return {};
        return {work.bytes / limits.device_copy_bytes, "copy"};
    }
    double const moving = copies.of(c.cores);
    double const computing = work.flops / (limits.flops_per_core * c.cores);
    if (moving <= 0 && computing <= 0) return {};
    return moving > computing ? bound{moving, "copy"} : bound{computing, "fma"};
}

/// A contender's share of the case: one where it does all of it.
double share_of(bench_case const& work, contender const& c) {
    if (c.part == 0) return 1;
    return static_cast<double>(c.part) / static_cast<double>(work.size);
}

/// Runs every contender of ours once and compares its bytes with the reference's.
std::vector<std::string> compared_digests(bench_case const& work) {
    std::vector<std::string> digests;
    std::string reference;
    for (auto const& c : work.contenders) {
        if (work.wipe && c.digest) work.wipe();
        c.run();
        digests.push_back(c.digest ? c.digest() : std::string{});
        if (!c.digest) continue;
        if (reference.empty()) reference = digests.back();
        if (digests.back() != reference)
            throw check_failed(
                fmt::format("{}, {} {}: '{}' gives digest {}, but '{}' gives {}; nothing was timed",
                            work.name, work.size, work.size_of_what, c.name, digests.back(),
                            work.contenders.front().name, reference));
    }
    return digests;
}

struct timing {
    double best = std::numeric_limits<double>::infinity();
    double used = 0;
    int turns = 0;
};

/// One turn is a few runs and not longer than this share of the budget, so that the contenders meet
/// the same weather.
void take_turn(contender const& c, double budget, timing& t) {
    double const until = std::min(budget, t.used + budget / 8);
    do {
        double const seconds = c.run();
        t.best = std::min(t.best, seconds);
        t.used += seconds;
        ++t.turns;
    } while (t.used < until);
}

std::vector<timing> timings(bench_case const& work, double budget) {
    std::vector<timing> times(work.contenders.size());
    for (bool going = true; going;) {
        going = false;
        for (std::size_t i = 0; i < times.size(); ++i) {
            if (times[i].turns > 0 && times[i].used >= budget) continue;
            take_turn(work.contenders[i], budget, times[i]);
            going = true;
        }
    }
    return times;
}

}  // namespace

double clocked(std::function<void()> const& work) {
    auto const start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

std::vector<bench_row> run_case(bench_case const& work, settings const& chosen,
                                machine_limits const& limits) {
    auto const digests = compared_digests(work);
    std::string const checked = work.check ? work.check() : std::string{};
    copy_times copies(work, limits);
    copies.measure();
    auto const times = timings(work, chosen.seconds);
    copies.measure();
    double peer_seconds = 0;  // for all of the case
    for (std::size_t i = 0; i < times.size(); ++i)
        if (work.contenders[i].name == work.peer)
            peer_seconds = times[i].best / share_of(work, work.contenders[i]);
    std::vector<bench_row> rows;
    for (std::size_t i = 0; i < times.size(); ++i) {
        auto const& c = work.contenders[i];
        bound const limit = limit_of(work, c, limits, copies);
        bool const peers = peer_seconds > 0;
        double const whole = times[i].best / share_of(work, c);
        rows.push_back({.name = work.name,
                        .size = c.part > 0 ? c.part : work.size,
                        .size_of_what = work.size_of_what,
                        .contender = c.name,
                        .seconds = times[i].best,
                        .turns = times[i].turns,
                        .item = work.item,
                        .ns_per_item = whole * 1e9 / work.items,
                        .ratio = peers ? peer_seconds / whole : 0,
                        .peer = peers ? work.peer : std::string{},
                        .fraction = c.digest ? limit.seconds / whole : 0,
                        .limit = c.digest ? limit.name : std::string{},
                        .digest = digests[i],
                        .checked = checked});
    }
    return rows;
}

std::vector<cpu_choice> cpu_choices(settings const& chosen) {
    machine_report const machine = examine_machine();
    auto const choice = [](std::string const& isa, int threads) {
        return cpu_choice{
            fmt::format("cpu {} x{}", isa, threads), {backend_kind::cpu, threads, isa}, threads};
    };
    std::vector<cpu_choice> choices{choice("base", 1)};
    for (auto const& isa : machine.instruction_sets)
        if (isa != "base" && (chosen.isa.empty() || chosen.isa == isa))
            choices.push_back(choice(isa, 1));
    auto const& best = chosen.isa.empty() ? machine.instruction_sets.back() : chosen.isa;
    int const threads = chosen.threads > 0 ? chosen.threads : machine.threads;
    if (threads > 1) choices.push_back(choice(best, threads));
    if (chosen.backend == backend_kind::cuda) choices.resize(1);  // the reference stays
    return choices;
}

void add_device(std::vector<cpu_choice>& choices, settings const& chosen) {
    if (device_chosen(chosen))
        choices.push_back({"cuda, end to end", {backend_kind::cuda, 0, ""}, 0});
}

void add_contender(bench_case& work, cpu_choice const& choice, backend_work const& ours) {
    auto const on = std::shared_ptr<backend>(make_backend(choice.options));
    int const cores = choice.cores;
    work.contenders.push_back(
        {choice.name, cores,
         [on, cores, run = ours.run] { return clocked(cores, [&] { run(*on); }); }, ours.digest});
}

void add_contenders(bench_case& work, settings const& chosen, backend_work const& ours) {
    auto choices = cpu_choices(chosen);
    add_device(choices, chosen);
    for (auto const& choice : choices) add_contender(work, choice, ours);
}

bool device_chosen(settings const& chosen) {
    if (chosen.backend == backend_kind::cpu) return false;
    machine_report const machine = examine_machine();
    if (chosen.backend == backend_kind::cuda) make_backend({backend_kind::cuda, 0, ""});  // throws
    return machine.cuda_present;
}

}  // namespace lockstep::bench
