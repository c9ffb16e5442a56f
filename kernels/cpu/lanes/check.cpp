// What decides about netting sets: their sums, and the short rule on them; the whole rule where the
// short one does not serve.
#include "kernels/cpu/lanes.h"
#include "kernels/cpu/lanes/margin_of_set.h"

namespace lockstep::cpu::LOCKSTEP_ISA {

void check_sets(check_batch const& batch, std::size_t first, std::size_t last, sum_lanes lanes);

namespace {

/// Fills the row where it lies: a row put together elsewhere and copied is read before its parts
/// have reached memory.
template <std::size_t Columns>
void check_set(margin_batch const& batch, std::size_t set, sum_lanes lanes, bool in_order,
               set_scratch& scratch, check_row& row) {
    std::size_t const first = batch.positions.begin[set], last = batch.positions.begin[set + 1];
    int const lot = batch.positions.lot_exponent[set];
    bool const known = set_refusal(last - first, rules_serve(batch, set), lot) == 0;
    if (known && lanes == sum_lanes::automatic) {
        std::uint32_t const rule = batch.positions.rule[set];
        margin_rules const& rules = batch.rules[rule];
        if (narrow_sums_serve(rules, lot) && rules.scenarios == batch.matrix.scenarios &&
            add_run<Columns>(batch, first, last, scratch.narrow,
                             in_order ? batch.positions.instrument.count : last) == last) {
            narrow_sums const& narrow = scratch.narrow;
            std::int64_t const* const greeks = narrow.columns + batch.matrix.scenario_columns;
            deciding_sums const sums{
                worst_gain<Columns - sensitivity_count>(narrow, scratch.rules.of(rules, rule, lot),
                                                        rules.extended_begin),
                greeks[static_cast<int>(sensitivity::value)],
                greeks[static_cast<int>(sensitivity::delta)],
                short_roll_1e24(narrow, rules, places_below_nano(rules, lot))};
            if (check_shortly(sums, rules, addons_of(batch, set), lot, row)) return;
        }
    }
    margin_row whole;
    margin_of<Columns>(batch, set, lanes, scratch, whole);
    row = check_of(whole);
}

constexpr std::size_t sets_ahead = 12;

/// Sets that are asked for here and there: where the one after the next few begins and is answered,
/// and half as far ahead what it holds. No processor guesses these places.
void fetch_ahead(check_batch const& batch, std::size_t i) {
    position_batch const& held = batch.positions;
    std::size_t const far = batch.which[i + sets_ahead];
    __builtin_prefetch(&held.begin[far]);
    __builtin_prefetch(&batch.rows[far], 1);
    std::size_t const at = held.begin[batch.which[i + sets_ahead / 2]];
    __builtin_prefetch(held.instrument.data + at);
    __builtin_prefetch(held.lots.data + at);
    __builtin_prefetch(held.lots.data + at + 8);
}

}  // namespace

void check_sets(check_batch const& batch, std::size_t first, std::size_t last, sum_lanes lanes) {
    margin_batch const whole{batch.positions, batch.matrix, batch.rules, {}};
    with_columns(batch.matrix, [&]<std::size_t Columns>() {
        set_scratch scratch;
        bool const in_order = batch.which.data == nullptr;
        for (std::size_t i = first; i < last; ++i) {
            if (!in_order && i + sets_ahead < last) fetch_ahead(batch, i);
            std::size_t const set = batch.set(i);
            check_set<Columns>(whole, set, lanes, in_order, scratch, batch.rows[set]);
        }
    });
}

}  // namespace lockstep::cpu::LOCKSTEP_ISA
