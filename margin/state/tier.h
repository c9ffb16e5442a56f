// Leverage tiers of a listed instrument: the larger a position's notional, the more margin each
// further part of it asks for.
#pragma once

#include <cstdint>
#include <type_traits>

#include "pricing/base/ids.h"

namespace lockstep {

struct tier {
    std::int64_t above_nanos;       // of notional, in the settlement asset
    std::uint32_t initial_ppm;      // of what lies above that, up to the next tier
    std::uint32_t maintenance_ppm;  // the same
};

inline constexpr std::uint32_t tiers_max = 8;  // the first of them is the listing's own rates

/// Bounds and rates rise; zeros beyond `count`.
struct tier_row {
    instrument_id instrument;
    std::uint32_t count;
    std::uint64_t sequence;  // of the command that changed them last
    tier above[tiers_max - 1];
};

static_assert(sizeof(tier_row) == 128 && std::is_trivially_copyable_v<tier_row>);
static_assert(std::has_unique_object_representations_v<tier_row>);

}  // namespace lockstep
