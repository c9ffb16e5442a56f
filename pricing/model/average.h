// The average price of a lognormal asset over dates or over a window: its moments, and its mean
// given the geometric average. Used by asian.h and settlement_average.h.
#pragma once

#include "pricing/base/gauss_legendre.h"
#include "pricing/model/lognormal.h"

namespace lockstep::detail {

inline constexpr double fixings_max = 10000.0;

/// What is still to be averaged: dates evenly spaced from start to start + length, or the whole
/// window between them. A continuous average is a Gauss-Legendre sum over the window.
template <class NumberT>
struct averaging {
    NumberT start, length;
    int dates;  // 0: continuous

    LOCKSTEP_HD int points() const { return dates == 0 ? gauss_points : dates; }
    /// Where in the window point i lies, from 0 to 1, and its weight.
    LOCKSTEP_HD double place(int i) const {
        if (dates == 0) return gauss_node(i);
        return dates == 1 ? 0.0 : static_cast<double>(i) / (dates - 1);
    }
    LOCKSTEP_HD double weight(int i) const { return dates == 0 ? gauss_weight(i) : 1.0 / dates; }
    LOCKSTEP_HD NumberT time(int i) const { return start + length * place(i); }
    /// The mean over the whole average of min(time(i), t).
    LOCKSTEP_HD NumberT mean_overlap(int i) const {
        double const x = place(i);
        double const n = dates;
        double const share =
            dates == 0 ? x - 0.5 * x * x
                       : (dates == 1 ? 0.0 : i * (2.0 * n - 1.0 - i) / (2.0 * n * (n - 1.0)));
        return start + length * share;
    }
    /// The mean over the whole average of mean_overlap, and of time.
    LOCKSTEP_HD NumberT whole_overlap() const {
        double const n = dates;
        return start + length * (dates == 0 ? 1.0 / 3.0 : (2.0 * n - 1.0) / (6.0 * n));
    }
    LOCKSTEP_HD NumberT mean_time() const { return start + length * 0.5; }
};

/// `first` as in asian_inputs. As time passes the dates come nearer; a window that has begun
/// shrinks.
LOCKSTEP_HD averaging<asset_number> averaging_of(lognormal_asset<asset_number> const& a,
                                                 double first, double fixings) {
    if (fixings == 0.0 && first < 0.0) return {asset_number(0.0), a.time, 0};
    double const length = a.time.value - first;
    return {a.time - length, asset_number(length), static_cast<int>(fixings)};
}

template <class NumberT>
struct geometric_moments {
    NumberT log_growth;  // mean of ln(G / S)
    NumberT variance;    // of ln G
};
template <class NumberT>
LOCKSTEP_HD geometric_moments<NumberT> geometric_moments_of(lognormal_asset<NumberT> const& a,
                                                            averaging<NumberT> const& w) {
    NumberT const square = a.vol * a.vol;
    return {(a.carry - 0.5 * square) * w.mean_time(), square * w.whole_overlap()};
}

template <class NumberT>
struct average_moments {
    NumberT mean;
    NumberT log_variance;  // ln(E[A^2] / E[A]^2)
};

/// Sums over pairs of dates, with the vol going evenly from first_vol to the asset's.
template <class NumberT>
LOCKSTEP_HD average_moments<NumberT> moments_at_dates(lognormal_asset<NumberT> const& a,
                                                      averaging<NumberT> const& w,
                                                      NumberT const& first_vol) {
    NumberT sum(0.0), earlier(0.0), spread(0.0);
    for (int i = 0; i < w.dates; ++i) {
        double const place = w.dates == 1 ? 1.0 : w.place(i);
        NumberT const vol = first_vol + (a.vol - first_vol) * place;
        NumberT const time = w.time(i);
        NumberT const growth = exponential(a.carry * time);
        NumberT const variance = vol * vol * time;
        NumberT const excess = growth * variance * exponential_slope(variance);
        spread = spread + growth * (excess + 2.0 * earlier);
        earlier = earlier + excess;
        sum = sum + growth;
    }
    return {a.spot * sum / static_cast<double>(w.dates), logarithm(1.0 + spread / (sum * sum))};
}

template <class NumberT>
LOCKSTEP_HD average_moments<NumberT> moments_of_window(lognormal_asset<NumberT> const& a,
                                                       averaging<NumberT> const& w) {
    NumberT const square = a.vol * a.vol;
    NumberT const drift = a.carry * w.length;
    NumberT const both = drift + square * w.length;
    NumberT spread(0.0);
    for (int i = 0; i < gauss_points; ++i) {
        double const x = gauss_node(i);
        NumberT const inner = exponential_slope(both * x) - exponential_slope(drift * x);
        spread = spread + (2.0 * x * gauss_weight(i)) * exponential(drift * x) * inner;
    }
    NumberT const mean = exponential_slope(drift);
    return {a.spot * exponential(a.carry * w.start) * mean,
            square * w.start + logarithm(1.0 + spread / (mean * mean))};
}

template <class NumberT>
LOCKSTEP_HD average_moments<NumberT> average_moments_of(lognormal_asset<NumberT> const& a,
                                                        averaging<NumberT> const& w,
                                                        NumberT const& first_vol) {
    return w.dates == 0 ? moments_of_window(a, w) : moments_at_dates(a, w, first_vol);
}

/// One point of the average given Z: S_i's mean is forward exp(c z - c^2/2).
template <class NumberT>
struct conditioned_point {
    NumberT forward, c;
};
template <class NumberT>
LOCKSTEP_HD conditioned_point<NumberT> conditioned_point_at(lognormal_asset<NumberT> const& a,
                                                            averaging<NumberT> const& w,
                                                            NumberT const& per_overlap, int i) {
    return {a.spot * w.weight(i) * exponential(a.carry * w.time(i)),
            per_overlap * w.mean_overlap(i)};
}

/// The mean of the average given Z = z, and its slope by z.
struct conditional_mean {
    double mean, slope;
};
template <class NumberT>
LOCKSTEP_HD conditional_mean mean_given(lognormal_asset<NumberT> const& a,
                                        averaging<NumberT> const& w, NumberT const& per_overlap,
                                        double z) {
    conditional_mean m{0.0, 0.0};
    double const step = value_of(per_overlap);
    for (int i = 0; i < w.points(); ++i) {
        double const c = step * value_of(w.mean_overlap(i));
        double const growth = value_of(a.carry) * value_of(w.time(i));
        double const at = value_of(a.spot) * w.weight(i) * exponential(growth + c * (z - 0.5 * c));
        m.mean += at;
        m.slope = fused(c, at, m.slope);
    }
    return m;
}

/// The z at which the conditional mean is the strike: Newton's method on logarithms, which are
/// convex in z and nearly straight. Where it were to stop early the price is still a lower bound.
template <class NumberT>
LOCKSTEP_HD double conditioned_root(lognormal_asset<NumberT> const& a, averaging<NumberT> const& w,
                                    NumberT const& per_overlap, double strike) {
    double z = 0.0;
    for (int step = 0; step < 40; ++step) {
        conditional_mean const m = mean_given(a, w, per_overlap, z);
        double next = z - logarithm(m.mean / strike) * m.mean / m.slope;
        next = next > -38.0 ? next : -38.0;
        next = next < 38.0 ? next : 38.0;
        double const moved = next - z;
        z = next;
        if (moved < 1e-13 && moved > -1e-13) break;
    }
    return z;
}

/// discount E[(E[A | Z] - K)+], or with `put` the other way round.
template <class NumberT>
LOCKSTEP_HD NumberT conditioned_price(lognormal_asset<NumberT> const& a,
                                      averaging<NumberT> const& w, NumberT const& strike, bool put,
                                      NumberT const& discount) {
    NumberT const per_overlap = a.vol / square_root(w.whole_overlap());
    NumberT z(-38.0);
    if (value_of(strike) > 0.0) {
        z = NumberT(conditioned_root(a, w, per_overlap, value_of(strike)));
        // One more step, of the strike and the inputs as jets, gives the root its derivatives.
        NumberT mean(0.0);
        for (int i = 0; i < w.points(); ++i) {
            auto const p = conditioned_point_at(a, w, per_overlap, i);
            mean = mean + p.forward * exponential(p.c * (z - 0.5 * p.c));
        }
        double const slope = mean_given(a, w, per_overlap, value_of(z)).slope;
        double const inside = value_of(z) > -38.0 && value_of(z) < 38.0 ? 1.0 : 0.0;
        if (inside > 0.0) z = z - (mean - strike) / slope;
    }
    double const side = put ? -1.0 : 1.0;
    NumberT sum = -(strike * normal_cdf(-side * z));
    for (int i = 0; i < w.points(); ++i) {
        auto const p = conditioned_point_at(a, w, per_overlap, i);
        sum = sum + p.forward * normal_cdf(side * (p.c - z));
    }
    return not_below_zero(side * discount * sum);
}

}  // namespace lockstep::detail
