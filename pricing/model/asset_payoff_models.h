// The payoffs on one asset beyond the plain option as row models: what each calls its inputs, and
// which of them a payoff_status speaks of.
#pragma once

#include "pricing/model/asian.h"
#include "pricing/model/digital.h"
#include "pricing/model/double_barrier.h"
#include "pricing/model/lookback.h"
#include "pricing/model/payoff_row.h"
#include "pricing/model/quanto.h"
#include "pricing/model/settlement_average.h"

namespace lockstep {

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

}  // namespace lockstep
