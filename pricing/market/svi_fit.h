// An SVI curve through the quotes of one expiry.
//
// Levenberg and Marquardt's method in all five unknowns, with Huber's weights, from the best starts
// of a fixed grid. What has g < 0 somewhere, or crosses another expiry, is fitted again with
// penalties on both, which rise until the curve passes the checks over all strikes. No allocation,
// bounded loops, and only operations that round alike everywhere: the same quotes give the same
// bits on every machine.
#pragma once

#include <cstdint>

#include "pricing/base/exp_log.h"
#include "pricing/base/platform.h"
#include "pricing/market/svi.h"
#include "pricing/market/svi_arbitrage.h"
#include "pricing/market/svi_penalty.h"
#include "pricing/market/svi_problem.h"
#include "pricing/market/svi_start.h"

namespace lockstep {

enum class svi_fit_status : std::uint8_t {
    fitted = 0,         // the best fit is free of arbitrage
    repaired,           // it was not; the best one that is stands here
    too_few_quotes,     // five unknowns need five strikes; nothing was fitted
    arbitrage_remains,  // no fit with penalties passed the checks; the best one stands here
};

struct svi_fit_result {
    svi_raw curve;
    double cost;  // sum of Huber's losses of (fit - quote) / spread
    int steps;    // of Levenberg and Marquardt, over all starts
    svi_fit_status status;
};

inline constexpr int svi_quotes_min = 5;

namespace svi_detail {

inline constexpr double settled_share = 1e-8;  // of the cost: a last step takes off no more

LOCKSTEP_HD normal_equations<5> equations_at(svi_problem const& p, svi_unknowns const& x) {
    normal_equations<5> sums;
    add_quotes(p, x, sums);
    if (p.penalty > 0.0) add_penalties(p, x, sums);
    return sums;
}

/// The loss without what is paid for arbitrage.
LOCKSTEP_HD double cost_of(svi_problem const& p, svi_unknowns const& x) {
    normal_equations<5> sums;
    add_quotes(p, x, sums);
    return sums.cost;
}

/// Levenberg and Marquardt in the box: an unknown that stands at its bound and would leave it is
/// held for the step.
LOCKSTEP_HD double descend(svi_problem const& p, svi_unknowns& x, int steps_max, int& steps) {
    normal_equations<5> here = equations_at(p, x);
    double damping = 1e-3;
    for (int i = 0; i < steps_max && damping < 1e12; ++i, ++steps) {
        bool held[5];
        for (int k = 0; k < 5; ++k)
            held[k] = (x.value[k] <= p.low[k] && here.gradient[k] > 0.0) ||
                      (x.value[k] >= p.high[k] && here.gradient[k] < 0.0);
        double step[5];
        if (!damped_step(here, damping, held, step)) {
            damping *= 8.0;
            continue;
        }
        svi_unknowns next;
        double moved = 0.0;
        for (int k = 0; k < 5; ++k) {
            double value = x.value[k] + step[k];
            // The width is a scale: it moves by a factor of four at most.
            if (k == 4 && value < 0.25 * x.value[k]) value = 0.25 * x.value[k];
            if (k == 4 && value > 4.0 * x.value[k]) value = 4.0 * x.value[k];
            value = value < p.low[k] ? p.low[k] : value > p.high[k] ? p.high[k] : value;
            double const far = value - x.value[k];
            moved += far * far;
            next.value[k] = value;
        }
        normal_equations<5> const there = equations_at(p, next);
        if (there.cost < here.cost) {
            bool const settled = here.cost - there.cost <= settled_share * here.cost;
            x = next;
            here = there;
            damping = damping > 1e-12 ? damping * 0.125 : damping;
            if (settled) break;
        } else {
            damping *= 8.0;
            if (!(moved > 1e-28)) break;
        }
    }
    return here.cost;
}

/// The least variance of the curve must not be negative: when it is, it is lifted.
LOCKSTEP_HD void lift(svi_unknowns& x) {
    double const lowest = -x.value[4] * square_root(x.value[1] * x.value[2]);
    if (x.value[0] < lowest) x.value[0] = lowest;
}

inline constexpr int refit_rounds = 8;

/// How many rules the curve breaks, and where: at the least g, and at the deepest crossings.
LOCKSTEP_HD int breaches_of(svi_raw const& curve, svi_neighbours const& neighbours,
                            double (&places)[3]) {
    svi_raw const *below = neighbours.below, *above = neighbours.above;
    int count = 0;
    svi_least least;
    if (examine(curve, least) != 0) places[count++] = least.at;
    if (below != nullptr) {
        if (!lies_above(curve, *below, least)) places[count++] = least.at;
    }
    if (above != nullptr) {
        if (!lies_above(*above, curve, least)) places[count++] = least.at;
    }
    return count;
}

/// Adds a log-moneyness to the places that penalties watch.
LOCKSTEP_HD void watch(svi_problem& p, svi_unknowns const& x, double k) {
    if (p.extras == extra_places_max || !(k - k == 0.0)) return;
    double const y = (k * p.inverse_root - x.value[3]) / x.value[4];
    double const root = square_root(y * y + 1.0);
    p.extra[p.extras++] = y > 0.0 ? y + root : 1.0 / (root - y);
}

/// A round that ends with a rule broken somewhere adds that place to those that are watched, and
/// the next one pays more for it.
LOCKSTEP_HD svi_fit_result refit_from(svi_problem p, svi_fit_result const& so_far,
                                      svi_raw const& start) {
    svi_fit_result result{start, infinity, so_far.steps, svi_fit_status::arbitrage_remains};
    for (int k = 1; k < 3; ++k)
        if (!(p.low[k] <= p.high[k])) return result;  // the neighbours cross
    svi_unknowns x = unknowns_of(p, start);
    for (int k = 0; k < 5; ++k) x.value[k] = between(p.low[k], x.value[k], p.high[k]);
    p.penalty = 10.0 * static_cast<double>(p.quotes.size());
    p.margin = 1e-4;
    for (int round = 0; round < refit_rounds; ++round) {
        descend(p, x, 40, result.steps);
        lift(x);
        result.curve = raw_of(p, x);
        double places[3];
        int const breaches = breaches_of(result.curve, p.neighbours, places);
        if (breaches == 0) {
            result.status = svi_fit_status::repaired;
            break;
        }
        for (int i = 0; i < breaches; ++i) watch(p, x, places[i]);
        p.penalty *= 10.0;
        p.margin *= 1.6;
    }
    result.cost = cost_of(p, x);
    return result;
}

}  // namespace svi_detail

/// True when the curve is free of butterflies and does not cross its neighbours.
LOCKSTEP_HD bool fits_between(svi_raw const& curve, svi_neighbours const& neighbours) {
    double places[3];
    return svi_detail::breaches_of(curve, neighbours, places) == 0;
}

/// True when the way from one fit to a repaired one is not worth the search for a better.
LOCKSTEP_HD bool cost_next_to_nothing(svi_fit_result const& from, svi_fit_result const& repaired) {
    return repaired.status == svi_fit_status::repaired &&
           repaired.cost - from.cost <= 0.02 * (1.0 + from.cost);
}

/// Fits again under penalties, so that no butterfly and no crossing with a neighbour remains: from
/// where an earlier fit ended, and from the SSVI curve that is nearest to it, which is most often
/// free of butterflies already, unless the first road cost next to nothing. The better of the two
/// is given. Quotes are sorted by k.
LOCKSTEP_HD svi_fit_result refit_svi(view<variance_quote const> quotes, svi_fit_result const& from,
                                     svi_neighbours const& neighbours) {
    svi_detail::svi_problem const p = svi_detail::problem_of(quotes, neighbours);
    svi_fit_result best = svi_detail::refit_from(p, from, from.curve);
    if (cost_next_to_nothing(from, best)) return best;
    svi_raw const twin = raw_of(nearest_ssvi(jump_wings_of(from.curve, 1.0)), 1.0);
    if (fault_of(twin) != svi_fault::none) return best;
    svi_fit_result const other = svi_detail::refit_from(p, best, twin);
    bool const better =
        other.status < best.status || (other.status == best.status && other.cost < best.cost);
    best.steps = other.steps;
    return better ? other : best;
}

/// Fits the quotes of one expiry, sorted by k, each with a variance and a spread above zero.
LOCKSTEP_HD svi_fit_result fit_svi(view<variance_quote const> quotes) {
    svi_fit_result result{{}, infinity, 0, svi_fit_status::too_few_quotes};
    if (quotes.size() < svi_quotes_min) return result;
    svi_detail::svi_problem const p = svi_detail::problem_of(quotes, {});
    svi_detail::svi_start starts[svi_detail::svi_start_count];
    svi_detail::find_starts(p, starts);
    svi_detail::svi_start* best = nullptr;
    for (svi_detail::svi_start& s : starts) {
        if (!(s.cost < infinity)) continue;
        s.cost = svi_detail::descend(p, s.x, 12, result.steps);
        if (best == nullptr || s.cost < best->cost) best = &s;
    }
    if (best != nullptr) {
        result.cost = svi_detail::descend(p, best->x, 60, result.steps);
        svi_detail::lift(best->x);
        result.curve = svi_detail::raw_of(p, best->x);
    }
    if (!(result.cost < infinity)) {
        result.status = svi_fit_status::arbitrage_remains;
        return result;
    }
    result.status = svi_fit_status::fitted;
    return fits_between(result.curve, {}) ? result : refit_svi(quotes, result, {});
}

}  // namespace lockstep
