// The payoffs beyond the plain option as row models (row_model.h): what each calls its inputs, and
// which of them a payoff_status speaks of.
//
// Flags: option_flag in the lower four bits, what kind the payoff is of in the upper four.
#pragma once

#include "pricing/model/asian.h"
#include "pricing/model/best_of.h"
#include "pricing/model/digital.h"
#include "pricing/model/double_barrier.h"
#include "pricing/model/lookback.h"
#include "pricing/model/quanto.h"
#include "pricing/model/row_model.h"
#include "pricing/model/settlement_average.h"

namespace lockstep {

namespace detail {

inline constexpr std::size_t payoff_outputs = 6, pair_outputs = 11;

#define LOCKSTEP_ASSET_INPUTS "underlying", "time", "rate", "dividend", "vol"
#define LOCKSTEP_ASSET_CONCERNS                                                               \
    payoff_status::underlying_is_not_positive, payoff_status::time_is_not_finite_or_negative, \
        payoff_status::rate_is_not_finite, payoff_status::dividend_is_not_finite,             \
        payoff_status::vol_is_not_finite_or_negative
#define LOCKSTEP_PAYOFF_OUTPUTS "price", "delta", "gamma", "vega", "theta", "rho"

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

}  // namespace detail

/// Kind: digital_kind.
struct digital_model {
    static constexpr bool one_row_at_a_time = true;
    static constexpr std::size_t inputs = 7, outputs = detail::payoff_outputs;
    static constexpr char const* input_names[inputs] = {LOCKSTEP_ASSET_INPUTS, "strike", "second"};
    static constexpr char const* output_names[outputs] = {LOCKSTEP_PAYOFF_OUTPUTS};

    LOCKSTEP_HD std::uint64_t operator()(double const* in, std::uint64_t flags, double* out) const {
        using enum payoff_status;
        auto const kind = static_cast<digital_kind>(detail::kind_bits(flags));
        payoff_value v = value_digital({detail::asset_from(in, flags), in[5], in[6], kind});
        if (v.status == barriers_are_not_in_order) v.status = amount_is_not_finite;
        detail::concerns<inputs> const about{
            {LOCKSTEP_ASSET_CONCERNS, strike_is_not_positive, amount_is_not_finite}};
        return detail::finish_payoff(v, in, about, out);
    }
};

/// Kind: touch_kind, and 4 for a barrier above the spot.
struct touch_model {
    static constexpr bool one_row_at_a_time = true;
    static constexpr std::size_t inputs = 8, outputs = detail::payoff_outputs;
    static constexpr char const* input_names[inputs] = {LOCKSTEP_ASSET_INPUTS, "barrier", "cash",
                                                        "monitoring"};
    static constexpr char const* output_names[outputs] = {LOCKSTEP_PAYOFF_OUTPUTS};

    LOCKSTEP_HD std::uint64_t operator()(double const* in, std::uint64_t flags, double* out) const {
        using enum payoff_status;
        std::uint64_t const bits = detail::kind_bits(flags);
        payoff_value const v =
            value_touch({detail::asset_from(in, flags), in[5], in[6], in[7],
                         static_cast<touch_kind>(bits & 3u), static_cast<barrier_side>(bits >> 2)});
        detail::concerns<inputs> const about{{LOCKSTEP_ASSET_CONCERNS, barrier_is_not_positive,
                                              amount_is_not_finite, monitoring_is_not_a_count}};
        return detail::finish_payoff(v, in, about, out);
    }
};

/// Kind: barrier_kind.
struct barrier_model {
    static constexpr bool one_row_at_a_time = true;
    static constexpr std::size_t inputs = 9, outputs = detail::payoff_outputs;
    static constexpr char const* input_names[inputs] = {LOCKSTEP_ASSET_INPUTS, "strike", "barrier",
                                                        "rebate", "monitoring"};
    static constexpr char const* output_names[outputs] = {LOCKSTEP_PAYOFF_OUTPUTS};

    LOCKSTEP_HD std::uint64_t operator()(double const* in, std::uint64_t flags, double* out) const {
        using enum payoff_status;
        payoff_value const v =
            value_barrier({detail::asset_from(in, flags), in[5], in[6], in[7], in[8],
                           static_cast<barrier_kind>(detail::kind_bits(flags))});
        detail::concerns<inputs> const about{{LOCKSTEP_ASSET_CONCERNS, strike_is_not_positive,
                                              barrier_is_not_positive, amount_is_not_finite,
                                              monitoring_is_not_a_count}};
        return detail::finish_payoff(v, in, about, out);
    }
};

/// Kind: 0 knocks out, 1 knocks in.
struct double_barrier_model {
    static constexpr bool one_row_at_a_time = true;
    static constexpr std::size_t inputs = 9, outputs = detail::payoff_outputs;
    static constexpr char const* input_names[inputs] = {LOCKSTEP_ASSET_INPUTS, "strike", "barrier",
                                                        "upper_barrier", "monitoring"};
    static constexpr char const* output_names[outputs] = {LOCKSTEP_PAYOFF_OUTPUTS};

