// From a history to the scenarios that a tail is taken of: the history itself, each move scaled to
// what its factor's vol is now, or draws from a normal distribution with its covariance.
#pragma once

#include <cstdint>

#include "host/tail/history.h"

namespace lockstep {

enum class tail_method : std::uint8_t { historical, filtered, monte_carlo };
char const* name_of(tail_method method);

inline constexpr double tail_decay = 0.94;

/// Filtered historical simulation (Barone-Adesi, Giannopoulos, Vosper 1999; Hull and White 1998):
/// each factor's move times its vol after the history over its vol before the move, both by
/// exponentially weighted squares with this decay, 0 < decay < 1.
tail_history filtered(tail_history const& history, double decay = tail_decay);

/// `count` draws of all factors together, mean zero, covariance that of the history by Cholesky;
/// the n-th is a pure function of seed and n. Their times number them, one nanosecond each.
tail_history drawn(tail_history const& history, std::size_t count, std::uint64_t seed);

}  // namespace lockstep
