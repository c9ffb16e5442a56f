// European options in closed form: Black (1976) on a forward, Black-Scholes-Merton on a spot with a
// yield, and the coin-settled (inverse) twin of both, with thirteen Greeks. One formula serves all:
//
//   linear:   V = u A cp N(cp d1) - K B cp N(cp d2)      inverse:  the same, divided by u
//   A = exp(-a T), B = exp(-c T), b = c - a is the drift of u
//   spot:              a = dividend, c = rate
//   linear forward:    a = c = rate          inverse forward:  a = c = dividend (the coin's rate)
//   s = vol sqrt(T),  d1 = (ln(u/K) + b T) / s + s/2,  d2 = d1 - s
//
// Everything is a select, nothing a branch, so that a compiler runs it on eight options at a time.
//
// Edges. A total vol s below 2^-200 (or a time below 2^-1000) is none: the value is the discounted
// intrinsic value of the forward, delta is a step (one half of it where forward equals strike), and
// what hangs on the density (gamma, vega and their kin) is zero. A total vol above 24 is 24, where
// the price has reached its bound, and vega ends. A strike or underlying below 2^-1022 is zero.
// The price never leaves its bounds, discounted intrinsic value and the whole leg.
//
// Derivatives of V are written out in doc-order below; x = ln(u/K) + b T, n = density at d1:
//   dV/dx at fixed u is K B cp N(cp d2) / unit, dV/ds = W n with W = u A (linear) or A (inverse).
#pragma once

#include "pricing/base/normal.h"
#include "pricing/base/platform.h"
#include "pricing/model/option.h"

