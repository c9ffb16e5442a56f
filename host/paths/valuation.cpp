#include "host/paths/valuation.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <memory>
#include <utility>

#include "pricing/base/digest.h"
#include "pricing/model/asian.h"
#include "pricing/model/longstaff_schwartz.h"

namespace lockstep {
namespace {

constexpr std::uint64_t replications = 16;

/// The contract, its moved copies, and what is made of their values.
struct moved_contracts {
    std::vector<path_contract> contracts;
    std::vector<path_estimate> estimates;
    std::vector<path_figure> figures;

    /// Adds two copies; returns the place of the first.
    template <class MoveT>
    int add_pair(MoveT const& move, double by) {
        int const place = static_cast<int>(contracts.size());
        for (double const step : {by, -by}) {
            contracts.push_back(contracts[0]);
            move(contracts.back(), step);
        }
        return place;
    }
    void add_slope(std::string name, int asset, int place, double by) {
        double const half = 0.5 / by;
        estimates.push_back({place, place + 1, 0.0, half, -half});
        figures.push_back({std::move(name), asset, 0.0, 0.0});
    }
    void add_curve(std::string name, int asset, int place, double by) {
        double const weight = 1.0 / (by * by);
        estimates.push_back({place, place + 1, -2.0 * weight, weight, weight});
        figures.push_back({std::move(name), asset, 0.0, 0.0});
    }
};

void add_greeks(moved_contracts& m) {
    path_contract const c = m.contracts[0];
    for (int a = 0; a < c.assets; ++a) {
        double const spot_step = 0.01 * c.asset[a].spot;
        int const spots =
            m.add_pair([a](path_contract& x, double by) { x.asset[a].spot += by; }, spot_step);
        m.add_slope("delta", a, spots, spot_step);
        // The moment of exercise is held fixed, which a second derivative does not forgive.
        if (c.payoff != path_payoff::american) m.add_curve("gamma", a, spots, spot_step);
        double const vol_step = std::min(0.01, 0.5 * c.asset[a].vol);
        m.add_slope(
            "vega", a,
            m.add_pair([a](path_contract& x, double by) { x.asset[a].vol += by; }, vol_step),
            vol_step);
    }
    double const time_step = 0.01 * c.time;
    int const times = m.add_pair([](path_contract& x, double by) { x.time += by; }, time_step);
    m.add_slope("theta", -1, times, -time_step);
    double const rate_step = 1e-4;
    int const rates = m.add_pair([](path_contract& x, double by) { x.rate += by; }, rate_step);
    m.add_slope("rho", -1, rates, rate_step);
}

std::unique_ptr<path_source> make_source(path_contract const& c, path_settings const& settings,
                                         std::uint64_t paths) {
    auto source = std::make_unique<path_source>();
    source->seed = settings.seed;
    source->sobol = settings.sobol ? 1 : 0;
    source->replication_paths = settings.sobol ? paths / replications : paths;
    plan_bridge(c.dates, source->bridge);
    sobol_directions(source->directions);
    return source;
}

std::uint64_t rounded(path_settings const& settings) {
    if (!settings.sobol) return (settings.paths + path_block - 1) / path_block * path_block;
    std::uint64_t const each = (settings.paths + replications - 1) / replications;
    return replications * std::bit_ceil(std::max<std::uint64_t>(each, path_block));
}

/// Philox numbers of another key, so that no path is both fitted to and valued.
exercise_policy make_policy(path_contract const& c, path_settings const& settings) {
    path_settings other = settings;
    other.sobol = false;
    other.seed = ~settings.seed;
    auto const source = make_source(c, other, settings.policy_paths);
    std::size_t const dates = static_cast<std::size_t>(c.dates);
    std::vector<double> levels(settings.policy_paths * dates), received(settings.policy_paths);
    for (std::size_t p = 0; p < received.size(); ++p)
        levels_of_path(c, *source, p, &levels[p * dates]);
    exercise_policy policy{};
    fit_policy(c, view_of(std::as_const(levels)), view_of(received), policy);
    return policy;
}

/// What the control of an Asian option is worth: the same on the geometric average.
double control_value(path_contract const& c) {
    path_asset const& a = c.asset[0];
    auto const flags =
        static_cast<std::uint8_t>(option_flag::spot | (c.put != 0 ? option_flag::put : 0));
    asset_inputs const asset{a.weight * a.spot, c.time, c.rate, a.dividend, a.vol, flags};
    return value_asian({asset, c.strike, c.time / c.dates, static_cast<double>(c.dates), 0, 0,
                        a.vol, asian_kind::geometric})
        .price;
}

/// Sums over blocks [begin, end) of one column, by halves of fixed size.
double sum_of_blocks(std::vector<double> const& sums, std::size_t width, std::size_t column,
                     std::size_t begin, std::size_t end) {
    if (end - begin == 1) return sums[begin * width + column];
    std::size_t const middle = begin + std::bit_ceil(end - begin) / 2;
    return sum_of_blocks(sums, width, column, begin, middle) +
           sum_of_blocks(sums, width, column, middle, end);
}

/// Means and errors of every estimate from the sums of all blocks.
void summarise(std::vector<double> const& sums, path_settings const& settings, std::uint64_t paths,
               std::vector<path_figure>& figures) {
    std::size_t const n = figures.size(), width = 2 * n;
    std::size_t const blocks = paths / path_block;
    for (std::size_t e = 0; e < n; ++e) {
        double const count = static_cast<double>(paths);
        double const mean = sum_of_blocks(sums, width, e, 0, blocks) / count;
        double variance;  // of the mean
        if (settings.sobol) {
            std::size_t const each = blocks / replications;
            double spread = 0.0;
            for (std::size_t r = 0; r < replications; ++r) {
                double const part = sum_of_blocks(sums, width, e, r * each, (r + 1) * each) /
                                        (count / replications) -
                                    mean;
                spread += part * part;
            }
            variance = spread / (replications * (replications - 1));
        } else {
            double const square = sum_of_blocks(sums, width, n + e, 0, blocks) / count;
            variance = std::max(0.0, square - mean * mean) / (count - 1);
        }
        figures[e].value = mean;
        figures[e].error = square_root(variance);
    }
}

std::string digest_of(std::vector<double> const& sums) {
    digest128 const d = digest_doubles(sums.data(), sums.size());
    return fmt::format("{:016x}{:016x}", d.hi, d.lo);
}

}  // namespace

path_valuation value_on_paths(path_contract const& contract, path_settings const& settings,
                              backend& with) {
    path_valuation result;
    result.paths = rounded(settings);
    moved_contracts m;
    m.contracts = {contract};
    m.estimates = {{0, 0, 1.0, 0.0, 0.0}};
    m.figures = {{"price", -1, 0.0, 0.0}};
    if (settings.greeks) add_greeks(m);
    bool const american = contract.payoff == path_payoff::american;
    exercise_policy const policy = american ? make_policy(contract, settings) : exercise_policy{};
    auto const source = make_source(contract, settings, result.paths);
    std::size_t const blocks = result.paths / path_block;
    std::vector<double> sums(blocks * 2 * m.estimates.size());
    with.value_paths({view_of(std::as_const(m.contracts)), view_of(std::as_const(m.estimates)),
                      source.get(), &policy, blocks, sums.data()});
    summarise(sums, settings, result.paths, m.figures);
    if (contract.control != 0) {
        // The control is worth what its closed form says, and so are its moved copies.
        std::vector<double> known;
        for (path_contract const& c : m.contracts) known.push_back(control_value(c));
        for (std::size_t e = 0; e < m.figures.size(); ++e)
            m.figures[e].value += estimate_of(m.estimates[e], known.data());
    }
    result.figures = std::move(m.figures);
    result.digest = digest_of(sums);
    return result;
}

}  // namespace lockstep
