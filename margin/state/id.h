// A name that a client chose: 128 bits, never zero, never used twice for different things.
#pragma once

#include <cstdint>
#include <type_traits>

#include "pricing/base/platform.h"

namespace lockstep {

struct client_id {
    std::uint64_t low{};
    std::uint64_t high{};
    LOCKSTEP_HD friend constexpr bool operator==(client_id a, client_id b) {
        return a.low == b.low && a.high == b.high;
    }
    LOCKSTEP_HD constexpr bool is_zero() const { return (low | high) == 0; }
};

static_assert(sizeof(client_id) == 16 && std::has_unique_object_representations_v<client_id>);

}  // namespace lockstep
