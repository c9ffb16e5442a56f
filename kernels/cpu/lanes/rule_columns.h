// A margin rule as the lanes read it: eight scenarios, or eight sums, to a vector.
#pragma once

#include "kernels/cpu/lanes/set_sums.h"

namespace lockstep::cpu::LOCKSTEP_ISA {

namespace {  // NOLINT(google-build-namespaces)

using u8 = std::uint64_t __attribute__((vector_size(64)));

/// What a rule says of sums counted in one lot.
struct alignas(64) rule_columns {
    std::int64_t dampener[scenarios_max];  // what a loss in each scenario is pulled up by
    std::int64_t absent[scenarios_max];    // bits that make a gain the largest: no such scenario
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

// Vectors go by reference: by value they would change a function's ABI where registers are narrow.

/// High halves of eight 128-bit products, each from four of 32-bit halves; in place.
void multiply_high(u8& a, std::uint64_t b) {
    u8 const a_low = a & 0xffffffffu, a_high = a >> 32;
    std::uint64_t const b_low = b & 0xffffffffu, b_high = b >> 32;
    u8 const cross = a_high * b_low + (a_low * b_low >> 32);
    u8 const other = a_low * b_high + (cross & 0xffffffffu);
    a = a_high * b_high + (cross >> 32) + (other >> 32);
}

/// Eight sums in nanos, rounded down. Below zero, floor(n / d) = ~(~n / d).
void in_nanos(v8 const& sums, rule_columns const& rule, v8& nanos) {
    v8 const sign = sums >> 63;
    u8 quotient = reinterpret_cast<u8>(sums ^ sign);
    multiply_high(quotient, rule.reciprocal);
    nanos = reinterpret_cast<v8>(quotient >> rule.shift) ^ sign;
}

/// The least of eight, into every lane.
void spread_least(v8& x) {
    v8 other = __builtin_shufflevector(x, x, 4, 5, 6, 7, 0, 1, 2, 3);
    x = other < x ? other : x;
    other = __builtin_shufflevector(x, x, 2, 3, 0, 1, 6, 7, 4, 5);
    x = other < x ? other : x;
    other = __builtin_shufflevector(x, x, 1, 0, 3, 2, 5, 4, 7, 6);
    x = other < x ? other : x;
}

/// The worst dampened gain, or zero where none is below it. Columns beyond the rule's scenarios are
/// zeros.
template <int ScenarioVectors>
std::int64_t worst_gain(narrow_sums const& sums, rule_columns const& rule,
                        std::uint32_t extended_begin) {
    v8 const* gains = reinterpret_cast<v8 const*>(sums.columns);
    v8 const* dampener = reinterpret_cast<v8 const*>(rule.dampener);
    v8 const none = {};
    v8 low = none;
    for (int v = 0; v < ScenarioVectors; ++v) {
        v8 gain = gains[v];
        if (static_cast<std::uint32_t>(v) * 8 + 8 > extended_begin)
            gain = (gain < none ? gain : none) + dampener[v];
        low = gain < low ? gain : low;
    }
    spread_least(low);
    return low[0];
}

/// The same as find_worst of all dampened gains: each lane keeps its worst two, in rising order of
/// scenario, and the lanes are compared last.
template <int ScenarioVectors>
worst_scenarios<std::int64_t> worst_two(narrow_sums const& sums, rule_columns const& rule,
                                        std::uint32_t extended_begin) {
    v8 const* gains = reinterpret_cast<v8 const*>(sums.columns);
    v8 const* dampener = reinterpret_cast<v8 const*>(rule.dampener);
    v8 const* absent = reinterpret_cast<v8 const*>(rule.absent);
    v8 const none = {}, top = none + int64_max;
    v8 low = top, next = top, low_id = none + no_scenario, next_id = low_id;
    v8 id = {0, 1, 2, 3, 4, 5, 6, 7};
    for (int v = 0; v < ScenarioVectors; ++v, id += 8) {
        v8 gain = gains[v];
        if (static_cast<std::uint32_t>(v) * 8 + 8 > extended_begin) {
            v8 const above = gain - dampener[v], below = gain + dampener[v];
            v8 const loss = below < none ? below : none;
            gain = gain > none ? (above > none ? above : none) : loss;
        }
        gain |= absent[v];
        v8 const worse = gain < low, nearly = gain < next;
        next_id = worse ? low_id : (nearly ? id : next_id);
        next = worse ? low : (nearly ? gain : next);
        low_id = worse ? id : low_id;
        low = worse ? gain : low;
    }
    v8 worst = low;
    spread_least(worst);
    v8 worst_id = low == worst ? low_id : top;
    spread_least(worst_id);
    v8 const taken = low_id == worst_id;
    low = taken ? next : low;
    low_id = taken ? next_id : low_id;
    v8 second = low;
    spread_least(second);
    v8 second_id = low == second ? low_id : top;
    spread_least(second_id);
    return {{worst[0], static_cast<std::uint32_t>(worst_id[0])},
            {second[0], static_cast<std::uint32_t>(second_id[0])}};
}

}  // namespace

}  // namespace lockstep::cpu::LOCKSTEP_ISA
