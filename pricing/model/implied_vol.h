// Implied volatility: the vol at which Black's (1976) or Bachelier's (1900) formula gives a price,
// to the last digits that the price determines.
//
// With x = -|ln(F/K)|, a = -x/s and t = s/2 at a total vol s, and M the Mills ratio, Black's time
// value, in units of sqrt(F K), and what is missing to its most are
//   b(s) = v (M(a - t) - M(a + t)),   e^(x/2) - b(s) = v (M(t - a) + M(t + a)),
//   v = db/ds = exp(-(a^2 + t^2)/2) / sqrt(2 pi).
// Bachelier's is the first of them with t = 0 and x = -|F - K|, in units of the price; it has no
// most. The smaller one of the two is the target: it is found in the price without a rounding of
// its own. Its logarithm has a root that a third-order Householder step finds from a close guess,
// and since v divides out, a step needs no exponential. The last step compares the values instead
// of their logarithms, and leaves little but the error of the price. Nothing branches and the
// number of steps is fixed: a compiler runs eight options at a time.
#pragma once

#include "pricing/base/exp_log.h"
#include "pricing/base/mills_pair.h"
#include "pricing/base/normal.h"
#include "pricing/base/platform.h"
#include "pricing/model/black.h"
#include "pricing/model/implied_vol_status.h"
#include "pricing/model/option.h"

