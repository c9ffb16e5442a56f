// Value at risk and expected shortfall of a vector of gains, one for each scenario, in integers.
//
// The convention, one of nine that give as many numbers (tests/margin/tail_test.cpp): with n
// scenarios and a tail of probability a, value at risk is the loss of the ceil(n a)-th worst
// scenario, the inverse of the empirical distribution without interpolation, so that it is always a
// loss that some scenario makes. Expected shortfall is the mean of the worst n a scenarios, of the
// last one the part that remains (Acerbi and Tasche 2002), which is coherent. A tail is given in
// parts per million, and so n a is exact.
#pragma once

#include <cstdint>

#include "pricing/base/checked.h"
#include "pricing/base/view.h"

namespace lockstep {

inline constexpr std::uint32_t tail_ppm_whole = 1'000'000;

/// Losses are positive.
struct tail_loss {
    int128 value_at_risk;
    int128 expected_shortfall;  // rounded up
    std::uint32_t place;        // of the scenario that is the value at risk, in rising order
};

/// How many of the worst scenarios the tail reaches into: ceil(n a), at least one.
LOCKSTEP_HD constexpr std::uint32_t tail_places(std::uint32_t scenarios, std::uint32_t tail_ppm) {
    std::uint64_t const reach = std::uint64_t{scenarios} * tail_ppm;
    auto const places = static_cast<std::uint32_t>((reach + tail_ppm_whole - 1) / tail_ppm_whole);
    return places == 0 ? 1 : places;
}

namespace detail {

/// tail_of for anything that has gains by place.
template <class WorstT>
LOCKSTEP_HD tail_loss tail_of_worst(WorstT const& worst, std::uint32_t scenarios,
                                    std::uint32_t tail_ppm) {
    std::uint64_t const reach = std::uint64_t{scenarios} * tail_ppm;  // n a, in millionths
    std::uint32_t const whole = static_cast<std::uint32_t>(reach / tail_ppm_whole);
    std::uint64_t const rest = reach % tail_ppm_whole;
    int128 sum = 0;
    for (std::uint32_t i = 0; i < whole; ++i) sum += worst[i] * int128{tail_ppm_whole};
    if (rest != 0) sum += worst[whole] * static_cast<int128>(rest);
    std::uint32_t const place = tail_places(scenarios, tail_ppm) - 1;
    return {-worst[place], divide(-sum, static_cast<int128>(reach), rounding::up), place};
}

}  // namespace detail

/// `worst` holds at least the tail_places() worst gains of all scenarios in rising order.
/// 0 < tail_ppm <= 1e6, and there is a scenario.
LOCKSTEP_HD tail_loss tail_of(view<int128 const> worst, std::uint32_t scenarios,
                              std::uint32_t tail_ppm) {
    return detail::tail_of_worst(worst, scenarios, tail_ppm);
}

}  // namespace lockstep
