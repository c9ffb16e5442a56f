// Complex numbers for characteristic functions: a plain pair, the four operations without the
// special cases of the C standard (no operand here is infinite), and exp, log and sqrt from the
// real ones. Branch-free, the same bits everywhere.
#pragma once

#include "pricing/base/exp_log.h"
#include "pricing/base/platform.h"
#include "pricing/base/trigonometric.h"

namespace lockstep {

struct complex {
    double re, im;
};

LOCKSTEP_HD complex operator-(complex a) { return {-a.re, -a.im}; }
LOCKSTEP_HD complex operator+(complex a, complex b) { return {a.re + b.re, a.im + b.im}; }
LOCKSTEP_HD complex operator-(complex a, complex b) { return {a.re - b.re, a.im - b.im}; }
LOCKSTEP_HD complex operator+(complex a, double b) { return {a.re + b, a.im}; }
LOCKSTEP_HD complex operator+(double a, complex b) { return {a + b.re, b.im}; }
LOCKSTEP_HD complex operator-(complex a, double b) { return {a.re - b, a.im}; }
LOCKSTEP_HD complex operator-(double a, complex b) { return {a - b.re, -b.im}; }
LOCKSTEP_HD complex operator*(double a, complex b) { return {a * b.re, a * b.im}; }
LOCKSTEP_HD complex operator*(complex a, complex b) {
    return {fused(a.re, b.re, -(a.im * b.im)), fused(a.re, b.im, a.im * b.re)};
}

/// |z|^2.
LOCKSTEP_HD double norm(complex z) { return fused(z.re, z.re, z.im * z.im); }

/// 1 / z for a z that is not zero.
LOCKSTEP_HD complex inverse(complex z) {
    double const scale = 1.0 / norm(z);
    return {z.re * scale, -(z.im * scale)};
}
LOCKSTEP_HD complex operator/(complex a, complex b) { return a * inverse(b); }

/// The root with a real part that is not negative; zero for zero.
LOCKSTEP_HD complex square_root(complex z) {
    double const size = square_root(norm(z));
    double const along = z.re < 0.0 ? -z.re : z.re;
    double const large = square_root(0.5 * (size + along));
    double const small = large > 0.0 ? 0.5 * z.im / large : 0.0;
    bool const left = z.re < 0.0;
    double const small_size = small < 0.0 ? -small : small;
    double const large_signed = z.im < 0.0 ? -large : large;
    return {left ? small_size : large, left ? large_signed : small};
}

/// exp(x) - 1, <= 3 ulp, for x in [-708, 709] only.
LOCKSTEP_HD double exponential_less_one(double x) {
    double const rounded = fused(x, detail::log2_of_e, detail::round_magic);
    double const power = rounded - detail::round_magic;
    double r = fused(power, -detail::ln2_high, x);
    r = fused(power, -detail::ln2_low, r);
    double const scale = detail::two_to(bits_of(rounded));
    double const near = r * detail::exponential_slope(r);
    return fused(scale, near, scale - 1.0);
}

/// exp(z) for a real part in [-708, 709] and an imaginary part within angle_max.
LOCKSTEP_HD complex exponential(complex z) {
    double const size = exponential_in_range(z.re);
    sine_cosine const turn = sine_cosine_of(z.im);
    return {size * turn.cosine, size * turn.sine};
}

/// exp(z) - 1, precise near zero; the same range.
LOCKSTEP_HD complex exponential_less_one(complex z) {
    double const less_one = exponential_less_one(z.re);
    sine_cosine const half = sine_cosine_of(0.5 * z.im);
    double const versine = 2.0 * half.sine * half.sine;  // 1 - cos
    double const size = less_one + 1.0;
    return {fused(-size, versine, less_one), size * (2.0 * half.sine * half.cosine)};
}

/// log(1 + z), the principal value, precise near zero, for z != -1 and |z| < 2^500.
LOCKSTEP_HD complex logarithm_of_one_plus(complex z) {
    double const excess = fused(z.re, z.re + 2.0, z.im * z.im);  // |1 + z|^2 - 1
    double const near = 1.0 + excess;
    double const lost = excess - (near - 1.0);
    double const along = 1.0 + z.re;
    bool const cancels = near < 0.5;  // then |1 + z|^2 itself is the better sum
    double const size = cancels ? fused(along, along, z.im * z.im) : near;
    double const part = cancels ? 0.0 : lost / near;
    double const bounded = size > 0x1p-1022 ? size : 0x1p-1022;
    return {0.5 * (logarithm_in_range(bounded) + part), angle_of(along, z.im)};
}

}  // namespace lockstep
