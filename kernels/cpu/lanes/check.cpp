// What decides about netting sets: their sums, and the short rule on them; the whole rule where the
// short one does not serve.
#include "kernels/cpu/lanes.h"
#include "kernels/cpu/lanes/margin_of_set.h"
#include "margin/portfolio_check.h"

namespace lockstep::cpu::LOCKSTEP_ISA {

void check_sets(check_batch const& batch, std::size_t first, std::size_t last, sum_lanes lanes);

namespace {

/// The dampeners of a rule in the units of one lot: what a loss in each scenario is pulled up by.
struct alignas(64) scaled_dampeners {
    std::int64_t at[scenarios_max];
    std::uint32_t rule = UINT32_MAX;
    int lot_exponent = -1;
};

/// Sums stay at or below narrow_room, and so may a dampener: beyond it none is left of any loss.
void scale(scaled_dampeners& to, margin_rules const& rules, std::uint32_t rule, int lot_exponent) {
    dampener_scale const by = dampener_scale_of(lot_exponent);
    for (std::uint32_t s = 0; s < scenarios_max; ++s) {
        bool const dampened = s >= rules.extended_begin && s < rules.scenarios;
        std::int64_t const exact =
            dampened ? dampener_in_sums<std::int64_t>(rules.dampener[s], by) : 0;
        constexpr auto most = static_cast<std::int64_t>(narrow_room);
        to.at[s] = exact < most ? exact : most;
    }
    to.rule = rule;
    to.lot_exponent = lot_exponent;
}

/// A few of them: the sets of an account differ in book and lot, and the next account has the same.
class dampener_cache {
  public:
    std::int64_t const* of(margin_rules const& rules, std::uint32_t rule, int lot_exponent) {
        scaled_dampeners& entry = entries_[(rule * 5 + static_cast<unsigned>(lot_exponent)) % 16];
        if (entry.rule != rule || entry.lot_exponent != lot_exponent)
            scale(entry, rules, rule, lot_exponent);
        return entry.at;
    }

  private:
    scaled_dampeners entries_[16];
};

/// The worst dampened gain, or zero where none is below it. Columns beyond the rule's scenarios are
/// zeros.
template <int ScenarioVectors>
std::int64_t worst_gain(narrow_sums const& sums, std::int64_t const* dampeners,
                        std::uint32_t extended_begin) {
    v8 const* gains = reinterpret_cast<v8 const*>(sums.columns);
    v8 const* dampener = reinterpret_cast<v8 const*>(dampeners);
    v8 const none = {};
    v8 low = none;
    for (int v = 0; v < ScenarioVectors; ++v) {
        v8 gain = gains[v];
        if (static_cast<std::uint32_t>(v) * 8 + 8 > extended_begin)
            gain = (gain < none ? gain : none) + dampener[v];
        low = gain < low ? gain : low;
    }
    v8 other = __builtin_shufflevector(low, low, 4, 5, 6, 7, 0, 1, 2, 3);
    low = other < low ? other : low;
    other = __builtin_shufflevector(low, low, 2, 3, 0, 1, 6, 7, 4, 5);
    low = other < low ? other : low;
    return low[1] < low[0] ? low[1] : low[0];
}

template <int Vectors>
check_row check_of_set(margin_batch const& batch, std::size_t set, sum_lanes lanes,
                       dampener_cache& dampeners, narrow_sums& narrow, wide_sums& wide) {
    std::size_t const first = batch.positions.begin[set], last = batch.positions.begin[set + 1];
    int const lot = batch.positions.lot_exponent[set];
    bool const known = set_refusal(last - first, rules_serve(batch, set), lot) == 0;
    if (known && lanes == sum_lanes::automatic) {
        std::uint32_t const rule = batch.positions.rule[set];
        margin_rules const& rules = batch.rules[rule];
        if (narrow_sums_serve(rules, lot) && rules.scenarios == batch.matrix.scenarios &&
            add_run<Vectors>(batch, first, last, narrow) == last) {
            std::int64_t const* const greeks = narrow.columns + batch.matrix.scenario_columns;
            deciding_sums const sums{worst_gain<Vectors - 1>(narrow, dampeners.of(rules, rule, lot),
                                                             rules.extended_begin),
                                     greeks[static_cast<int>(sensitivity::value)],
                                     greeks[static_cast<int>(sensitivity::delta)],
                                     narrow.bucket_deltas, narrow.buckets};
            check_row row;
            if (check_shortly(sums, rules, addons_of(batch, set), lot, row)) return row;
        }
    }
    return check_of(margin_of<Vectors>(batch, set, lanes, narrow, wide));
}

}  // namespace

void check_sets(check_batch const& batch, std::size_t first, std::size_t last, sum_lanes lanes) {
    margin_batch const whole{batch.positions, batch.matrix, batch.rules, {}};
    with_vectors(batch.matrix, [&]<int Vectors>() {
        dampener_cache dampeners;
        narrow_sums narrow;
        wide_sums wide;
        for (std::size_t i = first; i < last; ++i) {
            std::size_t const set = batch.set(i);
            batch.rows[set] = check_of_set<Vectors>(whole, set, lanes, dampeners, narrow, wide);
        }
    });
}

}  // namespace lockstep::cpu::LOCKSTEP_ISA
