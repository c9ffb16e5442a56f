// QuantLib's Monte-Carlo engines, measured beside ours in the same run.
#pragma once

#include <cstdint>

#include "pricing/model/monte_carlo.h"

namespace lockstep::bench {

struct quantlib_paths {
    bool sobol;  // or the Mersenne twister
    std::uint64_t paths;
    std::uint64_t policy_paths;  // of an american contract's regression
    std::uint64_t seed;
};

/// The value of a contract on one asset, european, asian or american: by MCEuropeanEngine, by
/// MCDiscreteArithmeticAPEngine (Brownian bridge, geometric average as control variate), by
/// MCAmericanEngine (cubic in the spot). The time must be whole weeks of a 52-week year, the dates
/// of an asian contract too.
double quantlib_mc(path_contract const& contract, quantlib_paths const& on);

}  // namespace lockstep::bench
