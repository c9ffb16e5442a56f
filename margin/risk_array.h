// One row of the risk matrix: what a contract gains in each scenario, and its sensitivities, as
// integers. Every cell is computed in doubles and passes the quantiser once; a row with one cell
// that is not finite or does not fit is refused whole.
#pragma once

#include <cstdint>

#include "margin/scenario.h"
#include "pricing/base/quantise.h"
#include "pricing/base/view.h"
#include "pricing/model/black.h"

namespace lockstep {

/// Why an instrument has no risk array. Its row is zeros, and every netting set that holds it is
/// flagged.
enum class risk_status : std::uint8_t {
    computed = 0,
    set_does_not_exist,       // no such row of the scenario sets
    set_has_other_scenarios,  // more of them than the matrix has
    expiry_bucket_is_out_of_range,
    input_is_not_usable,  // not finite, negative, or a price of zero
    value_does_not_fit,   // a cell is not finite or beyond 2^62 units
};

LOCKSTEP_HD bool is_option(risk_inputs const& in) { return in.kind == instrument_kind::option; }
LOCKSTEP_HD bool is_inverse(risk_inputs const& in) { return in.settle == settlement::inverse; }

/// Refusals that do not need a valuation.
LOCKSTEP_HD risk_status check_inputs(risk_inputs const& in, view<scenario_set const> sets,
                                     std::uint32_t scenarios) {
    if (in.set >= sets.size()) return risk_status::set_does_not_exist;
    if (sets[in.set].count > scenarios) return risk_status::set_has_other_scenarios;
    if (in.expiry_bucket >= expiry_buckets_max) return risk_status::expiry_bucket_is_out_of_range;
    bool usable = in.underlying > 0.0 && in.underlying < infinity && in.scale > 0.0;
    if (is_option(in)) {
        usable = usable && in.strike >= 0.0 && in.strike < infinity;
        usable = usable && in.time >= 0.0 && in.time < infinity;
        usable = usable && in.vol >= 0.0 && in.vol < infinity;
    }
    return usable ? risk_status::computed : risk_status::input_is_not_usable;
}

LOCKSTEP_HD std::uint64_t flags_of(risk_inputs const& in) {
    std::uint64_t flags = in.type == option_type::put ? option_flag::put : 0u;
    return flags | (is_inverse(in) ? option_flag::inverse : 0u);
}

/// The bucket that a matrix carries: always one that sums have room for, as a position of no lots
/// is added without a question.
LOCKSTEP_HD std::uint8_t bucket_of(risk_inputs const& in) {
    return in.expiry_bucket < expiry_buckets_max ? in.expiry_bucket : std::uint8_t{0};
}

/// Undiscounted on the forward: margin is asked for today, in the settle asset. The flags come by
/// themselves so that a loop over scenarios can hold them in a column, like all else that varies.
LOCKSTEP_HD option_inputs margin_option(risk_inputs const& in, double forward, double vol,
                                        std::uint64_t flags) {
    return {forward, in.strike, in.time, 0.0, 0.0, vol, flags};
}

/// Value of one contract of an option in its settle asset; NaN when the model refuses.
LOCKSTEP_HD double option_value_at(risk_inputs const& in, double forward, double vol,
                                   std::uint64_t flags) {
    option_valuation v = value_option(margin_option(in, forward, vol, flags), option_depth::price);
    return v.faults == 0 ? v.price : quiet_nan();
}

/// Gain of one contract of an option when its value goes from `base` (the model's own value at the
/// mark, so that the scenario without a move is exactly zero) to what the scenario makes of it.
LOCKSTEP_HD double option_gain(double value, double base, double pnl_factor) {
    return (value - base) * pnl_factor;
}
LOCKSTEP_HD double option_gain(risk_inputs const& in, double price_multiplier, double pnl_factor,
                               double vol, std::uint64_t flags, double base) {
    return option_gain(option_value_at(in, in.underlying * price_multiplier, vol, flags), base,
                       pnl_factor);
}

/// Gain of one contract of a future: 1/F - 1/(F(1+m)) coin of an inverse one, F m of a linear one.
LOCKSTEP_HD double future_gain(risk_inputs const& in, double price_multiplier, double pnl_factor) {
    double move = price_multiplier - 1.0;
    double linear = in.underlying * move;
    double inverse = move / (in.underlying * price_multiplier);
    return (is_inverse(in) ? inverse : linear) * pnl_factor;
}

/// The sensitivities of one contract, in the units of `sensitivity`.
struct sensitivity_row {
    double at[sensitivity_count];
};

LOCKSTEP_HD sensitivity_row option_sensitivities(risk_inputs const& in) {
    option_valuation v =
        value_option(margin_option(in, in.underlying, in.vol, flags_of(in)), option_depth::all);
    double f = is_inverse(in) ? in.underlying : 1.0;  // d/d(ln F) in coin, d/dF in quote currency
    double delta = f * v.delta;
    double gamma = is_inverse(in) ? fused(f, f * v.gamma, delta) : in.underlying * v.gamma;
    double valid = v.faults == 0 ? 1.0 : quiet_nan();
    return {{v.price * valid, delta, 0.01 * gamma, 0.01 * v.vega, v.theta / 365.0, 0.01 * v.rho,
             0.01 * (f * v.vanna), 1e-4 * v.volga}};
}

LOCKSTEP_HD sensitivity_row future_sensitivities(risk_inputs const& in) {
    double per_coin = 1.0 / in.underlying;
    if (is_inverse(in)) return {{-per_coin, per_coin, -0.01 * per_coin, 0, 0, 0, 0, 0}};
    return {{in.underlying, 1.0, 0, 0, 0, 0, 0, 0}};
}

}  // namespace lockstep
