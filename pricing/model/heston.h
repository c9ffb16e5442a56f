// The words of Heston's model (1993) with Bates' jumps (1996): what an expiry is priced with, which
// values come out and in what order, and why a row could not be valued.
//
//   dS/S = (r - q - l m) dt + sqrt(v) dW + (J - 1) dN,   dv = kappa (theta - v) dt + sigma sqrt(v)
//   dZ
//
// with dW dZ = rho dt, jumps at rate l, ln J normal (jump_mean, jump_vol), and m = E[J] - 1.
#pragma once

#include <cstddef>
#include <cstdint>

#include "pricing/base/platform.h"
#include "pricing/model/option.h"

namespace lockstep {

struct heston_parameters {
    double v0;              // variance now, per year
    double kappa;           // speed of reversion, per year
    double theta;           // variance that it reverts to
    double sigma;           // vol of variance
    double rho;             // correlation of spot and variance
    double jump_intensity;  // jumps in a year; 0: Heston's own model
    double jump_mean;       // of the logarithm of a jump
    double jump_vol;
};

/// What the strikes of an expiry share.
struct heston_expiry {
    double underlying;  // forward, or spot where flags say option_flag::spot
    double time;        // years
    double rate;        // continuously compounded
    double dividend;    // yield of a spot
    heston_parameters parameters;
    std::uint64_t flags;  // option_flag::spot
};

/// Values in column order. Derivatives are of the price, per 1.00 of the input and per year;
/// theta is taken forward in calendar time.
enum class heston_value : std::uint8_t {
    price,
    error,  // bound on the price's own error: what is left out, and rounding
    delta,
    gamma,
    theta,
    rho,  // by the rate, at a fixed spot, or at a fixed forward
    by_v0,
    by_kappa,
    by_theta,
    by_sigma,
    by_rho,
};
inline constexpr std::size_t heston_value_count = 11;
inline constexpr char const* heston_value_names[heston_value_count] = {
    "price", "error",    "delta",    "gamma",    "theta",  "rho",
    "by_v0", "by_kappa", "by_theta", "by_sigma", "by_rho",
};

/// When several apply, the first in this order counts.
enum class heston_status : std::uint8_t {
    computed = 0,
    underlying_is_not_usable,  // not finite or not above zero
    strike_is_not_usable,
    time_is_not_finite_or_negative,
    rate_is_not_finite,
    dividend_is_not_finite,
    variance_is_not_usable,  // v0, kappa, theta or sigma: not finite or negative
    rho_is_out_of_range,     // not in [-1, 1]
    jumps_are_not_usable,    // not finite, or a negative intensity or vol
    moments_explode,         // of too low an order for the transform to be inverted
    terms_are_exhausted,     // the transform fades too slowly, or the error hides any price
    value_is_not_finite,
};
inline constexpr unsigned heston_status_count = 12;
inline constexpr char const* heston_status_names[heston_status_count] = {
    "computed",
    "underlying_is_not_usable",
    "strike_is_not_usable",
    "time_is_not_finite_or_negative",
    "rate_is_not_finite",
    "dividend_is_not_finite",
    "variance_is_not_usable",
    "rho_is_out_of_range",
    "jumps_are_not_usable",
    "moments_explode",
    "terms_are_exhausted",
    "value_is_not_finite",
};

}  // namespace lockstep
