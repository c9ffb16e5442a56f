// Options with a schedule: cash dividends at known times, and exercise at expiry, on listed dates
// (Bermudan) or at any time (American). Spot model: the asset itself is lognormal between the
// dividends and falls by each one, to zero if it is not worth as much.
//
// The Black-Scholes equation on a fixed grid of spots, dense around the strike (sinh), stepped back
// from expiry by Crank-Nicolson; the first step after expiry and after each event is two implicit
// half-steps (Rannacher, 1984), which damp what the kink leaves. Continuous exercise is Ikonen and
// Toivanen's operator splitting (2004): one linear system a step, whatever the shape of the region
// of exercise. Grid sizes are fixed and every loop runs in order.
#pragma once

#include "pricing/base/exp_log.h"
#include "pricing/base/platform.h"
#include "pricing/base/view.h"
#include "pricing/model/black.h"
#include "pricing/model/schedule.h"

namespace lockstep {

struct scheduled_valuation {
    double price, delta, gamma, theta;  // theta is zero where it is to be exercised
    schedule_status status;
};

inline constexpr int schedule_nodes = 400;
inline constexpr int schedule_steps = 400;  // over the whole time; at least 4 between two events

/// Columns of scratch, each of schedule_nodes doubles; elements of a column are `stride` apart, so
/// that threads of a device can lie side by side.
struct schedule_scratch {
    static constexpr int columns = 9;
    double* data;
    std::size_t stride;
    LOCKSTEP_HD double& at(int column, int node) const {
        return data[static_cast<std::size_t>(column * schedule_nodes + node) * stride];
    }
};

namespace detail {

/// The grid and the equation on it: d value / d time left = lower, middle, upper . values.
struct schedule_grid {
    schedule_scratch at;
    LOCKSTEP_HD double& spot(int i) const { return at.at(0, i); }
    LOCKSTEP_HD double& payoff(int i) const { return at.at(1, i); }
    LOCKSTEP_HD double& value(int i) const { return at.at(2, i); }
    LOCKSTEP_HD double& push(int i) const { return at.at(3, i); }  // of exercise, per year
    LOCKSTEP_HD double& lower(int i) const { return at.at(4, i); }
    LOCKSTEP_HD double& middle(int i) const { return at.at(5, i); }
    LOCKSTEP_HD double& upper(int i) const { return at.at(6, i); }
    LOCKSTEP_HD double& ratio(int i) const { return at.at(7, i); }  // of the elimination
    LOCKSTEP_HD double& right(int i) const { return at.at(8, i); }
};

LOCKSTEP_HD double inverse_sinh(double y) {
    double const a = y < 0.0 ? -y : y;
    double const r = logarithm_in_range(a + square_root(fused(a, a, 1.0)));
    return y < 0.0 ? -r : r;
}

LOCKSTEP_HD void make_spots(option_inputs const& in, double paid, schedule_grid const& g) {
    double const s = in.vol * square_root(in.time);
    double const drift = (in.rate - in.dividend) * in.time;
    double const far = fused(6.0, s, drift < 0.0 ? -drift : drift);
    double const most = (in.underlying > in.strike ? in.underlying : in.strike) + paid;
    double const width = 0.5 * in.strike * (s < 1.0 ? s : 1.0);
    double const inverse = 1.0 / width;
    double const first = inverse_sinh(-in.strike * inverse);
    double const last = inverse_sinh((most * exponential(far) - in.strike) * inverse);
    for (int i = 0; i < schedule_nodes; ++i) {
        double const y = first + (last - first) * (i / (schedule_nodes - 1.0));
        double const e = exponential(y);
        g.spot(i) = i == 0 ? 0.0 : fused(0.5 * width, e - 1.0 / e, in.strike);
    }
}

LOCKSTEP_HD void make_equation(option_inputs const& in, schedule_grid const& g) {
    bool const put = (in.flags & option_flag::put) != 0;
    double const drift = in.rate - in.dividend;
    for (int i = 0; i < schedule_nodes; ++i) {
        double const spot = g.spot(i);
        double const gain = put ? in.strike - spot : spot - in.strike;
        g.payoff(i) = gain > 0.0 ? gain : 0.0;
        g.lower(i) = g.upper(i) = 0.0;
        g.middle(i) = -in.rate;
        if (i == 0) continue;  // a spot of zero stays zero
        double const below = spot - g.spot(i - 1);
        double const moved = drift * spot;
        if (i == schedule_nodes - 1) {  // the value is a straight line there
            g.lower(i) = -moved / below;
            g.middle(i) = moved / below - in.rate;
            continue;
        }
        double const above = g.spot(i + 1) - spot;
        double const variance = in.vol * in.vol * spot * spot;
        g.lower(i) = fused(-moved, above, variance) / (below * (below + above));
        g.upper(i) = fused(moved, below, variance) / (above * (below + above));
        g.middle(i) = -(g.lower(i) + g.upper(i)) - in.rate;
    }
}

/// One step back in time: (1 - implicit L) new = (1 + explicit L) old + time push.
LOCKSTEP_HD void step(schedule_grid const& g, double time, double explicit_part, bool american) {
    double const ex = time * explicit_part;
    double const im = time - ex;
    int const last = schedule_nodes - 1;
    for (int i = 0; i <= last; ++i) {
        double const below = i > 0 ? g.value(i - 1) : 0.0;
        double const above = i < last ? g.value(i + 1) : 0.0;
        double const slope =
            fused(g.lower(i), below, fused(g.middle(i), g.value(i), g.upper(i) * above));
        g.right(i) = fused(ex, slope, fused(time, g.push(i), g.value(i)));
    }
    for (int i = 0; i <= last; ++i) {
        double const low = -im * g.lower(i);
        double const before = i > 0 ? g.ratio(i - 1) : 0.0;
        double const known = i > 0 ? g.right(i - 1) : 0.0;
        double const pivot = 1.0 / (fused(-low, before, 1.0) - im * g.middle(i));
        g.ratio(i) = -im * g.upper(i) * pivot;
        g.right(i) = fused(-low, known, g.right(i)) * pivot;
    }
    for (int i = last; i >= 0; --i) {
        double const above = i < last ? g.right(i + 1) : 0.0;
        g.right(i) = fused(-g.ratio(i), above, g.right(i));
    }
    for (int i = 0; i <= last; ++i) {
        double const free = fused(-time, g.push(i), g.right(i));
        bool const exercised = american && free < g.payoff(i);
        g.value(i) = exercised ? g.payoff(i) : american ? free : g.right(i);
        g.push(i) = exercised ? (g.payoff(i) - free) / time : 0.0;
    }
}

/// The values at a spot, by a cubic through the four nodes around it; `near` is the node below.
struct curve_at {
    double value, slope, curve;
};
LOCKSTEP_HD curve_at interpolate(schedule_grid const& g, double spot, int near) {
    int const last = schedule_nodes - 1;
    int first = near - 1;
    first = first < 0 ? 0 : first;
    first = first > last - 3 ? last - 3 : first;
    // Newton's divided differences.
    double x[4], d[4];
    for (int k = 0; k < 4; ++k) {
        x[k] = g.spot(first + k);
        d[k] = g.value(first + k);
    }
    for (int order = 1; order < 4; ++order)
        for (int k = 3; k >= order; --k) d[k] = (d[k] - d[k - 1]) / (x[k] - x[k - order]);
    double const a = spot - x[0], b = spot - x[1], c = spot - x[2];
    return {fused(a, fused(b, fused(c, d[3], d[2]), d[1]), d[0]),
            d[1] + d[2] * (a + b) + d[3] * (a * b + a * c + b * c),
            2.0 * (d[2] + d[3] * (a + b + c))};
}

/// The asset falls by a dividend: yesterday's value is today's at what is left of it.
LOCKSTEP_HD void pay_dividend(schedule_grid const& g, double dividend) {
    int near = 0;
    for (int i = 0; i < schedule_nodes; ++i) {
        double const left = g.spot(i) - dividend;
        double const spot = left > 0.0 ? left : 0.0;
        while (near < schedule_nodes - 2 && g.spot(near + 1) <= spot) ++near;
        double const value = interpolate(g, spot, near).value;
        g.right(i) = value > 0.0 ? value : 0.0;
    }
    for (int i = 0; i < schedule_nodes; ++i) g.value(i) = g.right(i);
}

/// The payoff at expiry; at the node whose cell holds the strike, its mean over the cell.
LOCKSTEP_HD void expire(option_inputs const& in, schedule_grid const& g) {
    bool const put = (in.flags & option_flag::put) != 0;
    for (int i = 0; i < schedule_nodes; ++i) {
        g.value(i) = g.payoff(i);
        if (i == 0 || i == schedule_nodes - 1) continue;
        double const from = 0.5 * (g.spot(i - 1) + g.spot(i));
        double const to = 0.5 * (g.spot(i) + g.spot(i + 1));
        double const inside = put ? in.strike - from : to - in.strike;
        if (from < in.strike && in.strike < to) g.value(i) = 0.5 * inside * inside / (to - from);
    }
}

LOCKSTEP_HD void exercise(schedule_grid const& g) {
    for (int i = 0; i < schedule_nodes; ++i)
        g.value(i) = g.value(i) < g.payoff(i) ? g.payoff(i) : g.value(i);
}

/// From one event, or expiry, back to the one before it, or to now.
LOCKSTEP_HD void step_back(schedule_grid const& g, double time, double whole_time, bool american) {
    if (!(time > 0.0)) return;
    for (int i = 0; i < schedule_nodes; ++i) g.push(i) = 0.0;
    int const share = static_cast<int>(time / whole_time * schedule_steps + 0.5);
    int const steps = share < 4 ? 4 : share;
    // The boundary of exercise leaves its start like a square root: steps grow with the time.
    double done = 0.0;
    for (int k = 1; k <= steps; ++k) {
        double const x = static_cast<double>(k) / steps;
        double const until = time * x * x;
        double const length = until - done;
        done = until;
        if (k == 1) {
            step(g, 0.5 * length, 0.0, american);
            step(g, 0.5 * length, 0.0, american);
        } else {
            step(g, length, 0.5, american);
        }
    }
}

LOCKSTEP_HD schedule_status status_of(option_inputs const& in, view<schedule_event const> events,
                                      double& paid) {
    if (input_faults(in) != 0 || (in.flags & option_flag::spot) == 0 ||
        !(in.underlying >= normal_min && in.strike >= normal_min && in.time >= time_min))
        return schedule_status::option_is_not_usable;
    double last = 0.0;
    paid = 0.0;
    for (std::size_t k = 0; k < events.count; ++k) {
        schedule_event const& e = events[k];
        if (!(e.time > last && e.time <= in.time)) return schedule_status::event_time_is_not_usable;
        last = e.time;
        if (!finite_and_not_negative(e.dividend))
            return schedule_status::dividend_is_not_finite_or_negative;
        if (e.time < in.time) paid += e.dividend;
    }
    double const total_vol = in.vol * square_root(in.time);
    double const drift = (in.rate - in.dividend) * in.time;
    if (!(total_vol >= 0x1p-8 && total_vol <= 2.0 && drift <= 4.0 * total_vol &&
          drift >= -4.0 * total_vol))
        return schedule_status::outside_the_grid;
    return schedule_status::computed;
}

}  // namespace detail

/// Values one option on a spot. Events rise in time; scratch holds schedule_scratch::columns
/// columns. With a status other than `computed` all values are zero.
LOCKSTEP_HD scheduled_valuation value_scheduled(option_inputs const& in, exercise_style style,
                                                view<schedule_event const> events,
                                                schedule_scratch const& scratch) {
    double paid = 0.0;
    scheduled_valuation v{0.0, 0.0, 0.0, 0.0, detail::status_of(in, events, paid)};
    if (v.status != schedule_status::computed) return v;
    bool const american = style == exercise_style::american;
    detail::schedule_grid const g{scratch};
    detail::make_spots(in, paid, g);
    detail::make_equation(in, g);
    detail::expire(in, g);
    double now = in.time;
    for (std::size_t k = events.count; k-- > 0;) {
        schedule_event const& e = events[k];
        detail::step_back(g, now - e.time, in.time, american);
        now = e.time;
        if (e.dividend > 0.0 && e.time < in.time) detail::pay_dividend(g, e.dividend);
        bool const dated = style == exercise_style::bermudan && e.exercise != 0;
        if (american || dated) detail::exercise(g);
    }
    detail::step_back(g, now, in.time, american);

    int near = 0;
    while (near < schedule_nodes - 2 && g.spot(near + 1) <= in.underlying) ++near;
    detail::curve_at const at = detail::interpolate(g, in.underlying, near);
    bool const put = (in.flags & option_flag::put) != 0;
    double const gain = put ? in.strike - in.underlying : in.underlying - in.strike;
    bool const exercised = american && at.value <= gain;
    v.price = exercised ? gain : at.value > 0.0 ? at.value : 0.0;
    v.delta = exercised ? (put ? -1.0 : 1.0) : at.slope;
    v.gamma = exercised ? 0.0 : at.curve;
    double const u = in.underlying;
    double const variance = in.vol * in.vol * u * u;
    double const theta =
        in.rate * v.price - (in.rate - in.dividend) * u * v.delta - 0.5 * variance * v.gamma;
    v.theta = exercised ? 0.0 : theta;
    if (detail::finite(v.price + v.delta + v.gamma + v.theta)) return v;
    return {0.0, 0.0, 0.0, 0.0, schedule_status::value_is_not_finite};
}

}  // namespace lockstep
