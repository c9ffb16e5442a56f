// Money, quantities and prices: 64-bit integers in billionths of their unit. One scale for every
// asset keeps sums free of conversions; nine decimals are finer than a satoshi and 9.2 billion
// units are more than any one balance. Whatever could be larger is summed in 128 bits first.
#pragma once

#include <cstdint>
#include <type_traits>

#include "pricing/base/checked.h"

namespace lockstep {

inline constexpr std::int64_t nanos_per_unit = 1'000'000'000;
inline constexpr std::int64_t nanos_per_cent = nanos_per_unit / 100;
inline constexpr std::int64_t ppm = 1'000'000;  // parts of a share

/// An amount of one asset (the asset is named by the row that holds it).
struct money {
    std::int64_t nanos{};
    LOCKSTEP_HD friend constexpr bool operator==(money a, money b) { return a.nanos == b.nanos; }
    LOCKSTEP_HD friend constexpr bool operator<(money a, money b) { return a.nanos < b.nanos; }
};

/// A signed number of contracts: coins for options and linear futures, USD for inverse futures.
struct quantity {
    std::int64_t nanos{};
    LOCKSTEP_HD friend constexpr bool operator==(quantity a, quantity b) {
        return a.nanos == b.nanos;
    }
};

/// Quote currency per unit of the underlying.
struct price {
    std::int64_t nanos{};
    LOCKSTEP_HD friend constexpr bool operator==(price a, price b) { return a.nanos == b.nanos; }
};

/// Whole units: the nearest double, which the product with 1e-9 is not.
LOCKSTEP_HD constexpr double units(money amount) { return static_cast<double>(amount.nanos) / 1e9; }
LOCKSTEP_HD constexpr double units(price p) { return static_cast<double>(p.nanos) / 1e9; }

struct checked_money {
    money value;
    bool overflowed;
};

LOCKSTEP_HD constexpr checked_money add(money a, money b) {
    checked_int64 sum = checked_add(a.nanos, b.nanos);
    return {{sum.value}, sum.overflowed};
}

static_assert(sizeof(money) == 8 && std::is_trivially_copyable_v<money>);
static_assert(std::has_unique_object_representations_v<money>);
static_assert(std::has_unique_object_representations_v<quantity>);
static_assert(std::has_unique_object_representations_v<price>);

}  // namespace lockstep