namespace lockstep {

struct option_inputs {
    double underlying;
    double strike;
    double time;
    double rate;
    double dividend;
    double vol;
    std::uint64_t flags;  // option_flag; as wide as the doubles, so that lanes stay aligned
};

/// Values in the order of option_value. Those beyond what was asked for are not computed: the
/// compiler drops a field that nobody reads.
struct option_valuation {
    double price, delta, gamma, vega, theta, rho, vanna;
    double volga, charm, speed, zomma, color, veta, ultima;
    double delta_usd, delta_net;
    std::uint64_t faults;  // a bit for each option_status that applies; first_fault() names it
};

namespace detail {

inline constexpr double normal_min = 0x1p-1022;
inline constexpr double total_vol_min = 0x1p-200;
inline constexpr double total_vol_max = 24.0;
inline constexpr double time_min = 0x1p-1000;
inline constexpr double far_out = 64.0;  // N(64) = 1 and n(64) = 0

LOCKSTEP_HD bool finite(double x) { return x - x == 0.0; }
/// Both, without the jump of &&: a chain of jumps is what keeps g++ from running eight at a time.
LOCKSTEP_HD bool both(bool a, bool b) { return a & b; }
LOCKSTEP_HD bool either(bool a, bool b) { return a | b; }
LOCKSTEP_HD bool finite_and_not_negative(double x) { return both(x >= 0.0, x < infinity); }

/// The bit of a status among the faults of a row.
LOCKSTEP_HD constexpr std::uint64_t fault(option_status status) {
    return std::uint64_t{1} << static_cast<unsigned>(status);
}

/// Every fault of the inputs.
LOCKSTEP_HD std::uint64_t input_faults(option_inputs const& in) {
    using enum option_status;
    std::uint64_t faults = 0;
    faults |=
        finite_and_not_negative(in.underlying) ? 0 : fault(underlying_is_not_finite_or_negative);
    faults |= finite_and_not_negative(in.strike) ? 0 : fault(strike_is_not_finite_or_negative);
    faults |= finite_and_not_negative(in.time) ? 0 : fault(time_is_not_finite_or_negative);
    faults |= finite_and_not_negative(in.vol) ? 0 : fault(vol_is_not_finite_or_negative);
    faults |= finite(in.rate) ? 0 : fault(rate_is_not_finite);
    faults |= finite(in.dividend) ? 0 : fault(dividend_is_not_finite);
    return faults;
}

/// What every value is made of, edges already resolved.
struct black_terms {
    double a, c, b;             // rates of the asset and the cash leg, drift
    double asset_discount;      // A
    double underlying_inverse;  // 1 / u, zero for u = 0
    double root_time;           // sqrt(T)
    double s, s_inverse;        // total vol and 1 / s; s_inverse is zero without a total vol
    double d1, d2;              // clamped to [-64, 64] at least
    double asset_side;          // cp N(cp d1)
    double cash;                // K B cp N(cp d2)
    double price_quote;         // u A cp N(cp d1) - cash, in quote currency, within its bounds
    double leg;                 // the whole leg: u A (call) or K B (put)
    double asset_leg;           // u A
    double density;             // n(d1), zero where the value does not hang on vol
    bool alive;                 // the value hangs on vol
};

LOCKSTEP_HD black_terms terms_of(option_inputs const& in, bool put, bool spot, bool inverse) {
    black_terms t;
    t.a = either(spot, inverse) ? in.dividend : in.rate;
    t.c = spot ? in.rate : t.a;
    t.b = t.c - t.a;
    t.asset_discount = exponential(-t.a * in.time);
    double cash_discount = exponential(-t.c * in.time);

    bool has_underlying = in.underlying >= normal_min;
    bool has_strike = in.strike >= normal_min;
    double u = has_underlying ? in.underlying : 0.0;
    double k = has_strike ? in.strike : 0.0;
    double u_safe = has_underlying ? u : 1.0;
    double inverse_u = 1.0 / u_safe;
    t.underlying_inverse = has_underlying ? inverse_u : 0.0;

    double x = logarithm_of_ratio(u_safe, has_strike ? k : 1.0) + t.b * in.time;
    x = has_underlying ? x : -1.0;
    x = has_strike ? x : 1.0;

    t.root_time = square_root(in.time);
    double s = in.vol * t.root_time;
    t.s = s < total_vol_max ? s : total_vol_max;
    bool has_vol = both(t.s >= total_vol_min, in.time >= time_min);
    bool smooth = both(has_vol, both(has_underlying, has_strike));
    t.alive = both(smooth, s < total_vol_max);
    double reciprocal = 1.0 / (smooth ? t.s : 1.0);
    t.s_inverse = smooth ? reciprocal : 0.0;

    double step = x > 0.0 ? far_out : 0.0;
    step = x < 0.0 ? -far_out : step;
    double d1 = fused(x, reciprocal, 0.5 * t.s);
    d1 = d1 > far_out ? far_out : d1;
    d1 = d1 < -far_out ? -far_out : d1;
    t.d1 = smooth ? d1 : step;
    t.d2 = smooth ? d1 - t.s : step;

    normal_pair at_d1 = normal_cdf_pdf_of_number(t.d1);
    normal_pair at_d2 = normal_cdf_pdf_of_number(t.d2);
    t.density = t.alive ? at_d1.pdf : 0.0;
    t.asset_side = put ? -at_d1.complement : at_d1.cdf;
    double cash_side = put ? -at_d2.complement : at_d2.cdf;

    t.asset_leg = u * t.asset_discount;
    double cash_leg = k * cash_discount;
    t.cash = cash_leg * cash_side;
    t.leg = put ? cash_leg : t.asset_leg;
    double intrinsic = t.asset_leg - cash_leg;
    intrinsic = put ? -intrinsic : intrinsic;
    double floor = intrinsic > 0.0 ? intrinsic : 0.0;
    double price = fused(t.asset_leg, t.asset_side, -t.cash);
    price = price < floor ? floor : price;
    t.price_quote = price > t.leg ? t.leg : price;
    return t;
}

/// Zero when every value is finite, NaN otherwise: infinity times zero is NaN, and NaN stays.
LOCKSTEP_HD double not_finite_trace(option_valuation const& v, option_depth depth) {
    double trace = v.price * 0.0;
    if (depth == option_depth::price) return trace;
    trace = fused(v.delta, 0.0, fused(v.gamma, 0.0, trace));
    trace = fused(v.vega, 0.0, fused(v.theta, 0.0, trace));
    trace = fused(v.rho, 0.0, fused(v.vanna, 0.0, trace));
    if (depth == option_depth::first_greeks) return trace;
    trace = fused(v.volga, 0.0, fused(v.charm, 0.0, fused(v.speed, 0.0, trace)));
    trace = fused(v.zomma, 0.0, fused(v.color, 0.0, fused(v.veta, 0.0, trace)));
    return fused(v.ultima, 0.0, fused(v.delta_usd, 0.0, fused(v.delta_net, 0.0, trace)));
}

/// Every value of a row that is not computed is zero.
LOCKSTEP_HD void clear_unless(bool computed, option_valuation& v) {
    v.price = computed ? v.price : 0.0;
    v.delta = computed ? v.delta : 0.0;
    v.gamma = computed ? v.gamma : 0.0;
    v.vega = computed ? v.vega : 0.0;
    v.theta = computed ? v.theta : 0.0;
    v.rho = computed ? v.rho : 0.0;
    v.vanna = computed ? v.vanna : 0.0;
    v.volga = computed ? v.volga : 0.0;
    v.charm = computed ? v.charm : 0.0;
    v.speed = computed ? v.speed : 0.0;
    v.zomma = computed ? v.zomma : 0.0;
    v.color = computed ? v.color : 0.0;
    v.veta = computed ? v.veta : 0.0;
    v.ultima = computed ? v.ultima : 0.0;
    v.delta_usd = computed ? v.delta_usd : 0.0;
    v.delta_net = computed ? v.delta_net : 0.0;
}

}  // namespace detail

/// The status that a row reports: the first in the order of option_status.
LOCKSTEP_HD option_status first_fault(std::uint64_t faults) {
    unsigned status = 0;
    for (unsigned k = 8; k-- > 1;) status = (faults >> k & 1) != 0 ? k : status;
    return static_cast<option_status>(status);
}

/// Values an option. The meaning, units and signs of each value stand at option_value.
LOCKSTEP_HD option_valuation value_option(option_inputs const& in, option_depth depth) {
    bool put = (in.flags & option_flag::put) != 0;
    bool spot = (in.flags & option_flag::spot) != 0;
    bool inverse = (in.flags & option_flag::inverse) != 0;
    detail::black_terms t = detail::terms_of(in, put, spot, inverse);

    double inv_u = t.underlying_inverse;
    double w = inverse ? t.asset_discount : t.asset_leg;  // W
    double cash = inverse ? t.cash * inv_u : t.cash;      // dV/dx at fixed u
    double cash_twice = inverse ? 2.0 * cash : 0.0;       // enters the inverse curvature alone
    double dense = w * t.density;                         // W n = dV/ds
    double bend = dense * t.s_inverse;                    // W n / s
    double s_per_time = t.alive ? 0.5 * in.vol * in.vol * t.s_inverse : 0.0;  // ds/dT
    double half_per_time = t.alive ? 0.5 / in.time : 0.0;                     // 1 / (2 T)
    double vol_inverse = t.root_time * t.s_inverse;
    double d_cross = inverse ? t.d1 : t.d2;
    double d1_d2 = t.d1 * t.d2;

    option_valuation v;
    double price = inverse ? t.price_quote * inv_u : t.price_quote;
    double bound = detail::both(inverse, !put) ? t.asset_discount : price;
    v.price = price > bound ? bound : price;
    double delta_usd = t.asset_discount * t.asset_side;
    v.delta = inverse ? cash * inv_u : delta_usd;
    double curve = bend - cash_twice;
    v.gamma = curve * inv_u * inv_u;
    v.vega = dense * t.root_time;
    v.theta = fused(t.a, v.price, fused(-t.b, cash, -(dense * s_per_time)));
    double rho_forward = inverse ? 0.0 : -in.time * v.price;
    v.rho = spot ? in.time * cash : rho_forward;
    v.vanna = -(bend * t.root_time * d_cross * inv_u);

    double d1_per_s = t.d1 * t.s_inverse;
    double d1_per_time = fused(t.b, t.s_inverse, -(t.d2 * half_per_time));  // dd1/dT
    v.volga = v.vega * d1_d2 * vol_inverse;
    v.charm = fused(inverse ? t.c : t.a, v.delta,
                    inv_u * fused(dense * half_per_time, d_cross, -(t.b * bend)));
    double slope = fused(-bend, d1_per_s + (inverse ? 4.0 : 1.0), 3.0 * cash_twice);
    v.speed = slope * inv_u * inv_u * inv_u;
    double knee = d1_d2 - 1.0 + (inverse ? 2.0 * t.d1 * t.s : 0.0);
    v.zomma = bend * vol_inverse * knee * inv_u * inv_u;
    double drift_part = fused(bend, d1_per_s, inverse ? 2.0 * bend - cash_twice : 0.0);
    v.color =
        fused(t.a, curve, fused(t.b, drift_part, -(bend * half_per_time * knee))) * inv_u * inv_u;
    v.veta = v.vega * (fused(t.d1, d1_per_time, t.a) - half_per_time);
    v.ultima = -(v.vega * vol_inverse * vol_inverse *
                 fused(d1_d2, 1.0 - d1_d2, fused(t.d1, t.d1, t.d2 * t.d2)));
    v.delta_usd = delta_usd;
    v.delta_net = inverse ? delta_usd - v.price : delta_usd;

    // A coin-settled put on a worthless coin is worth infinitely many of them.
    bool worthless =
        detail::both(in.underlying < detail::normal_min, in.strike >= detail::normal_min);
    bool endless = detail::both(detail::both(inverse, put), worthless);
    bool in_range = detail::not_finite_trace(v, depth) == 0.0;
    std::uint64_t unfit = detail::fault(option_status::value_is_not_finite);
    v.faults = detail::input_faults(in);
    v.faults |= in_range ? 0 : unfit;
    v.faults |= endless ? unfit : 0;
    detail::clear_unless(v.faults == 0, v);
    return v;
}

}  // namespace lockstep
