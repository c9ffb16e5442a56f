// One netting set's row: narrow sums and the short rule where they serve, wide ones and the whole
// rule elsewhere.
#pragma once

#include "kernels/cpu/lanes/rule_columns.h"
#include "kernels/cpu/lanes/set_sums.h"

namespace lockstep::cpu::LOCKSTEP_ISA {

namespace {  // NOLINT(google-build-namespaces)

/// What a slice of sets is summed with, set after set.
struct set_scratch {
    rule_cache rules;
    narrow_sums narrow;
    wide_sums wide;
};

/// Fills the row of complete narrow sums, where it lies.
template <std::size_t Columns>
void fill_narrow(margin_batch const& batch, std::size_t set, set_scratch& scratch,
                 margin_row& row) {
    std::uint32_t const rule = batch.positions.rule[set];
    int const lot = batch.positions.lot_exponent[set];
    margin_rules const& rules = batch.rules[rule];
    narrow_sums const& sums = scratch.narrow;
    rule_columns const& columns = scratch.rules.of(rules, rule, lot);
    row = {};
    row.positions = batch.positions.begin[set + 1] - batch.positions.begin[set];
    alignas(64) std::int64_t nanos[sensitivity_count];
    for (std::size_t j = 0; j < sensitivity_count; j += vector_lanes)
        in_nanos(*as_vectors(sums.columns + Columns - sensitivity_count + j), columns,
                 *as_vectors(nanos + j));
    for (std::uint32_t j = 0; j < sensitivity_count; ++j) row.sensitivities[j] = {nanos[j]};
    if (rules.scenarios > 0 &&
        fill_shortly(worst_two<Columns - sensitivity_count>(sums, columns, rules.extended_begin),
                     short_roll_1e24(sums, rules, places_below_nano(rules, lot)), rules,
                     addons_of(batch, set), lot, row))
        return;
    row = portfolio_margin(view_sums<std::int64_t>(sums, batch, set), rules, addons_of(batch, set));
}

template <std::size_t Columns>
void margin_of(margin_batch const& batch, std::size_t set, sum_lanes lanes, set_scratch& scratch,
               margin_row& row) {
    std::size_t const first = batch.positions.begin[set], last = batch.positions.begin[set + 1];
    std::uint16_t const refused =
        set_refusal(last - first, rules_serve(batch, set), batch.positions.lot_exponent[set]);
    if (refused != 0) {
        row = refused_row(refused, static_cast<std::uint32_t>(last - first));
        return;
    }
    margin_rules const& rules = batch.rules[batch.positions.rule[set]];
    bool const narrow_serves = lanes == sum_lanes::automatic &&
                               narrow_sums_serve(rules, batch.positions.lot_exponent[set]);
    if (narrow_serves && add_run<Columns>(batch, first, last, scratch.narrow,
                                          batch.positions.instrument.count) == last)
        return fill_narrow<Columns>(batch, set, scratch, row);
    clear(scratch.wide, Columns);
    add_part<Columns>(batch, first, last, lanes, scratch.narrow, scratch.wide);
    portfolio_sums<int128> sums = view_sums<int128>(scratch.wide, batch, set);
    sums.flags = scratch.wide.flags;
    row = portfolio_margin(sums, rules, addons_of(batch, set));
}

}  // namespace

}  // namespace lockstep::cpu::LOCKSTEP_ISA
