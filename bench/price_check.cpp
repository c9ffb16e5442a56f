#include "bench/price_check.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "bench/harness.h"

namespace lockstep::bench {

namespace {

constexpr double tolerance = 1e-12;
constexpr double tolerance_vanna = 1e-6;  // a difference quotient's own error is about 1e-9
constexpr double bump = 1e-5;
constexpr char const* names[] = {"price", "delta", "gamma", "vega", "theta", "rho", "vanna"};

/// Black's formula in the words of a textbook: what is left to check against without QuantLib.
void textbook_values(option_batch const& o, peer_values const& values) {
    for (std::size_t i = 0; i < o.size(); ++i) {
        double const f = o.underlying[i], k = o.strike[i], t = o.time[i], vol = o.vol[i];
        bool const inverse = (o.flags[i] & option_flag::inverse) != 0;
        double const r = inverse ? o.dividend[i] : o.rate[i];
        double const cp = (o.flags[i] & option_flag::put) != 0 ? -1 : 1;
        double const s = vol * std::sqrt(t), d1 = std::log(f / k) / s + s / 2, d2 = d1 - s;
        double const discount = std::exp(-r * t);
        double const n1 = 0.5 * std::erfc(-cp * d1 * M_SQRT1_2);
        double const n2 = 0.5 * std::erfc(-cp * d2 * M_SQRT1_2);
        double const density = std::exp(-0.5 * d1 * d1) / std::sqrt(2 * M_PI);
        double const price = discount * cp * (f * n1 - k * n2);
        double const vega = discount * f * density * std::sqrt(t);
        values.columns[0][i] = price;
        values.columns[1][i] = discount * cp * n1;
        values.columns[2][i] = discount * density / (f * s);
        values.columns[3][i] = vega;
        values.columns[4][i] = r * price - vega * vol / (2 * t);
        values.columns[5][i] = t * (discount * cp * n1 * f - price);  // at a fixed spot
    }
}

/// The peer's vega where every underlying is moved by a factor.
std::vector<double> moved_vega(option_batch const& options, double factor) {
    std::vector<double> underlying(options.underlying.begin(), options.underlying.end());
    for (double& u : underlying) u *= factor;
    option_batch moved = options;
    moved.underlying = {underlying.data(), underlying.size()};
    peer_columns peer(options.size());
    peer_answers(moved, peer.all());
    return std::move(peer.values[3]);
}

/// What each value hangs on: an error is counted in these.
struct value_scales {
    double at[std::size(names)];
};

/// The peer's linear values at one row as ours are meant: a rho at a fixed forward, and the chain
/// rule for what is settled in the coin (the value is the linear one divided by the forward).
struct expected_row {
    double at[std::size(names)];
    value_scales scales;
};

expected_row expected_at(option_batch const& o, std::size_t i, peer_columns const& peer,
                         double vega_up, double vega_down) {
    double const f = o.underlying[i], t = o.time[i], vol = o.vol[i], root = std::sqrt(t);
    bool const inverse = (o.flags[i] & option_flag::inverse) != 0;
    bool const spot = (o.flags[i] & option_flag::spot) != 0;
    double const price = peer.values[0][i], delta = peer.values[1][i], gamma = peer.values[2][i];
    double const vega = peer.values[3][i], theta = peer.values[4][i], rho = peer.values[5][i];
    value_scales const scales{
        {f, 1.0, 1.0 / (f * vol * root), f * root, f * (vol / root + 1.0), f * t, 1.0 / vol}};
    if (!inverse)
        return {{price, delta, gamma, vega, theta, spot ? rho : -t * price,
                 (vega_up - vega_down) / (2 * bump * f)},
                scales};
    double const coin = price / f, delta_coin = (delta - coin) / f;
    expected_row row{{coin, delta_coin, (gamma - 2 * delta_coin) / f, vega / f, theta / f, 0.0,
                      (vega_up / (1 + bump) - vega_down / (1 - bump)) / (2 * bump * f * f)},
                     scales};
    for (double& scale : row.scales.at) scale /= f;
    return row;
}

}  // namespace

void peer_answers(option_batch const& options, peer_values const& values) {
    if (quantlib_version().empty()) return textbook_values(options, values);
    quantlib_black_calculator(options, values);
}

std::string peer_name() {
    return quantlib_version().empty() ? "the textbook formula with libm" : quantlib_version();
}

std::string check_prices(std::string const& name, option_batch const& options,
                         option_values const& ours) {
    peer_columns peer(options.size());
    peer_answers(options, peer.all());
    bool const has_vanna = ours.columns[6] != nullptr;
    std::vector<double> up(options.size()), down(options.size());
    if (has_vanna) up = moved_vega(options, 1 + bump), down = moved_vega(options, 1 - bump);
    double worst = 0, worst_vanna = 0;
    for (std::size_t i = 0; i < options.size(); ++i) {
        if (ours.status[i] != 0)
            throw check_failed(fmt::format("{}: row {} has status {}", name, i, ours.status[i]));
        expected_row const row = expected_at(options, i, peer, up[i], down[i]);
        for (std::size_t k = 0; k < std::size(names) && ours.columns[k] != nullptr; ++k) {
            double const error = std::abs(ours.columns[k][i] - row.at[k]) / row.scales.at[k];
            double& most = k == 6 ? worst_vanna : worst;
            most = std::max(most, error);
            if (!(error <= (k == 6 ? tolerance_vanna : tolerance)))
                throw check_failed(
                    fmt::format("{}: {} of row {} (underlying {}, strike {}, time {}, vol {}) is "
                                "{:.17g}, expected {:.17g}",
                                name, names[k], i, options.underlying[i], options.strike[i],
                                options.time[i], options.vol[i], ours.columns[k][i], row.at[k]));
        }
    }
    std::string text =
        fmt::format("every row against {}, worst {:.1e} of the value's scale", peer_name(), worst);
    if (has_vanna) text += fmt::format(" (vanna by differences, {:.0e})", worst_vanna);
    return text;
}

}  // namespace lockstep::bench
