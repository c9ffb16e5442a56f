// One netting set checked by a group of lanes that work in step: a part of a warp on a device, a
// single lane or a team of threads on the host. Lane l owns columns l, l + lanes, ... of the sums
// and every lanes-th expiry bucket; positions are read a batch at a time, one by each lane, and
// handed round. Nothing here knows what a lane is: the group says (kernels/lane_group.h).
//
// A batch of positions is added in 64 bits where the reach of each proves that their sum fits, else
// in 128; between batches the sums are 128 bits wide. Integers: the bytes do not depend on it.
#pragma once

#include "kernels/lane_group.h"
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

// ---- summing ------------------------------------------------------------------------------------

/// The position that one lane reads for its group.
struct lane_position {
    std::int64_t lots;   // zero when there is none, or when it is refused
    std::int64_t delta;  // of a contract
    std::uint32_t instrument, bucket;
    bool narrow;
};

LOCKSTEP_HD lane_position read_position(margin_batch const& batch, std::uint64_t i, bool present,
                                        std::uint32_t& flags) {
    if (!present) return {0, 0, 0, 0, true};
    std::uint32_t const id = batch.positions.instrument[i];
    std::int64_t const lots = batch.positions.lots[i];
    bool const has_row = id < batch.matrix.instruments;
    std::int64_t const row_max = has_row ? batch.matrix.row_max[id] : 0;
    std::uint16_t const refusal = refusal_of(has_row, lots, row_max);
    flags |= refusal;
    if (refusal != 0 || lots == 0) return {0, 0, 0, 0, true};
    return {lots, batch.matrix.of(id, sensitivity::delta), id, batch.matrix.expiry_bucket[id],
            reach_of(lots, row_max) >> batch_reach_bits == 0};
}

/// Columns to be added up: those below `scenarios`, and of what follows those from `first` to
/// `last`. The others stay zero, and their part of a row is not read.
struct wanted_columns {
    std::uint32_t scenarios, first, last;
    LOCKSTEP_HD bool has(std::uint32_t c) const {
        return c < scenarios || (c >= first && c < last);
    }
};

/// Adds the batch that the lanes have read: they hand round how many lots of which row, each adds
/// to its own columns, and whose bucket it is takes the delta. Two positions at a time, so that two
/// rows are on their way together; past the last the lanes have read nothing, no lots of row 0.
template <class Sum, class Group, int N, int Buckets>
LOCKSTEP_HD void add_batch(Group const& group, margin_batch const& batch, lane_position const& mine,
                           unsigned count, wanted_columns wanted, Sum (&columns)[N],
                           Sum (&deltas)[Buckets]) {
    constexpr unsigned at_once = Group::lanes > 1 ? 2 : 1;
    unsigned const lane = group.lane();
    Sum const my_delta = static_cast<Sum>(mine.lots) * static_cast<Sum>(mine.delta);
    for (unsigned k = 0; k < count; k += at_once) {
        std::int64_t lots[at_once], cells[at_once][N] = {};
        for (unsigned u = 0; u < at_once; ++u) {
            lots[u] = group.shuffle(mine.lots, k + u);
            std::int64_t const* const row = batch.matrix.row(group.shuffle(mine.instrument, k + u));
            for (int j = 0; j < N; ++j) {
                std::uint32_t const c = lane + Group::lanes * static_cast<unsigned>(j);
                if (wanted.has(c)) cells[u][j] = row[c];
            }
        }
        for (unsigned u = 0; u < at_once; ++u) {
            for (int j = 0; j < N; ++j)
                columns[j] += static_cast<Sum>(lots[u]) * static_cast<Sum>(cells[u][j]);
            std::uint32_t const bucket = group.shuffle(mine.bucket, k + u);
            Sum const delta = shuffle_sum(group, my_delta, k + u);
            for (int q = 0; q < Buckets; ++q)
                if (bucket == lane + Group::lanes * static_cast<unsigned>(q)) deltas[q] += delta;
        }
    }
}

/// The same on top of sums of batches before it.
template <class Sum, class Group, int N>
LOCKSTEP_HD void add_batch(Group const& group, margin_batch const& batch, lane_position const& mine,
                           unsigned count, group_sums<Group, N>& sums) {
    Sum columns[N] = {}, deltas[group_sums<Group, N>::buckets_per_lane] = {};
    wanted_columns const all{static_cast<std::uint32_t>(batch.matrix.stride()), 0, 0};
    add_batch(group, batch, mine, count, all, columns, deltas);
    for (int j = 0; j < N; ++j) sums.columns[j] += columns[j];
    for (int q = 0; q < group_sums<Group, N>::buckets_per_lane; ++q)
        sums.bucket_deltas[q] += deltas[q];
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
        if (batch.matrix.instruments == 0) continue;  // all refused, and there is no row 0
        if (group.all(mine.narrow && mode == sum_lanes::automatic))
            add_batch<std::int64_t>(group, batch, mine, count, sums);
        else
            add_batch<int128>(group, batch, mine, count, sums);
    }
}

// ---- the rule -----------------------------------------------------------------------------------

/// What a group finds out together about a set; the rest of the rule needs no group.
struct set_parts {
    worst_scenarios<int128> found;
    checked_int128 roll_1e24;
    money sensitivities[sensitivity_count];
    std::uint16_t flags;
};

