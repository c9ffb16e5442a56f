// European options under Heston's and Bates' model: the sums over a contour's nodes, and what they
// say about price and derivatives. A strike's state is stepped from node to node, so that the nodes
// of a contour are computed once for all strikes that share it. heston_price.h runs this for one
// option; the kernels run it for the strikes of an expiry at a time.
#pragma once

#include "pricing/model/black.h"
#include "pricing/model/heston_contour.h"

namespace lockstep {

/// The sums that a strike needs: the first for its price, all for its derivatives. Each is the
/// price's integrand times what its derivative brings down: value, by forward, curve, by time, by
/// v0, kappa, theta, sigma, rho.
inline constexpr int heston_sum_count = 9;

enum class heston_depth : int { price = 1, all = heston_sum_count };

/// What the strikes of a contour need of one node.
struct heston_node {
    complex terms[heston_sum_count];
    double log_size;  // of M, without the jumps
};

/// Node `index`, a whole number, of a contour.
template <heston_depth Depth>
LOCKSTEP_HD heston_node heston_node_at(heston_expiry const& x, heston_contour const& c,
                                       double index) {
    complex const s{c.base, c.step * index};
    heston_transform const t = heston_transform_at(x.parameters, x.time, s);
    complex const exponent{detail::at_least(t.log_value.re - c.log_moment, -detail::exponent_max),
                           t.log_value.im};
    complex const moment = (index == 0.0 ? 0.5 : 1.0) * exponential(exponent);
    complex const value = moment / -t.z;  // z = s (1 - s)
    heston_node n;
    n.log_size = t.log_value.re - x.time * t.jumps.re;
    n.terms[0] = value;
    if constexpr (Depth == heston_depth::all) {
        heston_slopes const v = heston_slopes_at(x.parameters, x.time, t);
        n.terms[1] = s * value;
        n.terms[2] = moment;
        n.terms[3] = v.by_time * value;
        n.terms[4] = t.by_v0 * value;
        n.terms[5] = v.by_kappa * value;
        n.terms[6] = v.by_theta * value;
        n.terms[7] = v.by_sigma * value;
        n.terms[8] = v.by_rho * value;
    }
    return n;
}

/// Whether what follows a block of nodes is lost in rounding: the logarithm of M falls like a
/// parabola and then like a line, beyond the block nearly as fast as inside.
LOCKSTEP_HD bool heston_rest_is_lost(double log_size_at_zero, double log_size_first,
                                     double log_size_last) {
    double const fall = log_size_first - log_size_last;
    double const ratio = exponential((fall > 0.0 ? -fall : 0.0) / heston_nodes_step);
    return exponential(log_size_last - log_size_at_zero) < 0x1p-50 * (1.0 - ratio);
}

/// What the strikes of an expiry share, worked out.
struct heston_plan {
    double forward, discount;
    double deviation;  // of ln S at expiry, nearly
    heston_ladder calls, puts;
    std::uint64_t faults;  // a bit for each heston_status that applies
    bool certain;          // no time or no variance: the value is the forward's intrinsic value
};

/// A strike, and where it is summed.
struct heston_strike {
    double strike, k;  // k = ln(K/F)
    bool put;
    bool on_calls;  // the ladder, and the rung of it
    int rung;
};

namespace detail {

LOCKSTEP_HD constexpr std::uint64_t fault(heston_status status) {
    return std::uint64_t{1} << static_cast<unsigned>(status);
}

/// A double that is at least zero and finite.
LOCKSTEP_HD bool is_size(double x) { return x >= 0.0 && x < infinity; }

LOCKSTEP_HD std::uint64_t heston_faults(heston_expiry const& x) {
    using enum heston_status;
    heston_parameters const& p = x.parameters;
    bool const variance = is_size(p.v0) && is_size(p.kappa) && is_size(p.theta) && is_size(p.sigma);
    bool const jumps = is_size(p.jump_intensity) && finite(p.jump_mean) && is_size(p.jump_vol);
    bool const spot = (x.flags & option_flag::spot) != 0;
    std::uint64_t faults = 0;
    faults |=
        x.underlying >= 0x1p-1022 && finite(x.underlying) ? 0 : fault(underlying_is_not_usable);
    faults |= is_size(x.time) ? 0 : fault(time_is_not_finite_or_negative);
    faults |= finite(x.rate) ? 0 : fault(rate_is_not_finite);
    faults |= !spot || finite(x.dividend) ? 0 : fault(dividend_is_not_finite);
    faults |= variance ? 0 : fault(variance_is_not_usable);
    faults |= p.rho >= -1.0 && p.rho <= 1.0 ? 0 : fault(rho_is_out_of_range);
    faults |= jumps ? 0 : fault(jumps_are_not_usable);
    return faults;
}

inline constexpr double rounding_bound = 0x1p-49;  // of the sum of the terms' sizes
inline constexpr double heston_time_min = 0x1p-200;
inline constexpr double heston_deviation_min = 0x1p-100;

}  // namespace detail

/// The status that a row reports: the first in the order of heston_status.
LOCKSTEP_HD heston_status first_heston_fault(std::uint64_t faults) {
    unsigned status = 0;
    for (unsigned k = heston_status_count; k-- > 1;) status = (faults >> k & 1) != 0 ? k : status;
    return static_cast<heston_status>(status);
}

LOCKSTEP_HD heston_plan heston_plan_of(heston_expiry const& x) {
    heston_plan plan{};
    plan.faults = detail::heston_faults(x);
    if (plan.faults != 0) return plan;
    bool const spot = (x.flags & option_flag::spot) != 0;
    plan.forward = x.underlying * (spot ? exponential((x.rate - x.dividend) * x.time) : 1.0);
    plan.discount = exponential(-x.rate * x.time);
    if (!(plan.forward >= 0x1p-1022 && plan.forward < infinity && plan.discount < infinity))
        plan.faults |= detail::fault(heston_status::value_is_not_finite);
    double const variance = detail::log_variance(x);
    double const deviation = square_root(variance > 0.0 ? variance : 0.0);
    plan.deviation = deviation;
    plan.certain = x.time < detail::heston_time_min || deviation < detail::heston_deviation_min;
    if (plan.faults != 0 || plan.certain) return plan;
    plan.calls = make_heston_ladder(x, 1.0, deviation);
    plan.puts = make_heston_ladder(x, -1.0, deviation);
    if (!plan.calls.usable && !plan.puts.usable)
        plan.faults |= detail::fault(heston_status::moments_explode);
    return plan;
}

LOCKSTEP_HD std::uint64_t heston_strike_faults(double strike) {
    bool const usable = strike >= 0x1p-1022 && strike < infinity;
    return usable ? 0 : detail::fault(heston_status::strike_is_not_usable);
}

LOCKSTEP_HD heston_contour heston_contour_of(heston_plan const& plan, bool on_calls, int rung) {
    return make_heston_contour(on_calls ? plan.calls : plan.puts, rung);
}

/// The strike must be usable.
LOCKSTEP_HD heston_strike heston_strike_of(heston_plan const& plan, double strike, bool put) {
    double const k = logarithm_of_ratio(strike, plan.forward);
    // The side out of the money, unless its moments explode so soon that its sums would be many
    // times as long as the other's; small values are then not small.
    double const calls = plan.calls.usable ? plan.calls.reach[heston_rungs - 1] : 0.0;
    double const puts = plan.puts.usable ? plan.puts.reach[heston_rungs - 1] : 0.0;
    double const own = k >= 0.0 ? calls : puts;
    double const other = k >= 0.0 ? puts : calls;
    bool const crossed = own * plan.deviation < 0.5 && other > 8.0 * own;
    bool const on_calls = (k >= 0.0) != crossed;
    int const rung = heston_rung(on_calls ? plan.calls : plan.puts, on_calls ? k : -k);
    return {strike, k, put, on_calls, rung};
}

/// A strike's turn exp(-i k u), from node to node.
struct heston_turn {
    complex now, step;
};
LOCKSTEP_HD heston_turn heston_turn_of(heston_contour const& c, double k) {
    sine_cosine const turn = sine_cosine_of(c.step * k);
    return {{1.0, 0.0}, {turn.cosine, -turn.sine}};
}

/// A sum with a node's term added, as the strike sees it.
LOCKSTEP_HD double heston_add(double sum, complex term, complex turn) {
    return fused(term.re, turn.re, fused(-term.im, turn.im, sum));
}

struct heston_valuation {
    double values[heston_value_count];
};

/// A row as it is reported: zeros unless it is computed and finite.
struct heston_row {
    heston_valuation v;
    heston_status status;
};
LOCKSTEP_HD heston_row heston_row_of(heston_valuation const& v, heston_status status) {
    double trace = 0.0;
    for (double const value : v.values) trace += value * 0.0;
    if (status != heston_status::computed) return {{}, status};
    if (trace != 0.0) return {{}, heston_status::value_is_not_finite};
    return {v, status};
}

/// How a sum ended. What an option is worth beyond being exercised is at most the smaller leg: an
/// error wider than that (and than what the forward is not known to anyway) says nothing, and no
/// price either. Nor is one that is below what exercise pays, or above all that can be paid, by
/// more than its error: jumps without a spread keep the transform from fading, unseen by the error.
LOCKSTEP_HD heston_status heston_sum_status(heston_plan const& plan, heston_strike const& o,
                                            heston_valuation const& v, bool done) {
    double const price = v.values[0], error = v.values[1];
    double const smaller = o.strike < plan.forward ? o.strike : plan.forward;
    double const deep = 0x1p-20 * plan.forward + 0x1p-50 * o.strike;
    bool const says_nothing = error > plan.discount * (smaller + deep) && error < infinity;
    double const gain = o.put ? o.strike - plan.forward : plan.forward - o.strike;
    double const least = gain > 0.0 ? plan.discount * gain : 0.0;
    double const most = plan.discount * (o.put ? o.strike : plan.forward);
    double const near = error + 0x1p-50 * plan.discount * (plan.forward + o.strike);
    bool const cannot_be = price < least - near || price > most + near;
    return done && !says_nothing && !cannot_be ? heston_status::computed
                                               : heston_status::terms_are_exhausted;
}

/// What remains when nothing moves: the discounted intrinsic value of the forward.
LOCKSTEP_HD heston_valuation heston_certain_value(heston_expiry const& x, heston_plan const& plan,
                                                  heston_strike const& o) {
    bool const spot = (x.flags & option_flag::spot) != 0;
    double const gain = o.put ? o.strike - plan.forward : plan.forward - o.strike;
    double const step = gain > 0.0 ? 1.0 : (gain < 0.0 ? 0.0 : 0.5);
    double const by_forward = o.put ? -step : step;
    double const carried = spot ? exponential(-x.dividend * x.time) : plan.discount;
    double const price = gain > 0.0 ? plan.discount * gain : 0.0;
    double const drift = spot ? x.rate - x.dividend : 0.0;
    double const moved = x.underlying * carried * by_forward;
    heston_valuation v{};
    v.values[0] = price;
    v.values[1] = price * 0x1p-50;
    v.values[2] = carried * by_forward;
    v.values[4] = x.rate * price - drift * moved;
    v.values[5] = x.time * ((spot ? moved : 0.0) - price);
    return v;
}

/// A strike's values from its sums over all nodes of its contour; `size` is the sum of |terms[0]|.
template <heston_depth Depth>
LOCKSTEP_HD heston_valuation heston_value_of(heston_expiry const& x, heston_plan const& plan,
                                             heston_strike const& o, heston_contour const& c,
                                             double const* sums, double size) {
    bool const spot = (x.flags & option_flag::spot) != 0;
    double const scale = exponential(c.log_moment - (c.base - 1.0) * o.k) * c.step *
                         (2.0 / detail::two_pi) * plan.discount;
    double const whole = scale * plan.forward;
    // From the side of the contour to the one that is asked for: call - put = D (F - K).
    bool const other = o.on_calls == o.put;
    double const parity = other ? (o.put ? -plan.discount : plan.discount) : 0.0;
    double const price = whole * sums[0] + parity * (plan.forward - o.strike);
    double const legs = plan.discount * (plan.forward + o.strike);
    double const leg = plan.discount * (o.on_calls ? plan.forward : o.strike);
    heston_valuation v{};
    v.values[0] = price > 0.0 ? price : 0.0;
    // The forward's own rounding counts as often as the value is elastic to it.
    double const reach = o.on_calls ? c.base - 1.0 : -c.base;
    v.values[1] = whole * size * fused(reach, 0x1p-51, detail::rounding_bound) + leg * c.missed +
                  (other ? legs * 0x1p-52 : 0.0);
    if constexpr (Depth == heston_depth::all) {
        double const by_forward = scale * sums[1] + parity;
        double const per_spot = spot ? exponential((x.rate - x.dividend) * x.time) : 1.0;
        double const drift = spot ? x.rate - x.dividend : 0.0;
        v.values[2] = by_forward * per_spot;
        v.values[3] = scale / plan.forward * sums[2] * (per_spot * per_spot);
        v.values[4] = x.rate * price - drift * plan.forward * by_forward - whole * sums[3];
        v.values[5] = x.time * ((spot ? plan.forward * by_forward : 0.0) - price);
        for (int i = 4; i < heston_sum_count; ++i) v.values[i + 2] = whole * sums[i];
    }
    return v;
}

}  // namespace lockstep