namespace lockstep {

struct implied_vol_inputs {
    double forward;
    double strike;
    double time;          // years
    double price;         // as paid today
    double discount;      // today's price of 1 at expiry
    std::uint64_t flags;  // implied_vol_flag
};

struct implied_vol_value {
    double vol;            // per square root of a year; zero unless computed
    double error;          // what half a unit in the price's last place leaves undecided
    std::uint64_t faults;  // a bit for each status; first_implied_vol_fault() names it
};

namespace detail {

inline constexpr double half_log_two_pi = 0x1.d67f1c864beb5p-1;
inline constexpr double moneyness_min = 0x1p-900;  // stands for zero
inline constexpr double moneyness_max = 0x1p960;
inline constexpr double lift = 0x1p256;
inline constexpr double log_lift = 0x1.62e42fefa39efp+7;

/// Half a unit in the last place of a positive number.
LOCKSTEP_HD double half_ulp(double x) {
    return double_of(bits_of(x) & 0x7ff0000000000000u) * 0x1p-53;
}

/// What is asked of a total vol: that the time value (low), or what it lacks to its most, is there.
struct vol_target {
    bool low;
    double half;       // t / s: 1/2 (Black) or 0 (Bachelier)
    double moneyness;  // |x|, not zero
    double value;      // above zero, times 1 / unlifted
    double unlifted;   // 1, or 2^-256 for the smallest values
    double logarithm;  // of the value itself
};

/// One total vol, and what the formula has there.
struct vol_point {
    double a, t;
    double exponent;  // (a^2 + t^2) / 2
    double ratio;     // value / v
};

LOCKSTEP_HD vol_point vol_point_at(vol_target const& target, double s) {
    double const a = target.moneyness / s;
    double const t = target.half * s;
    mills_pair const mills = mills_around(target.low ? a : t, target.low ? t : a);
    return {a, t, 0.5 * fused(a, a, t * t), target.low ? s * mills.slope : mills.sum};
}

/// The next total vol, when the logarithm of the value is to rise by `rise`.
LOCKSTEP_HD double householder_step(vol_target const& target, double s, vol_point const& at,
                                    double rise) {
    double const side = target.low ? 1.0 : -1.0;
    double const inverse_s = 1.0 / s;
    double const slope = side / at.ratio;
    double const newton = side * at.ratio * rise;
    double const a_square = at.a * at.a;
    double const bend = (a_square - at.t * at.t) * inverse_s;
    double const bend_slope =
        fused(-3.0 * a_square * inverse_s, inverse_s, -(target.half * target.half));
    double const second = bend - slope;
    double const third = fused(bend, bend - 3.0 * slope, fused(2.0 * slope, slope, bend_slope));
    double const step = newton * fused(0.5 * second, newton, 1.0) /
                        fused(newton, fused(newton, third * (1.0 / 6.0), second), 1.0);
    double next = s + step;
    next = next > 2.0 * s ? 2.0 * s : next;
    return next > 0.5 * s ? next : 0.5 * s;
}

LOCKSTEP_HD double step_by_logarithm(vol_target const& target, double s) {
    vol_point const at = vol_point_at(target, s);
    double const value = at.exponent + half_log_two_pi - logarithm_in_range(at.ratio);
    return householder_step(target, s, at, target.logarithm + value);
}

/// The last step; also what one unit of relative error in the value does to s.
struct last_vol {
    double total_vol, sensitivity;
};
LOCKSTEP_HD last_vol step_by_value(vol_target const& target, double s) {
    vol_point const at = vol_point_at(target, s);
    scaled_double const e = exponential_parts(at.exponent, 0.0);
    double const part = target.value / at.ratio * root_two_pi * e.mantissa;
    double const quotient = part * two_to(e.power_bits - 512u) * 0x1p512 * target.unlifted;
    double const excess = quotient - 1.0;
    double const rise = fused(excess * excess, fused(excess, 1.0 / 3.0, -0.5), excess);
    return {householder_step(target, s, at, rise), at.ratio};
}

/// The a with exp(log_y) = phi(a)/a - Phi(-a), Bachelier's time value at a = |F-K|/s per |F-K|;
/// within 3e-5 of itself.
LOCKSTEP_HD double bachelier_guess(double log_y) {
    double const bounded = log_y < -600.0 ? -600.0 : (log_y > 690.0 ? 690.0 : log_y);
    double const q = 0.25 * exponential_in_range(-bounded);
    double const near = q < 0x1p-30 ? q : logarithm_in_range(1.0 + q);
    double const square = 2.0 * (log_y < -600.0 ? -log_y - 0x1.62e42fefa39efp+0 : near);
    double const w = square_root(square);
    double const top =
        polynomial(w, 0x1.9881fc1a89226p-1, 0x1.b0d078312cad1p-3, 0x1.7643aae814aacp-2,
                   -0x1.7e196a88296abp-5, 0x1.7af3b9a5484fbp-6, 0x1.4ce109d12c8f5p-7);
    double const bottom = polynomial(
        w, 0x1.0000000000000p+0, 0x1.0dfa1be58f712p-2, 0x1.37c619751e0a9p+0, 0x1.f07d7cfbbc660p-4,
        0x1.7b758dede2ee1p-5, 0x1.8847d74f49435p-6, 0x1.4cc640ba819fep-7);
    return square * top / bottom;
}

/// A total vol near the one that is sought. `fraction` and `rest` are the time value and what it
/// lacks, in units of its most; they add up to one.
///
/// Far out both values are nearly their larger Mills ratio, and at a = t, s = sqrt(2 |x|), the
/// smaller one is known: that gives a guess that is right there and at either end for large |x|.
/// Below, Bachelier's formula is Black's but for a factor exp(-t^2/2), which the guess is good for.
LOCKSTEP_HD double total_vol_guess(vol_target const& target, double fraction, double rest) {
    double const x = target.half > 0.0 ? target.moneyness : 1.0;  // Bachelier wants `near` alone
    double const turn = square_root(2.0 * x);
    double const share = mills_ratio(turn) * root_two_over_pi;
    bool const below = fraction < 0.5 - 0.5 * share;
    double const below_tail = fraction / (1.0 - share);
    double const tail = below ? below_tail : rest / (1.0 + share);
    double const z = -normal_quantile(tail < 0.5 ? tail : 0.5);
    double const root = square_root(fused(z, z, 2.0 * x));
    double const far = below ? 2.0 * x / (root + z) : root + z;
    double const t = target.half * far;
    double const log_y = target.logarithm + 0.5 * t * t - logarithm_in_range(target.moneyness);
    double const near = target.moneyness / bachelier_guess(log_y);
    return target.low ? near : far;
}

/// A price taken apart: what vol adds to it, and what it lacks to the most that vol can add.
struct price_parts {
    double undiscounted;
    double distance;    // |F - K|
    double time_value;  // undiscounted price less intrinsic value, rounded once
    double rest;        // the whole leg less the undiscounted price
    double slack;       // what rounding may have taken from the time value
};

LOCKSTEP_HD price_parts parts_of(implied_vol_inputs const& in, bool put) {
    double const leg = put ? in.strike : in.forward;
    double const other = put ? in.forward : in.strike;
    double const price = in.price / in.discount;
    double const gain = leg - other;
    double const back = gain - leg;
    double const gain_low = (leg - (gain - back)) - (other + back);
    double const in_the_money = (price - gain) - gain_low;
    return {price, gain < 0.0 ? -gain : gain, gain > 0.0 ? in_the_money : price, leg - price,
            4.0 * half_ulp(price)};
}

LOCKSTEP_HD constexpr std::uint64_t fault(implied_vol_status status) {
    return std::uint64_t{1} << static_cast<unsigned>(status);
}

LOCKSTEP_HD std::uint64_t implied_vol_faults(implied_vol_inputs const& in, price_parts const& p,
                                             bool bachelier) {
    using enum implied_vol_status;
    double const least = bachelier ? -infinity : normal_min;
    bool const forward = both(in.forward >= least, finite(in.forward));
    bool const strike = both(in.strike >= least, finite(in.strike));
    bool const most = both(!bachelier, !(p.rest > 0.0));
    std::uint64_t faults = 0;
    faults |= forward ? 0 : fault(forward_is_not_usable);
    faults |= strike ? 0 : fault(strike_is_not_usable);
    faults |= finite_and_not_negative(in.time) ? 0 : fault(time_is_not_finite_or_negative);
    faults |= finite_and_not_negative(in.price) ? 0 : fault(price_is_not_finite_or_negative);
    faults |= both(in.discount > 0.0, finite(p.undiscounted))
                  ? 0
                  : fault(discount_is_not_finite_or_not_positive);
    faults |= in.time >= time_min ? 0 : fault(no_time);
    faults |= p.time_value >= -p.slack ? 0 : fault(below_intrinsic);
    faults |= most ? fault(above_maximum) : 0;
    faults |= p.time_value >= normal_min ? 0 : fault(underflow);
    return faults;
}

/// Black's target, in units of sqrt(F K).
LOCKSTEP_HD vol_target black_target(implied_vol_inputs const& in, price_parts const& p) {
    bool const low = p.time_value <= p.rest;
    double const amount = low ? p.time_value : p.rest;
    bool const small = amount < 1.0 / lift;
    double const lifted = small ? amount * lift : amount;
    double const value = lifted / square_root(in.forward) / square_root(in.strike);
    double const x = logarithm_of_ratio(in.forward, in.strike);
    double const moneyness = x < 0.0 ? -x : x;
    return {low, 0.5, moneyness, value, small ? 1.0 / lift : 1.0, 0.0};
}

}  // namespace detail

/// The status that a row reports: the first in the order of implied_vol_status.
LOCKSTEP_HD implied_vol_status first_implied_vol_fault(std::uint64_t faults) {
    unsigned status = 0;
    for (unsigned k = implied_vol_status_count; k-- > 1;)
        status = (faults >> k & 1) != 0 ? k : status;
    return static_cast<implied_vol_status>(status);
}

/// The vol that gives the price, and how far half a unit in the price's last place moves it (at
/// least half a unit in the vol's own). Both are zero unless the status is `computed`.
LOCKSTEP_HD implied_vol_value implied_vol(implied_vol_inputs const& in) {
    bool const put = (in.flags & implied_vol_flag::put) != 0;
    bool const bachelier = (in.flags & implied_vol_flag::bachelier) != 0;
    detail::price_parts const p = detail::parts_of(in, put);
    implied_vol_value v;
    v.faults = detail::implied_vol_faults(in, p, bachelier);

    // Bachelier's unit is the time value itself.
    detail::vol_target target = detail::black_target(in, p);
    target.low = detail::either(bachelier, target.low);
    target.half = bachelier ? 0.0 : 0.5;
    target.moneyness = bachelier ? p.distance / p.time_value : target.moneyness;
    target.value = bachelier ? 1.0 : target.value;
    target.unlifted = bachelier ? 1.0 : target.unlifted;
    bool const in_range =
        detail::both(target.value >= detail::normal_min, target.moneyness < detail::moneyness_max);
    v.faults |= in_range ? 0 : detail::fault(implied_vol_status::underflow);
    bool const computed = v.faults == 0;
    target.value = computed ? target.value : 0.1;
    target.moneyness = computed ? target.moneyness : 0.1;
    target.moneyness =
        target.moneyness > detail::moneyness_min ? target.moneyness : detail::moneyness_min;
    target.logarithm =
        logarithm_in_range(target.value) + (target.unlifted < 1.0 ? -detail::log_lift : 0.0);

    double const most = in.strike < in.forward ? in.strike : in.forward;
    bool const bounded = detail::both(computed, !bachelier);
    double s = detail::total_vol_guess(target, bounded ? p.time_value / most : 0.1,
                                       bounded ? p.rest / most : 0.9);
    s = detail::step_by_logarithm(target, s);
    s = detail::step_by_logarithm(target, s);
    detail::last_vol const last = detail::step_by_value(target, s);

    double const unit = bachelier ? p.time_value : 1.0;
    double const per_root_time = unit / square_root(in.time);
    double const amount = target.low ? p.time_value : p.rest;
    double const vol = last.total_vol * per_root_time;
    double const of_price =
        detail::half_ulp(p.undiscounted) / amount * last.sensitivity * per_root_time;
    double const of_vol = detail::half_ulp(vol);
    double const error = of_price > of_vol ? of_price : of_vol;
    // Bachelier's price has no maximum but that of the vols that a double can hold.
    bool const held = detail::both(vol < infinity, error < infinity);
    v.faults |=
        detail::both(computed, !held) ? detail::fault(implied_vol_status::above_maximum) : 0;
    v.vol = detail::both(computed, held) ? vol : 0.0;
    v.error = detail::both(computed, held) ? error : 0.0;
    return v;
}

}  // namespace lockstep
