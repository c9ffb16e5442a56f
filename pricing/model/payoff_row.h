// What the row models (row_model.h) of payoffs beyond the plain option have in common: the asset
// that every row begins with, and how a value becomes outputs and a verdict. The macros are lists
// of the asset's inputs, for the headers that define such models.
//
// Flags: option_flag in the lower four bits, what kind the payoff is of in the upper four.
#pragma once

#include "pricing/model/payoff_status.h"
#include "pricing/model/row_model.h"
#include "pricing/model/two_assets.h"

#define LOCKSTEP_ASSET_INPUTS "underlying", "time", "rate", "dividend", "vol"
#define LOCKSTEP_ASSET_CONCERNS                                                               \
    payoff_status::underlying_is_not_positive, payoff_status::time_is_not_finite_or_negative, \
        payoff_status::rate_is_not_finite, payoff_status::dividend_is_not_finite,             \
        payoff_status::vol_is_not_finite_or_negative
#define LOCKSTEP_PAYOFF_OUTPUTS "price", "delta", "gamma", "vega", "theta", "rho"

namespace lockstep::detail {

inline constexpr std::size_t payoff_outputs = 6, pair_outputs = 11;

/// The statuses that speak of each input, in the order of the inputs.
template <std::size_t Count>
struct concerns {
    payoff_status of[Count];
};

LOCKSTEP_HD std::uint64_t kind_bits(std::uint64_t flags) { return flags >> 4 & 15u; }

LOCKSTEP_HD asset_inputs asset_from(double const* in, std::uint64_t flags) {
    return {in[0], in[1], in[2], in[3], in[4], static_cast<std::uint8_t>(flags & 15u)};
}
LOCKSTEP_HD pair_inputs pair_from(double const* in, std::uint64_t flags) {
    return {asset_from(in, flags), in[5], in[6], in[7], in[8]};
}

/// A payoff_status as a row_verdict. A kind that does not exist is not covered.
template <std::size_t Count>
LOCKSTEP_HD std::uint64_t verdict_of(payoff_status status, double const* in,
                                     concerns<Count> const& inputs) {
    if (status == payoff_status::computed) return 0;
    if (status == payoff_status::value_is_not_finite)
        return row_verdict::of(row_outcome::value_is_not_finite).code;
    for (std::size_t k = 0; k < Count; ++k) {
        if (inputs.of[k] != status) continue;
        bool const there = in[k] - in[k] == 0.0;
        return row_verdict::of(
                   there ? row_outcome::input_is_out_of_range : row_outcome::input_is_not_finite, k)
            .code;
    }
    return row_verdict::of(row_outcome::not_covered).code;
}

/// Which sign a zero has, g++ 12 decides in its own way where it makes vectors of 512 bits.
LOCKSTEP_HD void make_zeros_positive(double* out, std::size_t count) {
    for (std::size_t k = 0; k < count; ++k) out[k] += 0.0;
}

template <std::size_t Count>
LOCKSTEP_HD std::uint64_t finish_payoff(payoff_value const& v, double const* in,
                                        concerns<Count> const& inputs, double* out) {
    out[0] = v.price, out[1] = v.delta, out[2] = v.gamma;
    out[3] = v.vega, out[4] = v.theta, out[5] = v.rho;
    make_zeros_positive(out, payoff_outputs);
    return verdict_of(v.status, in, inputs);
}
template <std::size_t Count>
LOCKSTEP_HD std::uint64_t finish_payoff(pair_value const& v, double const* in,
                                        concerns<Count> const& inputs, double* out) {
    out[0] = v.price, out[1] = v.delta, out[2] = v.gamma;
    out[3] = v.vega, out[4] = v.theta, out[5] = v.rho;
    out[6] = v.delta_2, out[7] = v.gamma_2, out[8] = v.gamma_cross;
    out[9] = v.vega_2, out[10] = v.correlation_slope;
    make_zeros_positive(out, pair_outputs);
    return verdict_of(v.status, in, inputs);
}

}  // namespace lockstep::detail
