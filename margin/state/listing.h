// A listed instrument as the ledger sees it: the contract, its trading rules and its mark. Within a
// block the row does not change; marks, fees and suspensions take effect at the block's end.
#pragma once

#include <cstdint>
#include <type_traits>

#include "margin/state/id.h"
#include "pricing/instrument.h"

namespace lockstep {

namespace listing_flag {
inline constexpr std::uint32_t suspended = 1;    // nothing trades; cancels pass
inline constexpr std::uint32_t reduce_only = 2;  // quarantined: only orders that reduce
inline constexpr std::uint32_t expired = 4;
inline constexpr std::uint32_t american = 8;  // may be exercised before its expiry
}  // namespace listing_flag

/// Rates are parts per million; prices of orders are whole multiples of tick, sizes of lot.
struct listing_row {
    client_id id;
    instrument_row contract;
    price tick;
    quantity lot;
    price mark;                        // zero until the first mark
    std::int64_t open_interest_nanos;  // sum of the long positions
    std::uint32_t initial_ppm;         // of notional; of its first tier, where there are more
    std::uint32_t maintenance_ppm;
    std::uint32_t maker_fee_ppm;
    std::uint32_t taker_fee_ppm;
    std::uint32_t band_ppm;  // orders further than this from the mark are refused
    std::uint32_t flags;
    std::uint64_t sequence;
    money cost_sum;       // of all positions; -cost_sum >= 0 is what rounding left with the asset
    std::uint64_t tiers;  // number of its row of tiers, plus one; 0: its own rates alone
};

static_assert(sizeof(listing_row) == 128 && std::is_trivially_copyable_v<listing_row>);
static_assert(std::has_unique_object_representations_v<listing_row>);

/// From its expiry on nothing trades in it and nobody chooses any more, whether delivery has been
/// made or not.
LOCKSTEP_HD constexpr bool trading_has_ended(listing_row const& l, std::int64_t now) {
    bool const ends = l.contract.kind != instrument_kind::perpetual;
    return (l.flags & listing_flag::expired) != 0 || (ends && now >= l.contract.expiry.value);
}

}  // namespace lockstep
