// One kernel for each function of the priced path, for check_ptx.sh to read the PTX of.
#include "pricing/base/digest.h"
#include "pricing/base/exp_log.h"
#include "pricing/base/normal.h"
#include "pricing/base/random.h"
#include "pricing/market/forward_curve.h"
#include "pricing/market/put_call_parity.h"
#include "pricing/market/ssvi_fit.h"
#include "pricing/market/svi_fit.h"
#include "pricing/market/variance_surface.h"
#include "pricing/model/american.h"
#include "pricing/model/american_implied_vol.h"
#include "pricing/model/black.h"
#include "pricing/model/heston_price.h"
#include "pricing/model/implied_vol.h"
#include "pricing/model/monte_carlo.h"
#include "pricing/model/row_models.h"
#include "pricing/model/scheduled_option.h"

#define KERNEL_OF_ONE(name)                                     \
    __global__ void kernel_##name(double const* x, double* y) { \
        y[threadIdx.x] = lockstep::name(x[threadIdx.x]);        \
    }
#define KERNEL_OF_TWO(name)                                                  \
    __global__ void kernel_##name(double const* x, double* y) {              \
        y[threadIdx.x] = lockstep::name(x[threadIdx.x], x[threadIdx.x + 1]); \
    }

KERNEL_OF_ONE(exponential)
KERNEL_OF_ONE(exponential_in_range)
KERNEL_OF_ONE(logarithm)
KERNEL_OF_ONE(logarithm_in_range)
KERNEL_OF_TWO(logarithm_of_ratio)
KERNEL_OF_ONE(normal_cdf)
KERNEL_OF_ONE(normal_pdf)
KERNEL_OF_ONE(erfcx)
KERNEL_OF_ONE(complementary_error)
KERNEL_OF_ONE(normal_quantile)

__global__ void kernel_normal_cdf_pdf(double const* x, lockstep::normal_pair* y) {
    y[threadIdx.x] = lockstep::normal_cdf_pdf(x[threadIdx.x]);
}
__global__ void kernel_standard_normal(double* y, std::uint64_t key) {
    y[threadIdx.x] = lockstep::standard_normal(lockstep::philox4x32(threadIdx.x, 0, key).first);
}
__global__ void kernel_digest(double const* x, lockstep::digest128* y) {
    y[threadIdx.x] = lockstep::digest_double(threadIdx.x, x[threadIdx.x]);
}

__global__ void kernel_value_option(lockstep::option_inputs const* x,
                                    lockstep::option_valuation* y) {
    y[threadIdx.x] = lockstep::value_option(x[threadIdx.x], lockstep::option_depth::all);
}

__global__ void kernel_value_american(lockstep::option_inputs const* x,
                                      lockstep::american_valuation* y) {
    y[threadIdx.x] = lockstep::value_american(x[threadIdx.x], lockstep::option_depth::first_greeks);
}

__global__ void kernel_value_heston(lockstep::heston_expiry const* x, double const* strike,
                                    lockstep::heston_row* y) {
    y[threadIdx.x] = lockstep::value_heston(x[threadIdx.x], strike[threadIdx.x], false);
}

__global__ void kernel_implied_vol(lockstep::implied_vol_inputs const* x,
                                   lockstep::implied_vol_value* y) {
    y[threadIdx.x] = lockstep::implied_vol(x[threadIdx.x]);
}

__global__ void kernel_fit_svi(lockstep::view<lockstep::variance_quote const> const* x,
                               lockstep::svi_fit_result* y) {
    y[threadIdx.x] = lockstep::fit_svi(x[threadIdx.x]);
}
__global__ void kernel_fit_ssvi(lockstep::view<lockstep::ssvi_expiry> const* x,
                                lockstep::ssvi_fit_result* y) {
    y[threadIdx.x] = lockstep::fit_ssvi(x[threadIdx.x]);
}
__global__ void kernel_fit_parity(lockstep::view<lockstep::parity_pair const> const* x,
                                  lockstep::parity_line* y) {
    y[threadIdx.x] = lockstep::fit_parity(x[threadIdx.x]);
}
__global__ void kernel_surface(lockstep::view<lockstep::expiry_curve const> x,
                               lockstep::view<lockstep::dated_forward const> f, double const* k,
                               double* y) {
    double const time = k[threadIdx.x];
    y[threadIdx.x] = lockstep::surface_vol(x, k[threadIdx.x + 1], time) +
                     lockstep::forward_at(f, k[threadIdx.x + 2], time);
}

__global__ void kernel_american_implied_vol(lockstep::american_quotes<1> const* x,
                                            lockstep::american_vols<1>* y) {
    lockstep::american_implied_vol(x[threadIdx.x], y[threadIdx.x]);
}
__global__ void kernel_value_scheduled(lockstep::option_inputs const* x,
                                       lockstep::view<lockstep::schedule_event const> events,
                                       double* scratch, lockstep::scheduled_valuation* y) {
    y[threadIdx.x] = lockstep::value_scheduled(x[threadIdx.x], lockstep::exercise_style::bermudan,
                                               events, {scratch + threadIdx.x, blockDim.x});
}
__global__ void kernel_values_on_path(lockstep::path_contract const* x,
                                      lockstep::path_source const* source,
                                      lockstep::exercise_policy const* policy, double* y) {
    double w[lockstep::path_numbers_max];
    lockstep::detail::draw_path(*x, *source, lockstep::detail::drawn_normals{*source, threadIdx.x},
                                w);
    lockstep::values_on_path(x, 1, policy, w, y + threadIdx.x);
}

#define KERNEL_OF_ROWS(name)                                                         \
    __global__ void kernel_##name(double const* x, std::uint64_t flags, double* y) { \
        y[0] = static_cast<double>(lockstep::name{}(x, flags, y + 1));               \
    }
KERNEL_OF_ROWS(bachelier_model)
KERNEL_OF_ROWS(digital_model)
KERNEL_OF_ROWS(touch_model)
KERNEL_OF_ROWS(barrier_model)
KERNEL_OF_ROWS(double_barrier_model)
KERNEL_OF_ROWS(asian_model)
KERNEL_OF_ROWS(settlement_average_model)
KERNEL_OF_ROWS(lookback_model)
KERNEL_OF_ROWS(quanto_model)
KERNEL_OF_ROWS(exchange_model)
KERNEL_OF_ROWS(spread_model)
KERNEL_OF_ROWS(best_of_model)

// Written as a product and a sum, so it must stay a product and a sum.
__global__ void control_product_and_sum(double const* x, double* y) {
    y[threadIdx.x] = x[threadIdx.x] * x[threadIdx.x + 1] + x[threadIdx.x + 2];
}