/// The worst two of all lanes' gains; a lane's j-th is that of scenario lane + j lanes.
template <class Integer, class Group, int N>
LOCKSTEP_HD worst_scenarios<int128> worst_of_all(Group const& group, int128 const (&gains)[N],
                                                 std::uint32_t scenarios) {
    worst_scenarios<Integer> found{{integer_max<Integer>(), no_scenario},
                                   {integer_max<Integer>(), no_scenario}};
    for (int j = 0; j < N; ++j) {
        std::uint32_t const s = group.lane() + Group::lanes * static_cast<unsigned>(j);
        if (s < scenarios) consider(found, {static_cast<Integer>(gains[j]), s});
    }
    for (unsigned mask = 1; mask < Group::lanes; mask *= 2) {
        scenario_gain<Integer> const worst{exchange_sum(group, found.worst.gain, mask),
                                           group.exchange(found.worst.id, mask)};
        scenario_gain<Integer> const second{exchange_sum(group, found.second.gain, mask),
                                            group.exchange(found.second.id, mask)};
        consider(found, worst);
        consider(found, second);
    }
    return {{found.worst.gain, found.worst.id}, {found.second.gain, found.second.id}};
}

/// Dampens, and compares in 64 bits where every gain fits them.
template <class Group, int N>
LOCKSTEP_HD worst_scenarios<int128> find_worst(Group const& group, group_sums<Group, N> const& sums,
                                               margin_rules const& rules, int lot_exponent) {
    dampener_scale const scale = dampener_scale_of(lot_exponent);
    int128 gains[N] = {};
    bool narrow = true;
    for (int j = 0; j < N; ++j) {
        std::uint32_t const s = group.lane() + Group::lanes * static_cast<unsigned>(j);
        if (s >= rules.scenarios) continue;
        std::int64_t const dampener = rules.dampener[s];
        int128 const gain = sums.columns[j];
        gains[j] = dampener == 0 ? gain : dampen(gain, dampener_in_sums<int128>(dampener, scale));
        narrow = narrow && static_cast<std::int64_t>(gains[j]) == gains[j];
    }
    return group.all(narrow) ? worst_of_all<std::int64_t>(group, gains, rules.scenarios)
                             : worst_of_all<int128>(group, gains, rules.scenarios);
}

/// Every lane ends with all sensitivities. Each converts the columns that it owns before they are
/// handed round, so that all conversions happen at once.
template <class Group, int N>
LOCKSTEP_HD void gather_sensitivities(Group const& group, group_sums<Group, N> const& sums,
                                      std::uint32_t scenario_columns, margin_rules const& rules,
                                      int lot_exponent, set_parts& parts) {
    std::int64_t mine[N] = {};
    for (int j = 0; j < N; ++j) {
        std::uint32_t const c = group.lane() + Group::lanes * static_cast<unsigned>(j);
        if (c >= scenario_columns && c < scenario_columns + sensitivity_count)
            mine[j] = sensitivity_nanos(sums.columns[j], rules, lot_exponent, parts.flags).nanos;
    }
    for (std::uint32_t k = 0; k < sensitivity_count; ++k) {
        std::uint32_t const c = scenario_columns + k;
        std::int64_t nanos = 0;
        for (int j = 0; j < N; ++j)
            if (c == group.lane() + Group::lanes * static_cast<unsigned>(j)) nanos = mine[j];
        parts.sensitivities[k] = {group.shuffle(nanos, c % Group::lanes)};
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
        total += exchange_sum(group, total, mask);
    return {total, flags_of_all(group, overflowed) != 0};
}

/// What a set's complete sums say; the same in every lane.
template <class Group, int N>
LOCKSTEP_HD set_parts parts_of_sums(Group const& group, margin_batch const& batch,
                                    std::uint64_t set, group_sums<Group, N> const& sums) {
    margin_rules const& rules = batch.rules[batch.positions.rule[set]];
    int const lot = batch.positions.lot_exponent[set];
    set_parts parts{};
    parts.found = find_worst(group, sums, rules, lot);
    parts.flags = static_cast<std::uint16_t>(sums.flags);
    gather_sensitivities(group, sums, batch.matrix.scenario_columns, rules, lot, parts);
    parts.roll_1e24 = roll_charge(group, sums, rules, lot);
    parts.flags = static_cast<std::uint16_t>(flags_of_all(group, parts.flags));
    return parts;
}

/// The row that a set's parts make: for one lane alone, so that every lane of a group may take
/// another set.
LOCKSTEP_HD margin_row row_of_parts(margin_batch const& batch, std::uint64_t set,
                                    set_parts const& found) {
    margin_rules const& rules = batch.rules[batch.positions.rule[set]];
    int const lot = batch.positions.lot_exponent[set];
    margin_parts parts{};
    scenario_gain<int128> const worst = found.found.worst, second = found.found.second;
    parts.worst_scenario = worst.id;
    parts.second_worst_scenario = second.id;
    if (worst.id != no_scenario) parts.worst_loss = counted_loss(worst.gain, rules, lot);
    if (second.id != no_scenario) parts.second_worst_loss = counted_loss(second.gain, rules, lot);
    for (std::uint32_t k = 0; k < sensitivity_count; ++k)
        parts.sensitivities[k] = found.sensitivities[k];
    parts.roll_1e24 = found.roll_1e24;
    parts.flags = found.flags;
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
