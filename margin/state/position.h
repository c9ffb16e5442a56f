// A position of one account in one instrument. `cost` is what was paid for it so far: a fill adds
// the same integer to the buyer and takes it from the seller, so that costs sum to zero over an
// instrument, to the last unit, until a settlement turns quantity * price - cost into cash.
#pragma once

#include <cstdint>
#include <type_traits>

#include "pricing/base/ids.h"
#include "pricing/base/money.h"
#include "pricing/base/platform.h"

namespace lockstep {

/// The most lots that a book keeps as one account's position, long or short.
inline constexpr std::int64_t position_lots_max = std::int64_t{1} << 62;

enum class exercise_advice : std::uint8_t { none = 0, exercise, do_not_exercise };

/// What the holder of a long option has said of its exercise: for how much notice was given, and
/// what is to become of the whole at expiry. Zero: nothing.
struct exercise_instruction {
    std::uint64_t word;  // quantity << 2 | advice

    static constexpr std::int64_t noticed_max = (std::int64_t{1} << 62) - 1;

    static LOCKSTEP_HD constexpr exercise_instruction of(std::int64_t noticed,
                                                         exercise_advice advice) {
        return {static_cast<std::uint64_t>(noticed) << 2 | static_cast<std::uint64_t>(advice)};
    }
    LOCKSTEP_HD constexpr std::int64_t noticed() const {
        return static_cast<std::int64_t>(word >> 2);
    }
    LOCKSTEP_HD constexpr exercise_advice advice() const {
        return static_cast<exercise_advice>(word & 3);
    }
    /// What is left of it when the position becomes `size`: it ends with the position, and notice
    /// is never for more than that.
    LOCKSTEP_HD constexpr exercise_instruction within(std::int64_t size) const {
        if (size <= 0) return {0};
        return noticed() > size ? of(size, advice()) : *this;
    }
};

/// Rows are found by (account, instrument); their order in the table is the order of first use.
struct position_row {
    account_id account;
    instrument_id instrument;
    quantity size;      // signed
    money cost;         // of futures and perpetuals; options are paid for in cash
    quantity open_buy;  // resting and in flight, both >= 0
    quantity open_sell;
    std::uint64_t sequence;
    money gained;  // of a future by its last settlement, less what it has paid of it; >= 0
    exercise_instruction exercise;
};

static_assert(sizeof(position_row) == 64 && std::is_trivially_copyable_v<position_row>);
static_assert(std::has_unique_object_representations_v<position_row>);

/// Their sizes may add up to more than a row holds.
LOCKSTEP_HD constexpr bool has_open_orders(position_row const& p) {
    return p.open_buy.nanos != 0 || p.open_sell.nanos != 0;
}

}  // namespace lockstep
