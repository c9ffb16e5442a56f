// Sine, cosine and the angle of a point, within two units in the last place, the same bits
// everywhere: branch-free like exp_log.h beside it. The coefficients come from
// tests/pricing/make_normal_coefficients.py.
#pragma once

#include "pricing/base/exp_log.h"
#include "pricing/base/platform.h"
#include "pricing/base/polynomial.h"

namespace lockstep {

/// Arguments of sine and cosine lie within this bound.
inline constexpr double angle_max = 0x1p20;

namespace detail {

// pi/2 in three parts, each to 53 bits: with fused multiply-adds no part need be cut.
inline constexpr double half_pi_high = 0x1.921fb54442d18p+0;
inline constexpr double half_pi_low = 0x1.1a62633145c07p-54;
inline constexpr double half_pi_rest = -0x1.f1976b7ed8fbcp-110;
inline constexpr double two_over_pi = 0x1.45f306dc9c883p-1;
inline constexpr double tangent_of_eighth = 0x1.a827999fcef32p-2;  // tan(pi/8)

}  // namespace detail

struct sine_cosine {
    double sine, cosine;
};

/// Sine and cosine of |x| <= 2^20, <= 1 ulp each. Larger arguments count as the bound.
LOCKSTEP_HD sine_cosine sine_cosine_of(double x) {
    double inside = x > angle_max ? angle_max : x;
    inside = inside < -angle_max ? -angle_max : inside;
    double const rounded = fused(inside, detail::two_over_pi, detail::round_magic);
    double const turns = rounded - detail::round_magic;
    double const first = fused(turns, -detail::half_pi_high, inside);  // exact
    double const second = turns * detail::half_pi_low;
    double const second_low = fused(turns, detail::half_pi_low, -second);
    double const r = first - second;
    double const back = r - first;
    double const lost = (first - (r - back)) - (second + back);
    double const low = fused(turns, -detail::half_pi_rest, lost - second_low);

    double const z = r * r;
    double const sine_rest =
        polynomial(z, -0x1.5555555555548p-3, 0x1.111111110f7ccp-7, -0x1.a01a019bfd602p-13,
                   0x1.71de356764a0cp-19, -0x1.ae5e5a47bdf81p-26, 0x1.5d8fbfb98cc94p-33);
    double const sine = r + fused(r * z, sine_rest, fused(-0.5 * z, low, low));
    double const cosine_rest =
        polynomial(z, 0x1.555555555554bp-5, -0x1.6c16c16c14f8bp-10, 0x1.a01a019c83e38p-16,
                   -0x1.27e4f7ea8802ap-22, 0x1.1ee9d7921556ep-29, -0x1.8fa489f10ff13p-37);
    double const half = 0.5 * z;
    double const top = 1.0 - half;
    double const cosine = top + (((1.0 - top) - half) + fused(z * z, cosine_rest, -(r * low)));

    // The low bits of the number of quarter turns choose and sign.
    std::uint64_t const quarter = bits_of(rounded);
    bool const swapped = (quarter & 1u) != 0;
    double const s = swapped ? cosine : sine;
    double const c = swapped ? sine : cosine;
    return {double_of(bits_of(s) ^ ((quarter & 2u) << 62)),
            double_of(bits_of(c) ^ (((quarter + 1u) & 2u) << 62))};
}

/// The angle of the point (x, y) in (-pi, pi], <= 2 ulp, for finite x and y not both zero.
LOCKSTEP_HD double angle_of(double x, double y) {
    double const a = x < 0.0 ? -x : x;
    double const b = y < 0.0 ? -y : y;
    bool const steep = b > a;
    double const small = steep ? a : b;
    double const large = steep ? b : a;
    // atan(t) = pi/4 + atan((t - 1) / (t + 1)) keeps the argument of the polynomial small.
    bool const turned = small > detail::tangent_of_eighth * large;
    double const t = (turned ? small - large : small) / (turned ? small + large : large);
    double const z = t * t;
    double const rest = polynomial(
        z, -0x1.555555555553dp-2, 0x1.9999999995872p-3, -0x1.24924922ae3aap-3, 0x1.c71c70e685144p-4,
        -0x1.745cf8eb91965p-4, 0x1.3b111a3d36367p-4, -0x1.10ebc598d1372p-4, 0x1.df1010e754161p-5,
        -0x1.9cd63f5666b83p-5, 0x1.37de91ef67002p-5, -0x1.257dd3afa0fffp-6);
    // angle = base + base_low +- (t + t z rest), the base being a multiple of pi/4.
    double const eighths = (steep ? 2.0 : 0.0) + (turned ? (steep ? -1.0 : 1.0) : 0.0);
    bool const left = x < 0.0;
    double const base = left ? 4.0 - eighths : eighths;
    double const signed_t = steep != left ? -t : t;
    double const tail = fused(base, 0.5 * detail::half_pi_low, signed_t * z * rest);
    double const angle = base * (0.5 * detail::half_pi_high) + (signed_t + tail);
    return y < 0.0 ? -angle : angle;
}

}  // namespace lockstep
