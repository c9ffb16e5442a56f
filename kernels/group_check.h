// What decides about one netting set, found by a group of lanes that work in step: the short road
// of margin/portfolio_check.h, all in 64 bits. A set that does not fit them is left to the whole
// rule (kernels/group_margin.h).
#pragma once

#include "kernels/group_margin.h"
#include "margin/portfolio_check.h"

namespace lockstep {

/// Lane l owns columns l, l + lanes, ... and every lanes-th expiry bucket. Added up as they come,
/// modulo 2^64; whether they fit is known at the end, by the bound that went along.
template <class Group, int ColumnsPerLane>
struct short_sums {
    static constexpr int buckets_per_lane = static_cast<int>(expiry_buckets_max / Group::lanes);

    std::uint64_t columns[ColumnsPerLane];
    std::uint64_t bucket_deltas[buckets_per_lane];
};

/// Beyond narrow_room all bounds are one.
LOCKSTEP_HD std::uint64_t add_reach(std::uint64_t sum, uint128 reach) {
    uint128 const total = sum + reach;
    return total > narrow_room ? narrow_room + 1 : static_cast<std::uint64_t>(total);
}

/// The position that one lane reads; adds to `reach`. Where there is no risk array for it, row_max
/// is larger than the bound allows.
LOCKSTEP_HD lane_position read_shortly(margin_batch const& batch, std::uint64_t i, bool present,
                                       std::uint64_t& reach) {
    lane_position const none{0, 0, 0, 0, true};
    if (!present) return none;
    std::uint32_t const id = batch.positions.instrument[i];
    if (id >= batch.matrix.instruments) {
        reach = narrow_room + 1;
        return none;
    }
    std::int64_t const lots = batch.positions.lots[i];
    reach = add_reach(reach, reach_of(lots, batch.matrix.row_max[id]));
    return {lots, batch.matrix.of(id, sensitivity::delta), id, batch.matrix.expiry_bucket[id],
            true};
}

/// Adds positions [first, last). False, in every lane, where 64 bits might not hold the sums.
template <class Group, int N>
LOCKSTEP_HD bool add_shortly(Group const& group, margin_batch const& batch, std::uint64_t first,
                             std::uint64_t last, short_sums<Group, N>& sums) {
    for (std::uint64_t& column : sums.columns) column = 0;
    for (std::uint64_t& delta : sums.bucket_deltas) delta = 0;
    if (batch.matrix.instruments == 0) return first == last;
    std::uint32_t const beyond = batch.matrix.scenario_columns;
    static_assert(static_cast<int>(sensitivity::value) < 2 &&
                  static_cast<int>(sensitivity::delta) < 2);
    wanted_columns const wanted{batch.matrix.scenarios, beyond, beyond + 2};
    std::uint64_t reach = 0;
    for (std::uint64_t i = first; i < last; i += Group::lanes) {
        std::uint64_t const rest = last - i;
        unsigned const count = rest < Group::lanes ? static_cast<unsigned>(rest) : Group::lanes;
        lane_position const mine =
            read_shortly(batch, i + group.lane(), group.lane() < count, reach);
        add_batch(group, batch, mine, count, wanted, sums.columns, sums.bucket_deltas);
    }
    for (unsigned mask = 1; mask < Group::lanes; mask *= 2) {
        std::uint64_t const both = reach + group.exchange(reach, mask);  // each little above 2^62
        reach = both > narrow_room ? narrow_room + 1 : both;
    }
    return reach <= narrow_room;
}

/// The worst dampened gain of all lanes, or zero where none is below it.
template <class Group, int N>
LOCKSTEP_HD std::int64_t worst_gain(Group const& group, short_sums<Group, N> const& sums,
                                    margin_rules const& rules, int lot_exponent) {
    dampener_scale const scale = dampener_scale_of(lot_exponent);
    std::int64_t low = 0;
    for (int j = 0; j < N; ++j) {
        std::uint32_t const s = group.lane() + Group::lanes * static_cast<unsigned>(j);
        if (s >= rules.scenarios) continue;
        auto gain = static_cast<std::int64_t>(sums.columns[j]);
        if (s >= rules.extended_begin && gain < 0)
            gain = dampen(gain, dampener_in_sums<std::int64_t>(rules.dampener[s], scale));
        if (gain < low) low = gain;
    }
    for (unsigned mask = 1; mask < Group::lanes; mask *= 2) {
        std::int64_t const other = exchange_sum(group, low, mask);
        if (other < low) low = other;
    }
    return low;
}

/// A column's sum, in every lane.
template <class Group, int N>
LOCKSTEP_HD std::int64_t column_of_all(Group const& group, short_sums<Group, N> const& sums,
                                       std::uint32_t column) {
    std::uint64_t mine = 0;
    for (int j = 0; j < N; ++j)
        if (column / Group::lanes == static_cast<unsigned>(j)) mine = sums.columns[j];
    return group.shuffle(static_cast<std::int64_t>(mine), column % Group::lanes);
}

/// The roll shocks of all lanes' buckets, in every lane.
template <class Group, int N>
LOCKSTEP_HD uint128 roll_of_all(Group const& group, short_sums<Group, N> const& sums,
                                margin_rules const& rules, int places) {
    uint128 total = 0;
    for (int q = 0; q < short_sums<Group, N>::buckets_per_lane; ++q) {
        std::uint32_t const b = group.lane() + Group::lanes * static_cast<unsigned>(q);
        if (sums.bucket_deltas[q] != 0)
            total += short_roll_part(static_cast<std::int64_t>(sums.bucket_deltas[q]),
                                     rules.roll_rate[b], places);
    }
    for (unsigned mask = 1; mask < Group::lanes; mask *= 2)
        total += static_cast<uint128>(exchange_sum(group, static_cast<int128>(total), mask));
    return total;
}

/// What decides about a set, the same in every lane: then check_shortly, for one lane alone. False
/// where the whole rule has to be asked.
template <int N, class Group>
LOCKSTEP_HD bool decide_shortly(Group const& group, margin_batch const& batch, std::uint64_t set,
                                deciding_sums& found) {
    margin_rules const& rules = batch.rules[batch.positions.rule[set]];
    int const lot = batch.positions.lot_exponent[set];
    short_sums<Group, N> sums;
    if (!narrow_sums_serve(rules, lot) || !add_shortly(group, batch, batch.positions.begin[set],
                                                       batch.positions.begin[set + 1], sums))
        return false;
    std::uint32_t const first = batch.matrix.scenario_columns;
    found.worst_gain = worst_gain(group, sums, rules, lot);
    found.value =
        column_of_all(group, sums, first + static_cast<std::uint32_t>(sensitivity::value));
    found.delta =
        column_of_all(group, sums, first + static_cast<std::uint32_t>(sensitivity::delta));
    found.roll_1e24 = roll_of_all(group, sums, rules, places_below_nano(rules, lot));
    return true;
}

/// The row that deciding sums make. False where the whole rule has to be asked.
LOCKSTEP_HD bool row_of_deciding(margin_batch const& batch, std::uint64_t set,
                                 deciding_sums const& found, check_row& row) {
    margin_addons const addons =
        batch.positions.addons.empty() ? margin_addons{} : batch.positions.addons[set];
    return check_shortly(found, batch.rules[batch.positions.rule[set]], addons,
                         batch.positions.lot_exponent[set], row);
}

}  // namespace lockstep
