// What lanes that work in step tell each other, beyond what their group offers.
//
// A Group has `static constexpr unsigned lanes` (a power of two up to 32), lane(), shuffle(x, from)
// (the x of another lane, integers of 32 or 64 bits), exchange(x, mask) (the x of lane ^ mask) and
// all(condition). Every lane of a group calls each of them together.
#pragma once

#include <cstdint>

#include "pricing/base/checked.h"

namespace lockstep {

template <class Group>
LOCKSTEP_HD int128 shuffle_sum(Group const& group, int128 x, unsigned from) {
    auto const low = static_cast<std::int64_t>(x), high = static_cast<std::int64_t>(x >> 64);
    uint128 const other_high = static_cast<std::uint64_t>(group.shuffle(high, from));
    return static_cast<int128>(other_high << 64 |
                               static_cast<std::uint64_t>(group.shuffle(low, from)));
}
template <class Group>
LOCKSTEP_HD std::int64_t shuffle_sum(Group const& group, std::int64_t x, unsigned from) {
    return group.shuffle(x, from);
}
template <class Group>
LOCKSTEP_HD std::uint64_t shuffle_sum(Group const& group, std::uint64_t x, unsigned from) {
    return static_cast<std::uint64_t>(group.shuffle(static_cast<std::int64_t>(x), from));
}

template <class Group>
LOCKSTEP_HD std::int64_t exchange_sum(Group const& group, std::int64_t x, unsigned mask) {
    return static_cast<std::int64_t>(group.exchange(static_cast<std::uint64_t>(x), mask));
}
template <class Group>
LOCKSTEP_HD int128 exchange_sum(Group const& group, int128 x, unsigned mask) {
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

}  // namespace lockstep