    LOCKSTEP_HD std::uint64_t operator()(double const* in, std::uint64_t flags, double* out) const {
        using enum payoff_status;
        payoff_value const v =
            value_double_barrier({detail::asset_from(in, flags), in[5], in[6], in[7], in[8],
                                  (detail::kind_bits(flags) & 1u) != 0});
        detail::concerns<inputs> const about{{LOCKSTEP_ASSET_CONCERNS, strike_is_not_positive,
                                              barrier_is_not_positive, barriers_are_not_in_order,
                                              monitoring_is_not_a_count}};
        return detail::finish_payoff(v, in, about, out);
    }
};

/// Kind: asian_kind.
struct asian_model {
    static constexpr bool one_row_at_a_time = true;
    static constexpr std::size_t inputs = 11, outputs = detail::payoff_outputs;
    static constexpr char const* input_names[inputs] = {
        LOCKSTEP_ASSET_INPUTS, "strike",  "first_fixing", "fixings",
        "past_fixings",        "average", "first_vol"};
    static constexpr char const* output_names[outputs] = {LOCKSTEP_PAYOFF_OUTPUTS};

    LOCKSTEP_HD std::uint64_t operator()(double const* in, std::uint64_t flags, double* out) const {
        using enum payoff_status;
        payoff_value const v =
            value_asian({detail::asset_from(in, flags), in[5], in[6], in[7], in[8], in[9], in[10],
                         static_cast<asian_kind>(detail::kind_bits(flags))});
        detail::concerns<inputs> const about{{LOCKSTEP_ASSET_CONCERNS, strike_is_not_positive,
                                              first_fixing_is_not_usable, fixings_are_not_usable,
                                              past_fixings_are_not_a_count, average_is_not_positive,
                                              first_vol_is_not_finite_or_negative}};
        return detail::finish_payoff(v, in, about, out);
    }
};

struct settlement_average_model {
    static constexpr bool one_row_at_a_time = true;
    static constexpr std::size_t inputs = 8, outputs = detail::payoff_outputs;
    static constexpr char const* input_names[inputs] = {LOCKSTEP_ASSET_INPUTS, "strike", "window",
                                                        "average"};
    static constexpr char const* output_names[outputs] = {LOCKSTEP_PAYOFF_OUTPUTS};

    LOCKSTEP_HD std::uint64_t operator()(double const* in, std::uint64_t flags, double* out) const {
        using enum payoff_status;
        payoff_value const v =
            value_settlement_average({detail::asset_from(in, flags), in[5], in[6], in[7]});
        detail::concerns<inputs> const about{{LOCKSTEP_ASSET_CONCERNS, strike_is_not_positive,
                                              fixings_are_not_usable, average_is_not_positive}};
        return detail::finish_payoff(v, in, about, out);
    }
};

/// Kind: lookback_kind.
struct lookback_model {
    static constexpr bool one_row_at_a_time = true;
    static constexpr std::size_t inputs = 7, outputs = detail::payoff_outputs;
    static constexpr char const* input_names[inputs] = {LOCKSTEP_ASSET_INPUTS, "strike", "extreme"};
    static constexpr char const* output_names[outputs] = {LOCKSTEP_PAYOFF_OUTPUTS};

    LOCKSTEP_HD std::uint64_t operator()(double const* in, std::uint64_t flags, double* out) const {
        using enum payoff_status;
        payoff_value const v =
            value_lookback({detail::asset_from(in, flags), in[5], in[6],
                            static_cast<lookback_kind>(detail::kind_bits(flags))});
        detail::concerns<inputs> const about{
            {LOCKSTEP_ASSET_CONCERNS, strike_is_not_positive, extreme_is_on_the_wrong_side}};
        return detail::finish_payoff(v, in, about, out);
    }
};

struct quanto_model {
    static constexpr bool one_row_at_a_time = true;
    static constexpr std::size_t inputs = 10, outputs = detail::payoff_outputs;
    static constexpr char const* input_names[inputs] = {LOCKSTEP_ASSET_INPUTS, "strike",
                                                        "foreign_rate",        "exchange_vol",
                                                        "correlation",         "exchange_rate"};
    static constexpr char const* output_names[outputs] = {LOCKSTEP_PAYOFF_OUTPUTS};

