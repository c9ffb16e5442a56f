// What early exercise is worth, many puts at once: the interest on the strike less the yield on the
// asset, wherever the asset is in the region of exercise (Kim, 1990).
#pragma once

#include "pricing/base/exp_log.h"
#include "pricing/base/lanes.h"
#include "pricing/base/normal.h"
#include "pricing/base/platform.h"
#include "pricing/model/american_boundary.h"
#include "pricing/model/black.h"

namespace lockstep {

/// Where early exercise pays.
enum class exercise_region : std::uint8_t {
    one_boundary = 0,  // below it (put), above it (call)
    nowhere,           // no rate to gain: the European value
    two_boundaries,    // between them, until they meet: yield < rate < 0 for a put
};

namespace detail {

/// Puts in the words of the paper. Smooth chooses FP-A.
template <int Lanes>
struct american_puts {
    double spot[Lanes], strike[Lanes], time[Lanes], rate[Lanes], yield[Lanes], vol[Lanes];
    std::uint64_t smooth[Lanes];
};

/// Values, and their derivatives: the first two by the spot.
template <int Lanes>
struct put_values {
    double price[Lanes], slope[Lanes], curve[Lanes];
    double growth[Lanes];  // by the time to expiry
    std::uint64_t exercised[Lanes];
};

/// Below this total vol the value is that of the best fixed time of exercise.
inline constexpr double american_vol_min = 0x1p-16;

LOCKSTEP_HD exercise_region region_of(double rate, double yield) {
    if (rate < 0.0 && yield < rate) return exercise_region::two_boundaries;
    return rate <= 0.0 && yield >= rate ? exercise_region::nowhere : exercise_region::one_boundary;
}

/// Whether FP-A serves: not where a rate outruns the vol, nor the drift, which is larger than both
/// where one of them is below zero, nor where its few points miss much. The same for a call and for
/// the put that it is worth.
LOCKSTEP_HD bool settles_by_fp_a(double time, double rate, double yield, double vol) {
    double const larger = rate > yield ? rate : yield;
    double const drift = rate > yield ? rate - yield : yield - rate;
    double const fastest = larger > drift ? larger : drift;
    double const root_time = square_root(time);
    return both(fastest * root_time < 1.25 * vol, vol * root_time < 3.0);
}

/// What a moment adds to the value of exercise below a level, strike and whole time being 1.
struct premium_terms {
    double price, slope, curve;
};

/// The moment lies `left` ahead, where the total vol is s; above = ln(spot / level).
template <bool Slopes>
LOCKSTEP_HD premium_terms premium_terms_at(double rate, double yield, double spot, double above,
                                           double left, double s, double s_inverse) {
    double const d1 = fused(fused(rate - yield, left, above), s_inverse, 0.5 * s);
    double const d2 = d1 - s;
    normal_pair const first = normal_cdf_pdf_of_number(d1);
    normal_pair const second = normal_cdf_pdf_of_number(d2);
    double const interest = rate * bounded_exponential(-rate * left);
    double const yielded = yield * bounded_exponential(-yield * left);
    premium_terms t{};
    t.price = fused(interest, second.complement, -(yielded * spot * first.complement));
    if constexpr (Slopes) {
        double const step = s_inverse / spot;
        double const dense = interest * second.pdf * step;
        t.slope = -dense - yielded * fused(-first.pdf, s_inverse, first.complement);
        t.curve = dense / spot * fused(d2, s_inverse, 1.0) +
                  yielded * first.pdf * step * fused(-d1, s_inverse, 1.0);
    }
    return t;
}

/// Adds the premium of puts with one boundary to their values. Strike and time are 1.
template <bool Slopes, int Lanes>
LOCKSTEP_HD void add_premium(boundary_problem<Lanes> const& p, exercise_boundary<Lanes> const& b,
                             double const* spot, put_values<Lanes>& v) {
    for (int j = 0; j < premium_points; ++j) {
        premium_point const& at = premium_point_at(j);
        LOCKSTEP_LANES
        for (int l = 0; l < Lanes; ++l) {
            double const distance = logarithm_of_ratio(spot[l], p.last[l]);
            double const above = distance - log_level_at(b, at.boundary, l);
            double const s = p.total_vol[l] * at.root;
            double const s_inverse = at.inverse * p.vol_inverse[l];
            premium_terms const t = premium_terms_at<Slopes>(p.rate[l], p.yield[l], spot[l], above,
                                                             at.root * at.root, s, s_inverse);
            v.price[l] = fused(at.weight, t.price, v.price[l]);
            v.slope[l] = fused(at.weight, t.slope, v.slope[l]);
            v.curve[l] = fused(at.weight, t.curve, v.curve[l]);
        }
    }
}

/// A put's value without vol, and its slope.
struct certain_value {
    double price, slope;
    bool exercised;
};

/// Without vol: exercise at the best of now, expiry, and the time at which waiting ends to pay.
LOCKSTEP_HD certain_value certain_put(double spot, double strike, double time, double rate,
                                      double yield) {
    double const turn = rate != yield && rate * yield > 0.0
                            ? logarithm((rate * strike) / (yield * spot)) / (rate - yield)
                            : 0.0;
    double const inside = turn > 0.0 && turn < time ? turn : 0.0;
    certain_value best{0.0, 0.0, false};
    double const times[] = {0.0, inside, time};
    for (double const when : times) {
        double const asset = exponential(-yield * when);
        double const gain = fused(strike, exponential(-rate * when), -(spot * asset));
        if (gain > best.price) best = {gain, -asset, when == 0.0};
    }
    return best;
}

}  // namespace detail
}  // namespace lockstep
