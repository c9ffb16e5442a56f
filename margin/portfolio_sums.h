// Exact sums over the positions of a netting set, in 128 bits: the wide lane. It takes whatever a
// position can hold; the narrow lanes of the backends hand over to it where 64 bits might not do,
// and chunks of one large set, summed apart, are merged by it. Integers: in any order.
#pragma once

#include <cstdint>

#include "margin/portfolio.h"
#include "pricing/base/checked.h"

namespace lockstep {

/// |lots| x largest cell up to which a position is counted; with positions_in_set_max positions a
/// sum stays below 2^124.
inline constexpr int reach_bits_max = 104;
/// A narrow lane's sums stay at or below this.
inline constexpr std::uint64_t narrow_room = std::uint64_t{1} << 62;

LOCKSTEP_HD std::uint64_t magnitude(std::int64_t x) {
    auto bits = static_cast<std::uint64_t>(x);
    return x < 0 ? 0u - bits : bits;
}

/// The most that a position can add to any sum.
LOCKSTEP_HD uint128 reach_of(std::int64_t lots, std::int64_t row_max) {
    return static_cast<uint128>(magnitude(lots)) * static_cast<std::uint64_t>(row_max);
}

/// Why a position cannot be counted; zero when it can. `has_row`: its instrument is in the matrix;
/// row_max is INT64_MAX where the instrument has no risk array.
LOCKSTEP_HD std::uint16_t refusal_of(bool has_row, std::int64_t lots, std::int64_t row_max) {
    if (!has_row) return margin_flag::instrument_does_not_exist;
    if (lots == 0) return 0;
    if (row_max == int64_max) return margin_flag::instrument_is_quarantined;
    return reach_of(lots, row_max) >> reach_bits_max == 0 ? std::uint16_t{0}
                                                          : margin_flag::amount_does_not_fit;
}

/// Flags that a set earns before any position is looked at: its row is then zeros.
LOCKSTEP_HD std::uint16_t set_refusal(std::uint64_t positions, bool rules_serve, int lot_exponent) {
    std::uint16_t flags = 0;
    if (positions > positions_in_set_max) flags |= margin_flag::too_many_positions;
    if (!rules_serve) flags |= margin_flag::rules_do_not_serve;
    if (lot_exponent > lot_exponent_max) flags |= margin_flag::lot_is_out_of_range;
    return flags;
}

LOCKSTEP_HD margin_row refused_row(std::uint16_t flags, std::uint32_t positions) {
    margin_row row{};
    row.flags = flags;
    row.positions = positions;
    return row;
}

/// Sums of one netting set or of a part of it. Columns are those of the risk matrix.
struct wide_sums {
    int128 columns[scenarios_max + sensitivity_count];
    int128 bucket_deltas[expiry_buckets_max];  // those outside `buckets` are not initialised
    std::uint64_t buckets;
    std::uint16_t flags;
};

LOCKSTEP_HD void clear(wide_sums& sums, std::uint32_t columns) {
    for (std::uint32_t c = 0; c < columns; ++c) sums.columns[c] = 0;
    sums.buckets = 0;
    sums.flags = 0;
}

LOCKSTEP_HD void add_to_bucket(wide_sums& sums, std::uint32_t bucket, int128 delta) {
    std::uint64_t const bit = std::uint64_t{1} << bucket;
    sums.bucket_deltas[bucket] =
        (sums.buckets & bit) == 0 ? delta : sums.bucket_deltas[bucket] + delta;
    sums.buckets |= bit;
}

/// Adds one position that refusal_of has let through.
LOCKSTEP_HD void add_position(wide_sums& sums, std::int64_t const* row, std::uint32_t columns,
                              std::int64_t lots, std::uint32_t bucket) {
    for (std::uint32_t c = 0; c < columns; ++c)
        sums.columns[c] += static_cast<int128>(lots) * row[c];
    std::int64_t const delta =
        row[columns - sensitivity_count + static_cast<std::uint32_t>(sensitivity::delta)];
    add_to_bucket(sums, bucket, static_cast<int128>(lots) * delta);
}

LOCKSTEP_HD void merge(wide_sums& sums, wide_sums const& part, std::uint32_t columns) {
    for (std::uint32_t c = 0; c < columns; ++c) sums.columns[c] += part.columns[c];
    for (std::uint32_t b = 0; b < expiry_buckets_max; ++b)
        if ((part.buckets >> b & 1u) != 0) add_to_bucket(sums, b, part.bucket_deltas[b]);
    sums.flags |= part.flags;
}

}  // namespace lockstep
