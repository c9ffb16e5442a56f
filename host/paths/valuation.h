// A contract valued on random paths: its price and Greeks, each with its standard error.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kernels/backend.h"

namespace lockstep {

struct path_settings {
    std::uint64_t paths = 1 << 16;  // at least; rounded up to what blocks and replications need
    std::uint64_t policy_paths = 1 << 15;
    std::uint64_t seed = 1;
    bool sobol = true;
    bool greeks = true;
};

struct path_figure {
    std::string name;  // price, theta, rho, or delta, gamma, vega of asset `asset`
    int asset;         // -1: of the whole contract
    double value, error;
};

struct path_valuation {
    std::vector<path_figure> figures;  // price first
    std::uint64_t paths = 0;           // that were valued
    std::string digest;                // of every block's sums
};

/// The same figures, to the last bit, from every backend. `contract` has been read and checked.
///
/// Philox: the error is that of a mean of independent paths. Sobol: of 16 replications, each with
/// its own random shift. Greeks are central differences on the same random numbers: spots by 1 %,
/// vols by a hundredth (or half of a smaller vol), the rate by 0.0001, the time by a hundredth of
/// it. An American contract's policy is fitted first, on other paths; its moments of exercise are
/// held fixed, and it has no gamma.
path_valuation value_on_paths(path_contract const& contract, path_settings const& settings,
                              backend& with);

}  // namespace lockstep
