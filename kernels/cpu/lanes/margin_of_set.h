// One netting set's row: narrow sums where they serve, wide ones elsewhere, and the rule on them.
#pragma once

#include "kernels/cpu/lanes/set_sums.h"

namespace lockstep::cpu::LOCKSTEP_ISA {

namespace {  // NOLINT(google-build-namespaces)

template <int Vectors>
margin_row margin_of(margin_batch const& batch, std::size_t set, sum_lanes lanes,
                     narrow_sums& narrow, wide_sums& wide) {
    std::size_t const first = batch.positions.begin[set], last = batch.positions.begin[set + 1];
    std::uint16_t const refused =
        set_refusal(last - first, rules_serve(batch, set), batch.positions.lot_exponent[set]);
    if (refused != 0) return refused_row(refused, static_cast<std::uint32_t>(last - first));
    margin_rules const& rules = batch.rules[batch.positions.rule[set]];
    bool const narrow_serves = lanes == sum_lanes::automatic &&
                               narrow_sums_serve(rules, batch.positions.lot_exponent[set]);
    if (narrow_serves && add_run<Vectors>(batch, first, last, narrow) == last)
        return portfolio_margin(view_sums<std::int64_t>(narrow, batch, set), rules,
                                addons_of(batch, set));
    clear(wide, Vectors * 8);
    add_part<Vectors>(batch, first, last, lanes, narrow, wide);
    portfolio_sums<int128> sums = view_sums<int128>(wide, batch, set);
    sums.flags = wide.flags;
    return portfolio_margin(sums, rules, addons_of(batch, set));
}

}  // namespace

}  // namespace lockstep::cpu::LOCKSTEP_ISA
