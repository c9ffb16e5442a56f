// Names for rows. An id is an index with a type, so that an account can never be passed where an
// instrument is meant; it is the row's position in its table and costs nothing at run time.
#pragma once

#include <compare>
#include <cstdint>
#include <type_traits>

#include "pricing/base/platform.h"

namespace lockstep {

template <class Tag>
struct strong_id {
    std::uint32_t value{};
    LOCKSTEP_HD friend constexpr bool operator==(strong_id a, strong_id b) {
        return a.value == b.value;
    }
    LOCKSTEP_HD friend constexpr bool operator<(strong_id a, strong_id b) {
        return a.value < b.value;
    }
};

using account_id = strong_id<struct account_tag>;
using asset_id = strong_id<struct asset_tag>;
using instrument_id = strong_id<struct instrument_tag>;
using underlying_id = strong_id<struct underlying_tag>;

static_assert(std::is_trivially_copyable_v<account_id> && sizeof(account_id) == 4);

}  // namespace lockstep
