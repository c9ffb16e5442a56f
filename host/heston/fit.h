// Heston's parameters from the vols of a chain: least squares in vols by Levenberg and Marquardt's
// method with analytic gradients (Cui, del Bano Rollin, Germano 2017), from several fixed starts,
// inside fixed bounds. Sums run in the order of the quotes and every function is ours, so that a
// fit comes out the same to the last bit on any machine.
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/backend.h"
#include "kernels/heston_batch.h"

namespace lockstep {

/// Options to fit, grouped by expiry as in heston_batch; each on the side out of the money.
struct heston_quotes {
    std::vector<heston_expiry> expiries;  // their parameters are not looked at
    std::vector<std::uint32_t> begin{0};
    std::vector<double> strike, vol;
    std::vector<double> price, vega;  // Black's at that vol
    std::vector<std::uint8_t> flags;

    std::size_t size() const { return strike.size(); }
    /// Adds an option to the last expiry.
    void add(double k, double its_vol, bool put);
};

inline constexpr int heston_fit_parameters = 5;
inline constexpr char const* heston_fit_names[heston_fit_parameters] = {"v0", "kappa", "theta",
                                                                        "sigma", "rho"};

struct heston_bounds {
    double low[heston_fit_parameters] = {1e-4, 0.05, 1e-4, 0.05, -0.99};
    double high[heston_fit_parameters] = {4.0, 20.0, 4.0, 8.0, 0.99};
};

enum class heston_fit_status : std::uint8_t {
    converged = 0,
    converged_at_a_bound,  // a parameter is within a thousandth of the end of its range
    iterations_are_exhausted,
    too_few_quotes,  // fewer than two for each parameter, or a single expiry
    no_start_can_be_priced,
};
char const* name_of(heston_fit_status status);

struct heston_fit {
    heston_parameters parameters;
    heston_fit_status status;
    bool at_bound[heston_fit_parameters] = {};  // the quotes do not tell it from its bound
    int start = 0;                              // which start it came from
    int iterations = 0;                         // of that start
    double rmse_vol = 0;                        // root mean square of the residuals
    double worst_vol = 0;
    std::vector<double> vol;  // that the model's price of each quote implies
};

/// Fits all quotes with equal weight in vol.
heston_fit fit_heston(heston_quotes const& quotes, backend& with, heston_bounds const& bounds = {});

}  // namespace lockstep
