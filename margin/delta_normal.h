// Value at risk of positions that are linear in factors with normal moves, and what each factor
// adds to it: z sigma with sigma^2 = d' C d. Components are Euler's (they add up to the whole);
// incremental is the whole less what it would be without the factor.
#pragma once

#include "pricing/base/normal.h"
#include "pricing/base/platform.h"
#include "pricing/base/view.h"

namespace lockstep {

struct delta_normal_total {
    double value_at_risk, expected_shortfall;
};
struct delta_normal_part {
    double marginal;  // per unit of the delta
    double component, incremental;
};

/// `covariance` is row-major, deltas.size() squared, of moves over the horizon; `tail` in (0, 1/2].
LOCKSTEP_HD delta_normal_total delta_normal_var(view<double const> deltas,
                                                view<double const> covariance, double tail,
                                                view<delta_normal_part> parts) {
    std::size_t const n = deltas.size();
    double variance = 0.0;
    for (std::size_t i = 0; i < n; ++i) {
        double along = 0.0;
        for (std::size_t j = 0; j < n; ++j) along = fused(covariance[i * n + j], deltas[j], along);
        parts[i].marginal = along;
        variance = fused(deltas[i], along, variance);
    }
    double const z = -normal_quantile(tail);
    double const sigma = square_root(variance > 0.0 ? variance : 0.0);
    for (std::size_t i = 0; i < n; ++i) {
        double const along = parts[i].marginal;
        double const without =
            variance - deltas[i] * (2.0 * along - deltas[i] * covariance[i * n + i]);
        parts[i].marginal = sigma > 0.0 ? z * along / sigma : 0.0;
        parts[i].component = deltas[i] * parts[i].marginal;
        parts[i].incremental = z * (sigma - square_root(without > 0.0 ? without : 0.0));
    }
    return {z * sigma, sigma * normal_pdf(z) / tail};
}

}  // namespace lockstep
