// QuantLib's engines for Heston's model, measured beside ours in the same run.
#pragma once

#include "kernels/heston_batch.h"

namespace lockstep::bench {

/// NPVs of the rows of a batch on forwards: a new model and engine for each expiry and a new
/// VanillaOption for each row. Times must be whole days of a 365-day year.
void quantlib_heston_analytic(heston_batch const& batch, double* prices);     // Laguerre, order 144
void quantlib_heston_cosine(heston_batch const& batch, double* prices);       // L = 16, N = 200
void quantlib_heston_exponential(heston_batch const& batch, double* prices);  // exponential fitting

/// AnalyticHestonEngine by adaptive quadrature to 1e-12: slow, for checking.
void quantlib_heston_precise(heston_batch const& batch, double* prices);

}  // namespace lockstep::bench
