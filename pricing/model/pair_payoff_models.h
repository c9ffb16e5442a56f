// The payoffs on two assets as row models: what each calls its inputs, and which of them a
// payoff_status speaks of.
#pragma once

#include "pricing/model/best_of.h"
#include "pricing/model/payoff_row.h"

namespace lockstep {

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

#undef LOCKSTEP_PAIR_INPUTS
#undef LOCKSTEP_PAIR_CONCERNS
#undef LOCKSTEP_PAIR_OUTPUTS

}  // namespace lockstep
