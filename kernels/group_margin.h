// One netting set checked by a group of lanes that work in step: a part of a warp on a device, a
// single lane or a team of threads on the host. Lane l owns columns l, l + lanes, ... of the sums
// and every lanes-th expiry bucket; positions are read a batch at a time, one by each lane, and
// handed round. Nothing here knows what a lane is: the group says.
//
// A Group has `static constexpr unsigned lanes` (a power of two up to 32), lane(), shuffle(x, from)
// (the x of another lane, integers of 32 or 64 bits), exchange(x, mask) (the x of lane ^ mask) and
// all(condition). Every lane of a group calls each of them together.
//
// A batch of positions is added in 64 bits where the reach of each proves that their sum fits, else
// in 128; between batches the sums are 128 bits wide. Integers: the bytes do not depend on it.
#pragma once

#include "kernels/views.h"
#include "margin/portfolio_rule.h"
#include "margin/portfolio_sums.h"

namespace lockstep {

/// Positions of at most this reach can be added up by 32 in 64 bits.
inline constexpr int batch_reach_bits = 57;

template <class Group, int ColumnsPerLane>
struct group_sums {
    static constexpr int buckets_per_lane = static_cast<int>(expiry_buckets_max / Group::lanes);

    int128 columns[ColumnsPerLane];
    int128 bucket_deltas[buckets_per_lane];
    std::uint32_t flags;
};

template <class Group, int N>
LOCKSTEP_HD void clear(group_sums<Group, N>& sums) {
    for (int128& column : sums.columns) column = 0;
    for (int128& delta : sums.bucket_deltas) delta = 0;
    sums.flags = 0;
}

template <class Group>
LOCKSTEP_HD int128 exchange_wide(Group const& group, int128 x, unsigned mask) {
    auto const low = static_cast<std::uint64_t>(x);
    auto const high = static_cast<std::uint64_t>(static_cast<uint128>(x) >> 64);
    uint128 const other_high = group.exchange(high, mask);
    return static_cast<int128>(other_high << 64 | group.exchange(low, mask));
}

template <class Group>
LOCKSTEP_HD std::uint32_t flags_of_all(Group const& group, std::uint32_t flags) {
    for (unsigned mask = 1; mask < Group::lanes; mask *= 2) flags |= group.exchange(flags, mask);
    return flags;
}

// ---- summing ------------------------------------------------------------------------------------

/// The position that one lane reads for its group.
struct lane_position {
    std::int64_t lots;  // zero when there is none, or when it is refused
    std::uint32_t instrument, bucket;
    bool narrow;
};

LOCKSTEP_HD lane_position read_position(margin_batch const& batch, std::uint64_t i, bool present,
                                        std::uint32_t& flags) {
    if (!present) return {0, 0, 0, true};
    std::uint32_t const id = batch.positions.instrument[i];
    std::int64_t const lots = batch.positions.lots[i];
    bool const has_row = id < batch.matrix.instruments;
    std::int64_t const row_max = has_row ? batch.matrix.row_max[id] : 0;
    std::uint16_t const refusal = refusal_of(has_row, lots, row_max);
    flags |= refusal;
    if (refusal != 0 || lots == 0) return {0, 0, 0, true};
    return {lots, id, batch.matrix.expiry_bucket[id],
            reach_of(lots, row_max) >> batch_reach_bits == 0};
}

/// Adds one position to a lane's columns and to the bucket, if that is the lane's.
template <class Sum, class Group, int N>
LOCKSTEP_HD void add_position(Group const& group, std::int64_t const* row, std::uint32_t stride,
                              std::int64_t lots, std::uint32_t bucket, Sum (&part)[N],
                              group_sums<Group, N>& sums) {
    unsigned const lane = group.lane();
    for (int j = 0; j < N; ++j) {
        std::uint32_t const c = lane + Group::lanes * static_cast<unsigned>(j);
        if (c < stride) part[j] += static_cast<Sum>(lots) * row[c];
    }
    std::int64_t const delta =
        row[stride - sensitivity_count + static_cast<std::uint32_t>(sensitivity::delta)];
    for (int q = 0; q < group_sums<Group, N>::buckets_per_lane; ++q)
        if (bucket == lane + Group::lanes * static_cast<unsigned>(q))
            sums.bucket_deltas[q] += static_cast<int128>(lots) * delta;
}

template <class Sum, class Group, int N>
LOCKSTEP_HD void add_batch(Group const& group, margin_batch const& batch, lane_position const& mine,
                           unsigned count, group_sums<Group, N>& sums) {
    auto const stride = static_cast<std::uint32_t>(batch.matrix.stride());
    Sum part[N] = {};
    for (unsigned k = 0; k < count; ++k) {
        std::int64_t const lots = group.shuffle(mine.lots, k);
        std::uint32_t const id = group.shuffle(mine.instrument, k);
        std::uint32_t const bucket = group.shuffle(mine.bucket, k);
        if (lots == 0) continue;
        add_position(group, batch.matrix.row(id), stride, lots, bucket, part, sums);
    }
    for (int j = 0; j < N; ++j) sums.columns[j] += part[j];
}

/// Adds positions [first, last).
template <class Group, int N>
LOCKSTEP_HD void add_positions(Group const& group, margin_batch const& batch, std::uint64_t first,
                               std::uint64_t last, sum_lanes mode, group_sums<Group, N>& sums) {
    for (std::uint64_t i = first; i < last; i += Group::lanes) {
        std::uint64_t const rest = last - i;
        unsigned const count = rest < Group::lanes ? static_cast<unsigned>(rest) : Group::lanes;
        lane_position const mine =
            read_position(batch, i + group.lane(), group.lane() < count, sums.flags);
        if (group.all(mine.narrow && mode == sum_lanes::automatic))
            add_batch<std::int64_t>(group, batch, mine, count, sums);
        else
            add_batch<int128>(group, batch, mine, count, sums);
    }
}

// ---- the rule -----------------------------------------------------------------------------------

template <class Group, int N>
LOCKSTEP_HD worst_scenarios<int128> find_worst(Group const& group, group_sums<Group, N> const& sums,
                                               margin_rules const& rules, int lot_exponent) {
    dampener_scale const scale = dampener_scale_of(lot_exponent);
    worst_scenarios<int128> found{{integer_max<int128>(), no_scenario},
                                  {integer_max<int128>(), no_scenario}};
    for (int j = 0; j < N; ++j) {
        std::uint32_t const s = group.lane() + Group::lanes * static_cast<unsigned>(j);
        if (s >= rules.scenarios) continue;
        std::int64_t const dampener = rules.dampener[s];
        int128 const gain = sums.columns[j];
        consider(
            found,
            {dampener == 0 ? gain : dampen(gain, dampener_in_sums<int128>(dampener, scale)), s});
    }
    for (unsigned mask = 1; mask < Group::lanes; mask *= 2) {
        scenario_gain<int128> const worst{exchange_wide(group, found.worst.gain, mask),
                                          group.exchange(found.worst.id, mask)};
        scenario_gain<int128> const second{exchange_wide(group, found.second.gain, mask),
                                           group.exchange(found.second.id, mask)};
        consider(found, worst);
        consider(found, second);
    }
    return found;
}

/// Every lane ends with all sensitivities.
template <class Group, int N>
LOCKSTEP_HD void gather_sensitivities(Group const& group, group_sums<Group, N> const& sums,
                                      std::uint32_t scenario_columns, margin_rules const& rules,
                                      int lot_exponent, margin_parts& parts, std::uint32_t& flags) {
    for (std::uint32_t k = 0; k < sensitivity_count; ++k) {
        std::uint32_t const c = scenario_columns + k;
        unsigned const owner = c % Group::lanes;
        std::int64_t nanos = 0;
        for (int j = 0; j < N; ++j) {
            if (c != group.lane() + Group::lanes * static_cast<unsigned>(j)) continue;
            std::uint16_t unfit = 0;
            nanos = sensitivity_nanos(sums.columns[j], rules, lot_exponent, unfit).nanos;
            flags |= unfit;
        }
        parts.sensitivities[k] = {group.shuffle(nanos, owner)};
    }
}

template <class Group, int N>
LOCKSTEP_HD checked_int128 roll_charge(Group const& group, group_sums<Group, N> const& sums,
                                       margin_rules const& rules, int lot_exponent) {
    int128 total = 0;
    std::uint32_t overflowed = 0;
    for (int q = 0; q < group_sums<Group, N>::buckets_per_lane; ++q) {
        std::uint32_t const b = group.lane() + Group::lanes * static_cast<unsigned>(q);
        if (sums.bucket_deltas[q] == 0) continue;
        checked_int128 const part =
            roll_part(sums.bucket_deltas[q], rules.roll_rate[b], rules, lot_exponent);
        total += part.value;
        overflowed |= part.overflowed ? 1u : 0u;
    }
    for (unsigned mask = 1; mask < Group::lanes; mask *= 2)
        total += exchange_wide(group, total, mask);
    return {total, flags_of_all(group, overflowed) != 0};
}

/// The row of a set whose sums are complete; the same in every lane.
template <class Group, int N>
LOCKSTEP_HD margin_row margin_of_sums(Group const& group, margin_batch const& batch,
                                      std::uint64_t set, group_sums<Group, N> const& sums) {
    margin_rules const& rules = batch.rules[batch.positions.rule[set]];
    int const lot = batch.positions.lot_exponent[set];
    worst_scenarios<int128> const found = find_worst(group, sums, rules, lot);
    margin_parts parts{};
    parts.worst_scenario = found.worst.id;
    parts.second_worst_scenario = found.second.id;
    if (found.worst.id != no_scenario)
        parts.worst_loss = counted_loss(found.worst.gain, rules, lot);
    if (found.second.id != no_scenario)
        parts.second_worst_loss = counted_loss(found.second.gain, rules, lot);
    std::uint32_t flags = sums.flags;
    gather_sensitivities(group, sums, batch.matrix.scenario_columns, rules, lot, parts, flags);
    parts.roll_1e24 = roll_charge(group, sums, rules, lot);
    parts.flags = static_cast<std::uint16_t>(flags_of_all(group, flags));
    parts.positions = batch.positions.begin[set + 1] - batch.positions.begin[set];
    margin_addons const addons =
        batch.positions.addons.empty() ? margin_addons{} : batch.positions.addons[set];
    return requirement(parts, rules, addons);
}

/// Why a set has no row but zeros; zero when it has one.
LOCKSTEP_HD std::uint16_t set_refusal(margin_batch const& batch, std::uint64_t set) {
    std::uint64_t const held = batch.positions.begin[set + 1] - batch.positions.begin[set];
    return set_refusal(held, rules_serve(batch, set), batch.positions.lot_exponent[set]);
}

// ---- large sets in chunks -----------------------------------------------------------------------

/// Sums of a chunk of a large set, written by one group and read by another. Columns and buckets
/// lie as the lanes hold them, so that each lane reads and writes side by side with its neighbours.
template <class Group, int N>
struct chunk_sums {
    int128 columns[N][Group::lanes];
    int128 bucket_deltas[group_sums<Group, N>::buckets_per_lane][Group::lanes];
    std::uint32_t flags[Group::lanes];
};

template <class Group, int N>
LOCKSTEP_HD void store(Group const& group, group_sums<Group, N> const& sums,
                       chunk_sums<Group, N>& to) {
    unsigned const lane = group.lane();
    for (int j = 0; j < N; ++j) to.columns[j][lane] = sums.columns[j];
    for (int q = 0; q < group_sums<Group, N>::buckets_per_lane; ++q)
        to.bucket_deltas[q][lane] = sums.bucket_deltas[q];
    to.flags[lane] = sums.flags;
}

template <class Group, int N>
LOCKSTEP_HD void add_stored(Group const& group, chunk_sums<Group, N> const& from,
                            group_sums<Group, N>& sums) {
    unsigned const lane = group.lane();
    for (int j = 0; j < N; ++j) sums.columns[j] += from.columns[j][lane];
    for (int q = 0; q < group_sums<Group, N>::buckets_per_lane; ++q)
        sums.bucket_deltas[q] += from.bucket_deltas[q][lane];
    sums.flags |= from.flags[lane];
}

}  // namespace lockstep
