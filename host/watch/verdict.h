// What a watch says of a pool: an account's cash in one settlement asset with everything that is
// settled in it. An account is as badly off as its worst pool.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include "pricing/base/checked.h"
#include "pricing/base/money.h"

namespace lockstep {

/// In rising order of concern.
enum class verdict : std::uint8_t {
    safe = 0,
    withheld,      // something that it holds has no price that can be trusted: see the reasons
    reduce_only,   // equity < initial margin
    liquidatable,  // equity < maintenance margin
};
inline constexpr std::size_t verdict_count = 4;

/// How near liquidation is: the smallest of these moves of its underlyings, up or down and all of
/// them together with volatilities held, after which equity lies below maintenance margin. Found by
/// valuing and margining the pool again at each of the moves, not by an estimate.
enum class band : std::uint8_t { beyond = 0, within_5, within_3, within_1, breached };
inline constexpr std::size_t band_count = 5;

/// As quoted, then the moves of the bands from the widest to the narrowest.
inline constexpr std::array<std::int32_t, 7> watch_moves_ppm{0,      -50'000, 50'000, -30'000,
                                                             30'000, -10'000, 10'000};

/// Why a verdict is withheld; bits.
namespace withheld_reason {
inline constexpr std::uint16_t feed_is_stale = 1;
inline constexpr std::uint16_t instrument_is_quarantined = 2;
inline constexpr std::uint16_t instrument_has_expired = 4;   // and is not settled yet
inline constexpr std::uint16_t position_is_not_counted = 8;  // its entry price cannot be used
inline constexpr std::uint16_t amount_overflowed = 16;
inline constexpr std::uint16_t model_is_not_watched = 32;  // a formula: the watch asks the engine
inline constexpr std::uint16_t record_is_rejected = 64;    // of the account: it may hold more
inline constexpr std::size_t count = 7;
}  // namespace withheld_reason

/// Sums that may leave 64 bits, and the reason when they do.
inline money fitted(int128 sum, std::uint16_t& reasons) {
    checked_int64 const amount = narrow(sum);
    if (amount.overflowed) reasons |= withheld_reason::amount_overflowed;
    return {amount.value};
}

/// Amounts in nanos of the pool's asset. They are computed in any case; where the verdict is
/// withheld they are at the last good prices and decide nothing.
struct pool_verdict {
    money equity;
    money initial_margin;
    money maintenance_margin;
    verdict says;
    band near;
    std::uint16_t reasons;  // withheld_reason
    std::uint32_t reserved;
};
static_assert(sizeof(pool_verdict) == 32 && std::is_trivially_copyable_v<pool_verdict>);
static_assert(std::has_unique_object_representations_v<pool_verdict>,
              "verdicts are digested as bytes");

constexpr std::string_view word(verdict v) {
    constexpr std::string_view words[] = {"safe", "withheld", "reduce_only", "liquidatable"};
    return words[static_cast<std::size_t>(v)];
}
constexpr std::string_view word(band b) {
    constexpr std::string_view words[] = {"beyond", "within_5", "within_3", "within_1", "breached"};
    return words[static_cast<std::size_t>(b)];
}

}  // namespace lockstep
