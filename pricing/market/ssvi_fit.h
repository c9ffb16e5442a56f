// An SSVI surface through the quotes of all expiries of an underlying: one correlation and one
// tamed power law for all, one variance at the money for each expiry.
//
// The unknowns are rho, the share h in (0, 1] of what theorem 4.2 allows (eta = 2 h / (1 + |rho|)),
// gamma in (0, 1/2], and the thetas, so that whatever comes out is free of static arbitrage
// (ssvi_surface_is_free). A theta meets the others only through the three, which leaves an arrow of
// normal equations: each theta is eliminated where it stands, and a 3 x 3 system is solved.
#pragma once

#include <cstdint>

#include "pricing/base/least_squares.h"
#include "pricing/base/platform.h"
#include "pricing/base/view.h"
#include "pricing/market/robust_loss.h"
#include "pricing/market/ssvi.h"
#include "pricing/market/variance_quote.h"

namespace lockstep {

/// One expiry going in and its theta coming out; the rest is scratch. Sorted by time.
struct ssvi_expiry {
    view<variance_quote const> quotes;
    double theta;
    double trial;        // theta of the step being tried
    double coupling[3];  // of the normal equations: theta with rho, h, gamma
    double curvature, gradient;
};

enum class ssvi_fit_status : std::uint8_t {
    fitted = 0,
    no_quotes,  // no expiry has any
};

struct ssvi_fit_result {
    ssvi_parameters parameters;
    double cost;
    int steps;
    ssvi_fit_status status;
};

namespace ssvi_detail {

struct unknowns {
    double value[3];  // rho, h, gamma
};
/// Where the unknowns may lie.
LOCKSTEP_HD double low(int k) { return k == 0 ? -0.995 : 1e-3; }
LOCKSTEP_HD double high(int k) { return k == 0 ? 0.995 : k == 1 ? 1.0 : 0.5; }

LOCKSTEP_HD ssvi_parameters parameters_of(unknowns const& x) {
    double const rho = x.value[0];
    double const eta = 2.0 * x.value[1] / (1.0 + (rho < 0.0 ? -rho : rho));
    return {rho, {eta, x.value[2], true}};
}

/// Adds the quotes of one expiry: the shared 3 x 3 part to `sums`, theta's own to the expiry.
LOCKSTEP_HD void add_expiry(unknowns const& x, double theta, ssvi_expiry& expiry,
                            normal_equations<3>& sums) {
    ssvi_parameters const p = parameters_of(x);
    double const phi = value_of(p.phi, theta), rho = p.rho;
    double const log_share = logarithm((1.0 + theta) / theta);
    double const by_rho = (rho < 0.0 ? phi : -phi) / (1.0 + (rho < 0.0 ? -rho : rho));
    double const by_gamma = phi * log_share;
    double const by_theta = phi * ((p.phi.gamma - 1.0) / (1.0 + theta) - p.phi.gamma / theta);
    expiry.curvature = expiry.gradient = 0.0;
    for (double& c : expiry.coupling) c = 0.0;
    for (variance_quote const& q : expiry.quotes) {
        double const z = phi * q.k + rho, root = square_root(z * z + (1.0 - rho * rho));
        double const shape = 0.5 * (1.0 + rho * phi * q.k + root);
        double const w_phi = 0.5 * theta * q.k * (rho + z / root);
        double const row[3] = {0.5 * theta * phi * q.k * (1.0 + 1.0 / root) + w_phi * by_rho,
                               w_phi * phi / x.value[1], w_phi * by_gamma};
        double const row_theta = shape + w_phi * by_theta;
        double const residual = theta * shape - q.variance, inverse = 1.0 / q.spread;
        double const size = (residual < 0.0 ? -residual : residual) * inverse;
        double const weight = inverse * inverse * huber_weight(size);
        sums.add(row, residual, weight);
        sums.cost += huber_rest(size);
        expiry.curvature += weight * row_theta * row_theta;
        expiry.gradient += weight * row_theta * residual;
        for (int k = 0; k < 3; ++k) expiry.coupling[k] += weight * row_theta * row[k];
    }
}

LOCKSTEP_HD normal_equations<3> equations_at(unknowns const& x, view<ssvi_expiry> expiries,
                                             bool trial) {
    normal_equations<3> sums;
    for (ssvi_expiry& e : expiries) add_expiry(x, trial ? e.trial : e.theta, e, sums);
    return sums;
}

/// One damped step of all unknowns at once; false when the matrix is not positive.
LOCKSTEP_HD bool step_from(normal_equations<3> const& here, double damping, unknowns const& x,
                           view<ssvi_expiry> expiries, unknowns& next) {
    normal_equations<3> reduced = here;
    for (int i = 0; i < 3; ++i) reduced.matrix[i][i] *= 1.0 + damping;
    for (ssvi_expiry const& e : expiries) {
        double const own = e.curvature * (1.0 + damping);
        if (!(own > 0.0)) continue;
        for (int i = 0; i < 3; ++i) {
            double const part = e.coupling[i] / own;
            for (int j = 0; j <= i; ++j) reduced.matrix[i][j] -= part * e.coupling[j];
            reduced.gradient[i] -= part * e.gradient;
        }
    }
    bool held[3];
    for (int k = 0; k < 3; ++k)
        held[k] = (x.value[k] <= low(k) && reduced.gradient[k] > 0.0) ||
                  (x.value[k] >= high(k) && reduced.gradient[k] < 0.0);
    double step[3];
    if (!damped_step(reduced, 1e-12, held, step)) return false;
    for (int k = 0; k < 3; ++k) {
        double const value = x.value[k] + step[k];
        next.value[k] = value < low(k) ? low(k) : value > high(k) ? high(k) : value;
        step[k] = next.value[k] - x.value[k];
    }
    double least = 0.0;  // thetas do not fall
    for (ssvi_expiry& e : expiries) {
        double const own = e.curvature * (1.0 + damping);
        double pull = e.gradient;
        for (int k = 0; k < 3; ++k) pull += e.coupling[k] * step[k];
        double const moved = own > 0.0 ? e.theta - pull / own : e.theta;
        double const floor = 0.25 * e.theta;
        e.trial = moved > floor ? moved : floor;
        e.trial = e.trial > least ? e.trial : least;
        least = e.trial;
    }
    return true;
}

/// The variance of the quote that is nearest to the money, made to rise with time.
LOCKSTEP_HD void first_thetas(view<ssvi_expiry> expiries) {
    double least = 0.0;
    for (ssvi_expiry& e : expiries) {
        double distance = infinity;
        e.theta = least;
        for (variance_quote const& q : e.quotes) {
            if (!(q.k * q.k < distance)) continue;
            distance = q.k * q.k;
            e.theta = q.variance > least ? q.variance : least;
        }
        least = e.theta;
    }
    // Expiries before the first one with quotes have none to go by.
    for (std::size_t i = expiries.size(); i-- > 1;)
        if (!(expiries[i - 1].theta > 0.0)) expiries[i - 1].theta = expiries[i].theta;
}

LOCKSTEP_HD double descend(unknowns& x, view<ssvi_expiry> expiries, int& steps) {
    normal_equations<3> here = equations_at(x, expiries, false);
    double damping = 1e-2;
    for (int i = 0; i < 80 && damping < 1e12; ++i, ++steps) {
        unknowns next;
        if (!step_from(here, damping, x, expiries, next)) {
            damping *= 8.0;
            continue;
        }
        normal_equations<3> const there = equations_at(next, expiries, true);
        if (there.cost < here.cost) {
            bool const settled = here.cost - there.cost <= 1e-8 * here.cost;
            x = next;
            for (ssvi_expiry& e : expiries) e.theta = e.trial;
            here = there;
            damping = damping > 1e-12 ? damping * 0.125 : damping;
            if (settled) break;
        } else {
            damping *= 8.0;
            here = equations_at(x, expiries, false);  // the expiries' sums are of the trial
        }
    }
    return here.cost;
}

}  // namespace ssvi_detail

/// Fits all expiries of one underlying; thetas stand in `expiries` afterwards.
LOCKSTEP_HD ssvi_fit_result fit_ssvi(view<ssvi_expiry> expiries) {
    ssvi_fit_result result{{}, 0.0, 0, ssvi_fit_status::no_quotes};
    std::size_t quotes = 0;
    for (ssvi_expiry const& e : expiries) quotes += e.quotes.size();
    if (quotes == 0) return result;
    ssvi_detail::unknowns best{}, x{};
    ssvi_detail::first_thetas(expiries);
    double least = infinity;
    double const rhos[] = {-0.5, -0.1, 0.3}, shares[] = {0.3, 0.8}, gammas[] = {0.25, 0.45};
    for (double const rho : rhos)
        for (double const share : shares)
            for (double const gamma : gammas) {
                x = {{rho, share, gamma}};
                double const cost = ssvi_detail::equations_at(x, expiries, false).cost;
                if (cost < least) least = cost, best = x;
            }
    result.cost = ssvi_detail::descend(best, expiries, result.steps);
    result.parameters = ssvi_detail::parameters_of(best);
    result.status = ssvi_fit_status::fitted;
    return result;
}

}  // namespace lockstep
