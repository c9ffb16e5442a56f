// A margin rule as the lanes read it: scenarios, or sums, side by side.
#pragma once

#include "kernels/cpu/lanes/set_sums.h"
#include "margin/portfolio_check.h"

namespace lockstep::cpu::LOCKSTEP_ISA {

namespace {  // NOLINT(google-build-namespaces)

/// What a rule says of sums counted in one lot.
struct alignas(64) rule_columns {
    std::int64_t dampener[scenarios_max];  // what a loss in each scenario is pulled up by
    std::int64_t absent[scenarios_max];    // not zero: no such scenario, its gain is the largest
    std::uint64_t reciprocal;              // of a nano, and the shift that goes with it
    int shift;
    std::uint32_t rule = UINT32_MAX;
    int lot_exponent = -1;
};

/// Sums stay at or below narrow_room, and so may a dampener: beyond it none is left of any loss.
void fill(rule_columns& to, margin_rules const& rules, std::uint32_t rule, int lot_exponent) {
    dampener_scale const by = dampener_scale_of(lot_exponent);
    constexpr auto most = static_cast<std::int64_t>(narrow_room);
    for (std::uint32_t s = 0; s < scenarios_max; ++s) {
        bool const dampened = s >= rules.extended_begin && s < rules.scenarios;
        std::int64_t const exact =
            dampened ? dampener_in_sums<std::int64_t>(rules.dampener[s], by) : 0;
        to.dampener[s] = exact < most ? exact : most;
        to.absent[s] = s < rules.scenarios ? 0 : int64_max;
    }
    detail::decimal_reciprocal const by_nano =
        detail::reciprocal_of(power_of_ten(places_below_nano(rules, lot_exponent)), 63, 64);
    to.reciprocal = static_cast<std::uint64_t>(by_nano.factor);
    to.shift = by_nano.shift;
    to.rule = rule;
    to.lot_exponent = lot_exponent;
}

/// A few of them: the sets of an account differ in book and lot, and the next account has the same.
/// To be asked only where narrow_sums_serve.
class rule_cache {
  public:
    rule_columns const& of(margin_rules const& rules, std::uint32_t rule, int lot_exponent) {
        rule_columns& entry = entries_[(rule * 5 + static_cast<unsigned>(lot_exponent)) % 16];
        if (entry.rule != rule || entry.lot_exponent != lot_exponent)
            fill(entry, rules, rule, lot_exponent);
        return entry;
    }

  private:
    rule_columns entries_[16];
};

/// Sums in nanos, rounded down. Below zero, floor(n / d) = ~(~n / d).
void in_nanos(ints const& sums, rule_columns const& rule, ints& nanos) {
    ints const sign = sums >> 63;
    uints quotient = reinterpret_cast<uints>(sums ^ sign);
    multiply_high(quotient, rule.reciprocal);
    nanos = reinterpret_cast<ints>(quotient >> rule.shift) ^ sign;
}

/// The roll shocks of all buckets.
uint128 short_roll_1e24(narrow_sums const& sums, margin_rules const& rules, int places) {
    uint128 total = 0;
    // From one bucket to the next, without a guess at those between: which of them a set has is
    // nothing that a processor could learn.
    for (std::uint64_t rest = sums.buckets; rest != 0; rest &= rest - 1) {
        int const b = __builtin_ctzll(rest);
        total += short_roll_part(sums.bucket_deltas[b], rules.roll_rate[b], places);
    }
    return total;
}

/// The worst dampened gain, or zero where none is below it. Columns beyond the rule's scenarios are
/// zeros.
template <std::size_t ScenarioColumns>
std::int64_t worst_gain(narrow_sums const& sums, rule_columns const& rule,
                        std::uint32_t extended_begin) {
    ints const* gains = as_vectors(sums.columns);
    ints const* dampener = as_vectors(rule.dampener);
    ints const none = {};
    ints low = none;
    for (std::size_t v = 0; v < ScenarioColumns / vector_lanes; ++v) {
        ints gain = gains[v];
        if ((v + 1) * vector_lanes > extended_begin)
            gain = (gain < none ? gain : none) + dampener[v];
        keep_lesser(low, gain);
    }
    spread_least(low);
    return low[0];
}

/// The same as find_worst of all dampened gains: each lane keeps its worst two, in rising order of
/// scenario, and the lanes are compared last.
template <std::size_t ScenarioColumns>
worst_scenarios<std::int64_t> worst_two(narrow_sums const& sums, rule_columns const& rule,
                                        std::uint32_t extended_begin) {
    ints const* gains = as_vectors(sums.columns);
    ints const* dampener = as_vectors(rule.dampener);
    ints const* absent = as_vectors(rule.absent);
    ints const none = {}, top = none + int64_max;
    ints low = top, next = top, low_id = none + no_scenario, next_id = low_id;
    ints id = lane_numbers();
    for (std::size_t v = 0; v < ScenarioColumns / vector_lanes; ++v, id += vector_lanes) {
        ints gain = gains[v];
        if ((v + 1) * vector_lanes > extended_begin) {
            ints const above = gain - dampener[v], below = gain + dampener[v];
            ints const loss = below < none ? below : none;
            gain = gain > none ? (above > none ? above : none) : loss;
        }
        gain = absent[v] != none ? top : gain;
        ints const worse = gain < low, nearly = gain < next;
        next_id = worse ? low_id : (nearly ? id : next_id);
        next = worse ? low : (nearly ? gain : next);
        low_id = worse ? id : low_id;
        low = worse ? gain : low;
    }
    ints worst = low;
    spread_least(worst);
    ints worst_id = low == worst ? low_id : top;
    spread_least(worst_id);
    ints const taken = low_id == worst_id;
    low = taken ? next : low;
    low_id = taken ? next_id : low_id;
    ints second = low;
    spread_least(second);
    ints second_id = low == second ? low_id : top;
    spread_least(second_id);
    return {{worst[0], static_cast<std::uint32_t>(worst_id[0])},
            {second[0], static_cast<std::uint32_t>(second_id[0])}};
}

}  // namespace

}  // namespace lockstep::cpu::LOCKSTEP_ISA
