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

/// The same on any machine; what clients choose may be as regular as it likes.
constexpr std::uint32_t hash_of(client_id id) {
    std::uint64_t x = (id.low ^ (id.high * 0x9e3779b97f4a7c15u)) * 0xbf58476d1ce4e5b9u;
    x ^= x >> 32;
    x *= 0x94d049bb133111ebu;
    return static_cast<std::uint32_t>(x >> 32);
}

static_assert(sizeof(client_id) == 16 && std::has_unique_object_representations_v<client_id>);

}  // namespace lockstep
