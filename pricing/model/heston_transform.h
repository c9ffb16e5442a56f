// The moment generating function of the logarithm of spot / forward under Heston's and Bates'
// model, at complex orders: M(s) = E[(S/F)^s], which at s = iu is the characteristic function.
//
//   ln M = C + D v0 + l T (exp(s mean + s^2 vol^2 / 2) - 1 - s m)
//   z = s (1 - s),   b = kappa - rho sigma s,   d = sqrt(b^2 + sigma^2 z),   w = (b - d) / sigma^2
//   E = (1 - exp(-dT)) / (2d),   y = sigma^2 w E
//   D = -z E / (1 + y),   C = kappa theta (w T - 2 ln(1 + y) / sigma^2)
//
// This is the "little trap" form (Albrecher, Mayer, Schoutens, Tistaert 2007): with exp(-dT), whose
// logarithm never crosses its cut (Lord and Kahl 2010), written so that nothing cancels or divides
// by zero as sigma or d vanish: w = -z / (b + d) where that is the better sum, and C without a
// quotient of small numbers.
#pragma once

#include "pricing/base/complex.h"
#include "pricing/model/heston.h"

namespace lockstep {

/// ln M and what its derivatives are made of.
struct heston_transform {
    complex log_value;
    complex by_v0;    // D
    complex s, z, b;  // as above
    complex d, decay;
    complex w, e, y, log_y;  // log_y = ln(1 + y)
    complex level;           // C / (kappa theta)
    complex jumps;           // exponent of the jumps for a year
};

/// Its derivatives by the parameters and time.
struct heston_slopes {
    complex by_kappa, by_theta, by_sigma, by_rho, by_time;
};

namespace detail {

inline constexpr double exponent_max = 700.0;

LOCKSTEP_HD double at_most(double x, double most) { return x > most ? most : x; }
LOCKSTEP_HD double at_least(double x, double least) { return x < least ? least : x; }
LOCKSTEP_HD complex select(bool first, complex a, complex b) {
    return {first ? a.re : b.re, first ? a.im : b.im};
}

LOCKSTEP_HD complex jump_exponent(heston_parameters const& p, complex s) {
    double const half_square = 0.5 * p.jump_vol * p.jump_vol;
    complex const moved = s * (p.jump_mean + half_square * s);
    double const mean = exponential_less_one(at_most(p.jump_mean + half_square, exponent_max));
    complex const inside{at_least(at_most(moved.re, exponent_max), -exponent_max), moved.im};
    return p.jump_intensity * (exponential_less_one(inside) - mean * s);
}

/// (y / (1 + y) - ln(1 + y)) / y^2: how ln(1 + y) / sigma^2 falls with sigma^2.
LOCKSTEP_HD complex log_curve(complex y, complex log_y) {
    bool const small = norm(y) < 0x1p-16;
    complex const safe = select(small, {1.0, 0.0}, y);
    complex const direct = (safe / (1.0 + safe) - log_y) / (safe * safe);
    complex sum{6.0 / 7.0, 0.0};
    sum = sum * y - 5.0 / 6.0;
    sum = sum * y + 4.0 / 5.0;
    sum = sum * y - 3.0 / 4.0;
    sum = sum * y + 2.0 / 3.0;
    sum = sum * y - 1.0 / 2.0;
    return select(small, sum, direct);
}

}  // namespace detail

/// ln M at s. The real part of s must lie where the moment is finite (heston_moment_is_finite).
LOCKSTEP_HD heston_transform heston_transform_at(heston_parameters const& p, double time,
                                                 complex s) {
    heston_transform t;
    t.s = s;
    t.z = s * (1.0 - s);
    t.b = p.kappa - (p.rho * p.sigma) * s;
    double const variance = p.sigma * p.sigma;
    double const bend = variance * ((1.0 - p.rho) * (1.0 + p.rho));
    double const slope = p.sigma * (p.sigma - 2.0 * p.kappa * p.rho);
    complex const d = square_root(s * (slope - bend * s) + p.kappa * p.kappa);
    // M is even in d: a d that is nearly zero may as well be a little larger.
    double const least = 0x1p-24 / time;
    t.d = detail::select(norm(d) < least * least, {least, 0.0}, d);
    complex const fall = -(time * t.d);
    complex const gone =
        -exponential_less_one(complex{detail::at_least(fall.re, -detail::exponent_max), fall.im});
    t.decay = 1.0 - gone;
    t.e = gone / (2.0 * t.d);
    bool const adds = t.b.re >= 0.0;
    complex const sum = detail::select(adds, t.b + t.d, {1.0, 0.0});
    double const per_variance = 1.0 / (adds ? 1.0 : variance);
    t.w = detail::select(adds, -(t.z / sum), per_variance * (t.b - t.d));
    complex const we = t.w * t.e;
    t.y = variance * we;
    t.log_y = logarithm_of_one_plus(t.y);
    bool const flat = norm(t.y) < 0x1p-120;  // ln(1 + y) / y is 1
    complex const ratio =
        detail::select(flat, {1.0, 0.0}, t.log_y / detail::select(flat, {1.0, 0.0}, t.y));
    t.level = time * t.w - 2.0 * (we * ratio);
    t.by_v0 = -(t.z * t.e / (1.0 + t.y));
    t.jumps = detail::jump_exponent(p, s);
    t.log_value = (p.kappa * p.theta) * t.level + p.v0 * t.by_v0 + time * t.jumps;
    return t;
}

namespace detail {

/// What every direction's derivative shares.
struct heston_bends {
    complex per_d, per_one, we, e_by_d, curve;
    double variance, reversion;
};

/// The derivative of ln M along a direction in which b moves by db and sigma^2 by ds.
LOCKSTEP_HD complex heston_slope_along(heston_parameters const& p, double time,
                                       heston_transform const& t, heston_bends const& k, complex db,
                                       double ds) {
    complex const dd = (t.b * db + (0.5 * ds) * t.z) * k.per_d;
    complex const dw = ((0.5 * ds) * t.w - db) * t.w * k.per_d;
    complex const de = k.e_by_d * dd;
    complex const dwe = dw * t.e + t.w * de;
    complex const dy = ds * k.we + k.variance * dwe;
    complex const d_v0 = -(t.z * k.per_one * (de - t.e * dy * k.per_one));
    complex const d_level = time * dw - 2.0 * (dwe * k.per_one + ds * (k.we * k.we * k.curve));
    return k.reversion * d_level + p.v0 * d_v0;
}

}  // namespace detail

LOCKSTEP_HD heston_slopes heston_slopes_at(heston_parameters const& p, double time,
                                           heston_transform const& t) {
    detail::heston_bends k;
    k.per_d = inverse(t.d);
    k.per_one = inverse(1.0 + t.y);
    k.we = t.w * t.e;
    k.e_by_d = ((0.5 * time) * t.decay - t.e) * k.per_d;
    k.curve = detail::log_curve(t.y, t.log_y);
    k.variance = p.sigma * p.sigma;
    k.reversion = p.kappa * p.theta;
    heston_slopes v;
    v.by_kappa = detail::heston_slope_along(p, time, t, k, {1.0, 0.0}, 0.0) + p.theta * t.level;
    v.by_theta = p.kappa * t.level;
    v.by_sigma = detail::heston_slope_along(p, time, t, k, -(p.rho * t.s), 2.0 * p.sigma);
    v.by_rho = detail::heston_slope_along(p, time, t, k, -(p.sigma * t.s), 0.0);
    complex const riccati = (0.5 * k.variance) * (t.by_v0 * t.by_v0) - t.b * t.by_v0 - 0.5 * t.z;
    v.by_time = k.reversion * t.by_v0 + p.v0 * riccati + t.jumps;
    return v;
}

/// Whether M is finite at the order of a transform taken at a real s: 1 + y has not reached zero
/// on the way to this time.
LOCKSTEP_HD bool heston_moment_is_finite(heston_transform const& t, double time) {
    double const half_turn = 0.5 * time * t.d.im;
    sine_cosine const turn = sine_cosine_of(half_turn);
    double const bracket = (1.0 + t.y.re) * turn.cosine - t.y.im * turn.sine;
    return bracket > 0.0 && half_turn < 0x1.8p+1 && half_turn > -0x1.8p+1 &&
           t.log_value.re < detail::exponent_max;
}

}  // namespace lockstep
