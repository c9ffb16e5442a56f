// The words of option valuation: what a row's flags say, which values come out and in what order,
// and why a row could not be valued. Shared by the models, the kernels and the readers.
#pragma once

#include <cstddef>
#include <cstdint>

#include "pricing/base/platform.h"

namespace lockstep {

/// Bits of an option's flags. Bit 0 stays free: a compiler turns a test of it into a narrowing
/// conversion, which g++ 12 cannot do for eight options at a time.
namespace option_flag {
inline constexpr std::uint8_t put = 2;
inline constexpr std::uint8_t spot = 4;     // `underlying` is a spot price, else a forward
inline constexpr std::uint8_t inverse = 8;  // settled in the coin: value = quote value / underlying
}  // namespace option_flag

/// What a valuation gives, in column order. Derivatives are of the price as quoted (coin for
/// inverse options), per 1.00 of the input (vol, rate) and per year; time derivatives are taken
/// forward in calendar time (theta = -dV/dT).
enum class option_value : std::uint8_t {
    price,
    delta,
    gamma,
    vega,
    theta,
    rho,
    vanna,
    volga,
    charm,
    speed,
    zomma,
    color,
    veta,
    ultima,
    delta_usd,  // inverse: coins that hedge the quote-currency value, A*cp*N(cp*d1); linear: =
                // delta
    delta_net,  // inverse: delta_usd - price, the delta net of the premium in coin; linear: = delta
};
inline constexpr std::size_t option_value_count = 16;

/// How many leading columns of option_value are wanted; the status speaks of these alone.
enum class option_depth : std::uint8_t { price = 1, first_greeks = 7, all = 16 };

enum class option_status : std::uint8_t {
    computed = 0,
    underlying_is_not_finite_or_negative,
    strike_is_not_finite_or_negative,
    time_is_not_finite_or_negative,
    vol_is_not_finite_or_negative,
    rate_is_not_finite,
    dividend_is_not_finite,
    value_is_not_finite,  // inputs in range, but the result leaves the range of a double
};

}  // namespace lockstep
