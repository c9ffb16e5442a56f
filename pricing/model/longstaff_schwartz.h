// The exercise policy of an American option by regression: Longstaff and Schwartz, "Valuing
// American Options by Simulation: A Simple Least-Squares Approach" (2001).
//
// Backwards from expiry, at each date, what the paths in the money went on to receive is fitted by
// a cubic in basket / strike. The policy is then priced on other paths (monte_carlo.h), so that the
// price is one of a real policy: a lower bound up to its standard error.
#pragma once

#include "pricing/base/view.h"
#include "pricing/model/monte_carlo.h"

namespace lockstep {

namespace detail {

/// Normal equations of a fit to powers 0 to 3, summed path after path.
struct cubic_fit {
    double moments[2 * policy_terms - 1] = {};
    double targets[policy_terms] = {};
    double count = 0.0;

    LOCKSTEP_HD void add(double x, double y) {
        double power = 1.0;
        for (int k = 0; k < 2 * policy_terms - 1; ++k) {
            moments[k] += power;
            if (k < policy_terms) targets[k] = fused(power, y, targets[k]);
            power *= x;
        }
        count += 1.0;
    }
};

/// Solves the first `terms` equations by elimination with a fixed order; false when they are all
/// but dependent.
LOCKSTEP_HD bool solve_fit(cubic_fit const& fit, int terms, double* result) {
    double m[policy_terms][policy_terms + 1];
    for (int i = 0; i < terms; ++i) {
        for (int j = 0; j < terms; ++j) m[i][j] = fit.moments[i + j];
        m[i][terms] = fit.targets[i];
    }
    for (int i = 0; i < terms; ++i) {
        if (!(m[i][i] > 1e-9 * fit.moments[2 * i])) return false;
        for (int r = i + 1; r < terms; ++r) {
            double const share = m[r][i] / m[i][i];
            for (int j = i; j <= terms; ++j) m[r][j] = fused(-share, m[i][j], m[r][j]);
        }
    }
    for (int i = terms - 1; i >= 0; --i) {
        double rest = m[i][terms];
        for (int j = i + 1; j < terms; ++j) rest = fused(-m[i][j], result[j], rest);
        result[i] = rest / m[i][i];
    }
    return true;
}

/// The best fit of as many terms as the paths bear; without any path holding on is worth all.
LOCKSTEP_HD void fit_date(cubic_fit const& fit, double* terms) {
    for (int k = 0; k < policy_terms; ++k) terms[k] = 0.0;
    if (fit.count == 0.0) {
        terms[0] = 1e300;
        return;
    }
    for (int count = policy_terms; count > 0; --count) {
        if (fit.count < 4.0 * count && count > 1) continue;
        if (solve_fit(fit, count, terms)) return;
        for (int k = 0; k < policy_terms; ++k) terms[k] = 0.0;
    }
}

}  // namespace detail

/// Writes the basket at every date of path `path` to levels[date].
LOCKSTEP_HD void levels_of_path(path_contract const& c, path_source const& source,
                                std::uint64_t path, double* levels) {
    double w[path_numbers_max];
    detail::draw_path(c, source, detail::drawn_normals{source, path}, w);
    for (int k = 0; k < c.dates; ++k) levels[k] = detail::market_at(c, w, k).basket;
}

/// Fits the policy to levels[path * dates + date]; `received` is scratch, one number a path. The
/// paths are taken in order and in one thread: the fit is the same everywhere.
LOCKSTEP_HD void fit_policy(path_contract const& c, view<double const> levels,
                            view<double> received, exercise_policy& policy) {
    std::size_t const dates = static_cast<std::size_t>(c.dates);
    double const step_discount = exponential(-c.rate * (c.time / c.dates));
    for (std::size_t p = 0; p < received.size(); ++p)
        received[p] = detail::gain_of(c, levels[p * dates + dates - 1]);
    for (std::size_t date = dates - 1; date-- > 0;) {
        detail::cubic_fit fit;
        for (std::size_t p = 0; p < received.size(); ++p) {
            received[p] *= step_discount;
            double const level = levels[p * dates + date];
            if (detail::gain_of(c, level) > 0.0) fit.add(level / c.strike, received[p]);
        }
        double* const terms = policy.value[date];
        detail::fit_date(fit, terms);
        for (std::size_t p = 0; p < received.size(); ++p) {
            double const level = levels[p * dates + date];
            double const gain = detail::gain_of(c, level);
            if (gain > 0.0 && gain >= detail::value_of_holding(terms, level / c.strike))
                received[p] = gain;
        }
    }
}

}  // namespace lockstep
