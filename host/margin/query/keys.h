// The keys of a portfolio that may be left out. No model reads them all, and whoever gives one that
// a model does not read is told so.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "host/margin/query/portfolio.h"

namespace lockstep {

/// Bits.
namespace query_key {
inline constexpr std::uint32_t cash_price = 1u << 0;
inline constexpr std::uint32_t confidence = 1u << 1;  // of an underlying's index
inline constexpr std::uint32_t multiplier = 1u << 2;
inline constexpr std::uint32_t kind = 1u << 3;
inline constexpr std::uint32_t perpetual_price = 1u << 4;
inline constexpr std::uint32_t perpetual_confidence = 1u << 5;
inline constexpr std::uint32_t rate = 1u << 6;
inline constexpr std::uint32_t expiry_confidence = 1u << 7;
inline constexpr std::uint32_t average = 1u << 8;
inline constexpr std::uint32_t fixed = 1u << 9;
inline constexpr std::uint32_t vol = 1u << 10;
inline constexpr std::uint32_t mark = 1u << 11;
inline constexpr std::uint32_t entry = 1u << 12;
inline constexpr std::uint32_t funding = 1u << 13;
inline constexpr std::uint32_t collateral = 1u << 14;
inline constexpr std::uint32_t haircut_initial = 1u << 15;
inline constexpr std::uint32_t haircut_maintenance = 1u << 16;
inline constexpr std::uint32_t collateral_confidence = 1u << 17;
inline constexpr std::uint32_t moves_with_spot = 1u << 18;

inline constexpr std::uint32_t of_positions = perpetual_price | entry | funding;
inline constexpr std::uint32_t haircuts = haircut_initial | haircut_maintenance;
}  // namespace query_key

/// Names of the keys that say something here, another thing than where they are left out, and are
/// not among those read. Where `collateral` is not read, it stands for the keys inside.
std::vector<std::string> keys_not_read(margin_query const& query, std::uint32_t read);

}  // namespace lockstep
