// Portfolio margin of one netting set (an account's positions of one underlying and one settle
// asset): the rows that go in and come out. margin/portfolio_rule.h turns one into the other.
//
// Units. A risk matrix cell is 10^-places of the settle asset per contract (margin/scenario.h). A
// set's positions are counted in lots of 10^lot_exponent nano-contracts, so a sum of lots x cells
// counts 10^-(places + 9 - lot_exponent). Sums fit 64 bits under a bound that the summing code
// checks, else they are 128 bits wide; the rule is one text for both and gives equal rows.
#pragma once

#include <cstdint>
#include <type_traits>

#include "margin/scenario.h"
#include "pricing/base/money.h"

namespace lockstep {

inline constexpr std::uint8_t no_scenario = 255;
inline constexpr int lot_exponent_max = 18;
/// Beyond this many positions a netting set is flagged: its exact sums might leave 128 bits.
inline constexpr std::uint32_t positions_in_set_max = 1u << 20;

/// Bits of margin_row::flags. A flagged row is not a verdict.
namespace margin_flag {
inline constexpr std::uint16_t amount_does_not_fit = 1;        // a field holds the nearest bound
inline constexpr std::uint16_t instrument_is_quarantined = 2;  // no risk array: counted as zero
inline constexpr std::uint16_t instrument_does_not_exist = 4;  // beyond the matrix: counted as zero
inline constexpr std::uint16_t too_many_positions = 8;         // the row is zeros
inline constexpr std::uint16_t rules_do_not_serve =
    16;  // no such rules, or of more scenarios than the matrix: zeros
inline constexpr std::uint16_t lot_is_out_of_range = 32;  // the row is zeros
}  // namespace margin_flag

/// The rule of one underlying and settlement at one time, made from a preset.
struct margin_rules {
    std::int64_t dampener[scenarios_max];        // units of the matrix; 0 in the standard vector
    std::int64_t roll_rate[expiry_buckets_max];  // 1e-12 of the settle asset per unit of delta
    std::int64_t gain_offset_ppb;                // share of a gain that counts
    std::int64_t gain_max_nanos;                 // and no more than this
    std::int64_t maintenance_ppb;                // MM / risk matrix margin
    std::int64_t index_nanos;                    // USD per coin
    std::int64_t delta_shock_threshold_nanos;    // USD
    std::int64_t delta_shock_increment_1e12;     // share per unit of delta, in 1e-12
    std::int64_t delta_shock_max_ppb;            // share at most
    std::uint32_t scenarios;                     // that mean something
    std::uint8_t extended_begin;                 // the first scenario with a dampener
    std::uint8_t places;                         // of the matrix: 15 for coins, 12 for quote
    settlement settle;
    std::uint8_t reserved;
};
static_assert(sizeof(margin_rules) == 1088 && std::is_trivially_copyable_v<margin_rules>);
static_assert(std::has_unique_object_representations_v<margin_rules>);

/// What is added to the sums' own requirement; all non-negative.
struct margin_addons {
    money contingency;  // part of the risk matrix margin (correlation and the like)
    money open_orders;  // part of the initial margin alone, as is the next
    money mmp;
};
static_assert(sizeof(margin_addons) == 24 && std::is_trivially_copyable_v<margin_addons>);

/// The answer for one netting set, in nanos of the settle asset. Losses are positive.
struct margin_row {
    money worst_loss;         // of worst_scenario; below zero when every scenario gains
    money second_worst_loss;  // of second_worst_scenario
    money roll_shock;
    money delta_shock;
    money risk_matrix_margin;  // max(worst_loss, 0) + roll + delta shock + contingency
    money initial_margin;      // + open orders + market maker protection
    money maintenance_margin;  // share of the risk matrix margin
    money sensitivities[sensitivity_count];  // nanos of each unit of `sensitivity`; value first
    std::uint8_t worst_scenario;             // the lowest id among equals
    std::uint8_t second_worst_scenario;      // no_scenario when there is one scenario only
    std::uint16_t flags;                     // margin_flag
    std::uint32_t positions;
};
static_assert(sizeof(margin_row) == 128 && std::is_trivially_copyable_v<margin_row>);
static_assert(std::has_unique_object_representations_v<margin_row>,
              "no padding may reach the state root");

/// What decides about a netting set, out of its margin_row: a quarter of the bytes.
struct check_row {
    money value;  // sensitivities[value]
    money initial_margin;
    money maintenance_margin;
    std::uint16_t flags;
    std::uint8_t reserved[6];
};
static_assert(sizeof(check_row) == 32 && std::is_trivially_copyable_v<check_row>);
static_assert(std::has_unique_object_representations_v<check_row>,
              "no padding may reach the state root");

LOCKSTEP_HD check_row check_of(margin_row const& row) {
    return {row.sensitivities[0], row.initial_margin, row.maintenance_margin, row.flags, {}};
}

/// Exact sums over a netting set's positions; Integer is int64 (every |sum| < 2^62) or int128
/// (< 2^125).
template <class Integer>
struct portfolio_sums {
    Integer const* scenarios;      // rules.scenarios of them
    Integer const* sensitivities;  // sensitivity_count
    Integer const* bucket_deltas;  // expiry_buckets_max; those in `buckets` mean something
    std::uint64_t buckets;         // bit b: some position expires in bucket b
    std::uint32_t positions;
    std::uint16_t flags;
    std::uint8_t lot_exponent;
};

}  // namespace lockstep