    LOCKSTEP_HD std::uint64_t operator()(double const* in, std::uint64_t flags, double* out) const {
        using enum payoff_status;
        payoff_value const v =
            value_quanto({detail::asset_from(in, flags), in[5], in[6], in[7], in[8], in[9]});
        detail::concerns<inputs> const about{
            {LOCKSTEP_ASSET_CONCERNS, strike_is_not_positive, second_rate_is_not_finite,
             second_vol_is_not_finite_or_negative, correlation_is_not_in_range,
             quantity_is_not_positive}};
        return detail::finish_payoff(v, in, about, out);
    }
};

#define LOCKSTEP_PAIR_INPUTS \
    LOCKSTEP_ASSET_INPUTS, "underlying_2", "dividend_2", "vol_2", "correlation"
#define LOCKSTEP_PAIR_CONCERNS                                                 \
    LOCKSTEP_ASSET_CONCERNS, payoff_status::second_underlying_is_not_positive, \
        payoff_status::second_dividend_is_not_finite,                          \
        payoff_status::second_vol_is_not_finite_or_negative,                   \
        payoff_status::correlation_is_not_in_range
#define LOCKSTEP_PAIR_OUTPUTS \
    LOCKSTEP_PAYOFF_OUTPUTS, "delta_2", "gamma_2", "gamma_cross", "vega_2", "correlation_slope"

struct exchange_model {
    static constexpr bool one_row_at_a_time = true;
    static constexpr std::size_t inputs = 11, outputs = detail::pair_outputs;
    static constexpr char const* input_names[inputs] = {LOCKSTEP_PAIR_INPUTS, "quantity",
                                                        "quantity_2"};
    static constexpr char const* output_names[outputs] = {LOCKSTEP_PAIR_OUTPUTS};

    LOCKSTEP_HD std::uint64_t operator()(double const* in, std::uint64_t flags, double* out) const {
        using enum payoff_status;
        pair_value const v = value_exchange({detail::pair_from(in, flags), in[9], in[10]});
        detail::concerns<inputs> const about{
            {LOCKSTEP_PAIR_CONCERNS, quantity_is_not_positive, second_quantity_is_not_positive}};
        return detail::finish_payoff(v, in, about, out);
    }
};

struct spread_model {
    static constexpr bool one_row_at_a_time = true;
    static constexpr std::size_t inputs = 10, outputs = detail::pair_outputs;
    static constexpr char const* input_names[inputs] = {LOCKSTEP_PAIR_INPUTS, "strike"};
    static constexpr char const* output_names[outputs] = {LOCKSTEP_PAIR_OUTPUTS};

    LOCKSTEP_HD std::uint64_t operator()(double const* in, std::uint64_t flags, double* out) const {
        pair_value const v = value_spread({detail::pair_from(in, flags), in[9]});
        detail::concerns<inputs> const about{
            {LOCKSTEP_PAIR_CONCERNS, payoff_status::strike_is_not_positive}};
        return detail::finish_payoff(v, in, about, out);
    }
};

/// Kind: best_of_kind.
struct best_of_model {
    static constexpr bool one_row_at_a_time = true;
    static constexpr std::size_t inputs = 11, outputs = detail::pair_outputs;
    static constexpr char const* input_names[inputs] = {LOCKSTEP_PAIR_INPUTS, "strike", "strike_2"};
    static constexpr char const* output_names[outputs] = {LOCKSTEP_PAIR_OUTPUTS};

    LOCKSTEP_HD std::uint64_t operator()(double const* in, std::uint64_t flags, double* out) const {
        using enum payoff_status;
        pair_value const v = value_best_of({detail::pair_from(in, flags), in[9], in[10],
                                            static_cast<best_of_kind>(detail::kind_bits(flags))});
        detail::concerns<inputs> const about{
            {LOCKSTEP_PAIR_CONCERNS, strike_is_not_positive, second_strike_is_not_positive}};
        return detail::finish_payoff(v, in, about, out);
    }
};

#undef LOCKSTEP_ASSET_INPUTS
#undef LOCKSTEP_ASSET_CONCERNS
#undef LOCKSTEP_PAYOFF_OUTPUTS
#undef LOCKSTEP_PAIR_INPUTS
#undef LOCKSTEP_PAIR_CONCERNS
#undef LOCKSTEP_PAIR_OUTPUTS

}  // namespace lockstep
