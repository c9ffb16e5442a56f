// `lockstep bench mc`: contracts on random paths, their errors and their cost, beside QuantLib's
// engines on as many paths.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

#include "bench/benches.h"
#include "bench/errors.h"
#include "bench/inputs.h"
#include "bench/quantlib_mc.h"
#include "bench/quantlib_peer.h"
#include "host/paths/valuation.h"
#include "pricing/model/black.h"

namespace lockstep::bench {

namespace {

/// A contract, what it is worth, and how far a value may be off beside its sampling error: what the
/// truth's own last places leave open, or what a fitted policy loses.
struct valued_contract {
    path_contract contract;
    double truth, bias_max;
};

path_contract on_one_asset(path_payoff payoff, bool put, path_asset const& asset, double strike,
                           double time, double rate, int dates) {
    path_contract c{};
    c.payoff = payoff;
    c.put = put ? 1 : 0;
    c.control = payoff == path_payoff::asian ? 1 : 0;
    c.assets = 1;
    c.dates = dates;
    c.strike = strike;
    c.time = time;
    c.rate = rate;
    c.asset[0] = asset;
    c.factor[0][0] = 1;
    return c;
}

/// Black's formula is the truth.
std::vector<valued_contract> europeans() {
    std::vector<valued_contract> all;
    for (double const time : {0.5, 1.0})
        for (double const vol : {0.2, 0.6})
            for (double const strike : {80.0, 100.0, 120.0}) {
                double const truth =
                    value_option({100, strike, time, 0.05, 0.02, vol, option_flag::spot},
                                 option_depth::price)
                        .price;
                all.push_back({on_one_asset(path_payoff::european, false, {100, 0.02, vol, 1},
                                            strike, time, 0.05, 1),
                               truth, 0});
            }
    return all;
}

/// Weekly averages over a year: Zhou's table, good to 1e-4
/// (data/reference/asian_discrete_arith_aqfed.csv).
std::vector<valued_contract> asians() {
    std::vector<valued_contract> all;
    constexpr double rows[][2] = {
        {24.624, 7.024276918490905}, {30.78, 3.228397973658813}, {36.936, 1.2585822156032385}};
    for (auto const& [strike, truth] : rows)
        all.push_back({on_one_asset(path_payoff::asian, false, {30.78, 0.0097, 0.4133, 1}, strike,
                                    1, 0.06, 52),
                       truth, 1e-4});
    return all;
}

/// Longstaff and Schwartz's puts of a year with 50 dates, K = 40; truth by integration over a grid
/// (data/reference/longstaff_schwartz_table1.csv).
std::vector<valued_contract> americans() {
    std::vector<valued_contract> all;
    constexpr double rows[][3] = {{36, 0.2, 4.477811}, {36, 0.4, 7.101265}, {38, 0.2, 3.250124},
                                  {38, 0.4, 6.147585}, {40, 0.2, 2.314068}, {40, 0.4, 5.311965},
                                  {42, 0.2, 1.616977}, {42, 0.4, 4.582469}, {44, 0.2, 1.109868},
                                  {44, 0.4, 3.947686}};
    for (auto const& [spot, vol, truth] : rows)
        all.push_back(
            {on_one_asset(path_payoff::american, true, {spot, 0, vol, 1}, 40, 1, 0.06, 50), truth,
             0.02 * truth});
    return all;
}

struct contract_set {
    char const* name;
    char const* peer;
    std::vector<valued_contract> (*contracts)();
    bool sobol;
};
constexpr contract_set sets[] = {
    {"Europeans, pseudo-random", "MCEuropeanEngine", europeans, false},
    {"Europeans, Sobol", "MCEuropeanEngine, Sobol", europeans, true},
    {"Weekly Asians, Sobol, control", "MCDiscreteArithmeticAPEngine, Sobol", asians, true},
    {"Longstaff-Schwartz puts, 50 dates", "MCAmericanEngine", americans, false},
};

struct mc_work {
    contract_set const& of;
    std::vector<valued_contract> contracts;
    path_settings settings;
    std::vector<double> value, error, peer;

    mc_work(contract_set const& set, std::size_t paths, std::uint64_t seed)
        : of(set),
          contracts(set.contracts()),
          value(contracts.size()),
          error(contracts.size()),
          peer(contracts.size()) {
        settings.paths = paths;
        settings.seed = seed;
        settings.sobol = set.sobol;
        settings.greeks = false;
        settings.policy_paths = std::clamp<std::uint64_t>(paths / 2, 4096, 32'768);
    }
    void run(backend& on) {
        for (std::size_t i = 0; i < contracts.size(); ++i) {
            path_valuation const v = value_on_paths(contracts[i].contract, settings, on);
            value[i] = v.figures[0].value;
            error[i] = v.figures[0].error;
        }
    }
    void run_peer() {
        for (std::size_t i = 0; i < contracts.size(); ++i)
            peer[i] = quantlib_mc(contracts[i].contract,
                                  {of.sobol, settings.paths, settings.policy_paths, settings.seed});
    }
    void wipe() {
        for (auto* column : {&value, &error})
            std::fill(column->begin(), column->end(), std::numeric_limits<double>::quiet_NaN());
    }
    std::string digest() const {
        return digest_text(digest_doubles(value.data(), value.size()) +
                           digest_doubles(error.data(), error.size(), value.size()));
    }
    std::string check() const;
};

/// Every value within eight of its own standard errors of the truth. The peer has run by then.
std::string mc_work::check() const {
    error_sum ours, theirs;
    double widest = 0;
    for (std::size_t i = 0; i < contracts.size(); ++i) {
        auto const& [contract, truth, bias_max] = contracts[i];
        double const off = std::max(0.0, std::abs(value[i] - truth) - bias_max);
        if (!(error[i] > 0 && off <= 8 * error[i]))
            throw check_failed(fmt::format("contract {}: {:.9g} with an error of {:.2g}, truth {}",
                                           i, value[i], error[i], truth));
        widest = std::max(widest, std::abs(value[i] - truth) / error[i]);
        ours.add(value[i], truth);
        theirs.add(peer[i], truth);
    }
    std::string const said = fmt::format("{} contracts: {}, {:.1f} standard errors at most",
                                         contracts.size(), ours.text(), widest);
    return quantlib_version().empty()
               ? said
               : fmt::format("{}; {} {}: {}", said, quantlib_version(), of.peer, theirs.text());
}

bench_case mc_case(contract_set const& set, std::size_t paths, settings const& chosen) {
    auto const state = std::make_shared<mc_work>(set, paths, chosen.seed);
    bench_case work;
    work.name = set.name;
    work.size = paths;
    work.size_of_what = "paths a contract";
    work.items = static_cast<double>(paths * state->contracts.size());
    work.item = "path";
    work.wipe = [state] { state->wipe(); };
    work.check = [state] { return state->check(); };
    add_contenders(work, chosen,
                   {[state](backend& on) { state->run(on); }, [state] { return state->digest(); }});
    if (quantlib_version().empty()) return work;
    work.peer = quantlib_version() + " " + set.peer;
    work.contenders.push_back(
        {work.peer, 1, [=] { return clocked(1, [&] { state->run_peer(); }); }});
    return work;
}

}  // namespace

void bench_mc(settings const& chosen, case_sink const& sink) {
    auto const sizes = chosen.sizes.empty() ? std::vector<std::size_t>{65'536} : chosen.sizes;
    for (std::size_t const size : sizes)
        for (contract_set const& set : sets) sink(mc_case(set, size, chosen));
}

}  // namespace lockstep::bench
