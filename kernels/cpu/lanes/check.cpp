// What decides about netting sets: their sums, and the short rule on them; the whole rule where the
// short one does not serve.
#include "kernels/cpu/lanes.h"
#include "kernels/cpu/lanes/margin_of_set.h"
#include "margin/portfolio_check.h"

namespace lockstep::cpu::LOCKSTEP_ISA {

void check_sets(check_batch const& batch, std::size_t first, std::size_t last, sum_lanes lanes);

namespace {

/// Fills the row where it lies: a row put together elsewhere and copied is read before its parts
/// have reached memory.
template <int Vectors>
void check_set(margin_batch const& batch, std::size_t set, sum_lanes lanes, set_scratch& scratch,
               check_row& row) {
    std::size_t const first = batch.positions.begin[set], last = batch.positions.begin[set + 1];
    int const lot = batch.positions.lot_exponent[set];
    bool const known = set_refusal(last - first, rules_serve(batch, set), lot) == 0;
    if (known && lanes == sum_lanes::automatic) {
        std::uint32_t const rule = batch.positions.rule[set];
        margin_rules const& rules = batch.rules[rule];
        if (narrow_sums_serve(rules, lot) && rules.scenarios == batch.matrix.scenarios &&
            add_run<Vectors>(batch, first, last, scratch.narrow) == last) {
            narrow_sums const& narrow = scratch.narrow;
            std::int64_t const* const greeks = narrow.columns + batch.matrix.scenario_columns;
            deciding_sums const sums{
                worst_gain<Vectors - 1>(narrow, scratch.rules.of(rules, rule, lot),
                                        rules.extended_begin),
                greeks[static_cast<int>(sensitivity::value)],
                greeks[static_cast<int>(sensitivity::delta)], narrow.bucket_deltas, narrow.buckets};
            if (check_shortly(sums, rules, addons_of(batch, set), lot, row)) return;
        }
    }
    margin_row whole;
    margin_of<Vectors>(batch, set, lanes, scratch, whole);
    row = check_of(whole);
}

}  // namespace

void check_sets(check_batch const& batch, std::size_t first, std::size_t last, sum_lanes lanes) {
    margin_batch const whole{batch.positions, batch.matrix, batch.rules, {}};
    with_vectors(batch.matrix, [&]<int Vectors>() {
        set_scratch scratch;
        for (std::size_t i = first; i < last; ++i) {
            std::size_t const set = batch.set(i);
            check_set<Vectors>(whole, set, lanes, scratch, batch.rows[set]);
        }
    });
}

}  // namespace lockstep::cpu::LOCKSTEP_ISA
