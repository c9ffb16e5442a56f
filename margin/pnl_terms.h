// Why a contract is worth more or less than before: its change of value between two moments, told
// by the Greeks of the first one. Every term is an integer in the units of a risk array, and what
// the terms leave over is the residual, so that they add up to the change exactly.
//
//   delta  V_F dF - rho  gamma  1/2 V_FF dF^2  vega   V_v dv        theta  -V_T dt
//   rho    V_F F T' dr   vanna  V_Fv dF dv     volga  1/2 V_vv dv^2
//
// A second-order Taylor expansion in forward and vol and a first-order one in time. Values are not
// discounted, so the one rate that counts is the carry r = ln(F / index) / T, by which a forward
// lies above its index: rho is the part of the forward's own term that its change explains, delta
// the rest (T' is the time left afterwards). What funding pays is cash, and stands beside them.
#pragma once

#include <cstdint>

#include "margin/risk_array.h"

namespace lockstep {

enum class pnl_term : std::uint8_t { delta, gamma, vega, theta, rho, vanna, volga };
inline constexpr std::uint32_t pnl_term_count = 7;

/// One contract, in units of the risk matrix.
struct pnl_row {
    std::int64_t value_from, value_to;
    std::int64_t terms[pnl_term_count];
    std::int64_t residual() const {
        std::int64_t left = value_to - value_from;
        for (std::int64_t const term : terms) left -= term;
        return left;
    }
};

/// The rate by which a forward lies above its index; zero where there is nothing to carry.
LOCKSTEP_HD double implied_carry(double forward, double index, double years) {
    bool const usable = index > 0.0 && index < infinity && years > 0.0;
    return usable ? logarithm(forward / index) / years : 0.0;
}

namespace detail {

struct pnl_terms {
    double at[pnl_term_count];
};

/// How much of a forward's move a change of its carry explains.
LOCKSTEP_HD double moved_by_carry(risk_inputs const& from, risk_inputs const& to,
                                  double carry_change) {
    return from.underlying * (to.time > 0.0 ? to.time : 0.0) * carry_change;
}

LOCKSTEP_HD pnl_terms option_terms(risk_inputs const& from, risk_inputs const& to,
                                   double carry_change) {
    option_valuation const v = value_option(
        margin_option(from, from.underlying, from.vol, flags_of(from)), option_depth::all);
    double const moved = to.underlying - from.underlying;
    double const raised = to.vol - from.vol;
    double const passed = from.time - to.time;
    double const valid = v.faults == 0 ? 1.0 : quiet_nan();
    double const rho = v.delta * moved_by_carry(from, to, carry_change);
    return {{(v.delta * moved - rho) * valid, 0.5 * v.gamma * moved * moved, v.vega * raised,
             v.theta * passed, rho, v.vanna * moved * raised, 0.5 * v.volga * raised * raised}};
}

/// -1/F of an inverse future has a curvature, F of a linear one has none.
LOCKSTEP_HD pnl_terms future_terms(risk_inputs const& from, risk_inputs const& to,
                                   double carry_change) {
    double const moved = to.underlying - from.underlying;
    double const carried = moved_by_carry(from, to, carry_change);
    if (!is_inverse(from)) return {{moved - carried, 0, 0, 0, carried, 0, 0}};
    double const step = moved / from.underlying;
    double const slope = 1.0 / (from.underlying * from.underlying);
    return {
        {slope * (moved - carried), -step * step / from.underlying, 0, 0, slope * carried, 0, 0}};
}

LOCKSTEP_HD double contract_value(risk_inputs const& in) {
    if (is_option(in)) return option_value_at(in, in.underlying, in.vol, flags_of(in));
    return is_inverse(in) ? -1.0 / in.underlying : in.underlying;
}

}  // namespace detail

/// False when a term is not finite or does not fit; the row is then zeros. Both inputs are of one
/// contract and have passed check_inputs; `carry_change` is that of its implied_carry.
LOCKSTEP_HD bool explain_contract(risk_inputs const& from, risk_inputs const& to,
                                  double carry_change, pnl_row& row) {
    checked_int64 const before = quantise_nearest(detail::contract_value(from), from.scale);
    checked_int64 const after = quantise_nearest(detail::contract_value(to), from.scale);
    detail::pnl_terms const terms = is_option(from) ? detail::option_terms(from, to, carry_change)
                                                    : detail::future_terms(from, to, carry_change);
    bool fits = !before.overflowed && !after.overflowed;
    row = {before.value, after.value, {}};
    // Sums of nine such amounts stay in 64 bits.
    constexpr std::int64_t most = std::int64_t{1} << 58;
    fits = fits && before.value < most && before.value > -most && after.value < most &&
           after.value > -most;
    for (std::uint32_t t = 0; t < pnl_term_count; ++t) {
        checked_int64 const term = quantise_nearest(terms.at[t], from.scale);
        row.terms[t] = term.value;
        fits = fits && !term.overflowed && term.value < most && term.value > -most;
    }
    if (!fits) row = {};
    return fits;
}

}  // namespace lockstep
