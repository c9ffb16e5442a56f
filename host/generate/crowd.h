// Who takes part in a generated log: accounts that hold one asset each, drawn by skew or, for a
// command that is to collide with others, from a few hot ones.
#pragma once

#include <algorithm>
#include <cstdint>

#include "host/generate/draws.h"

namespace lockstep {

/// One of 0 .. count - 1, the first the likeliest: the power law x^-skew on (0, count), which is
/// Zipf's with its steps smoothed. `uniform` in (0, 1).
inline std::uint32_t skewed(double uniform, std::uint32_t count, double skew) {
    double const part = skew == 0 ? uniform : exponential(logarithm(uniform) / (1 - skew));
    return std::min(static_cast<std::uint32_t>(part * count), count - 1);
}

struct crowd {
    std::uint32_t accounts = 2;
    std::uint32_t assets = 1;  // account a holds asset a % assets
    double skew = 0;
    std::uint32_t hot_accounts = 1;
    bool hot = false;  // the next draws are among these

    std::uint32_t holder_of(std::uint32_t asset, draws& d) const {
        std::uint32_t const count = (accounts - asset + assets - 1) / assets;
        std::uint32_t const rank =
            hot ? d.below(std::min(hot_accounts, count)) : skewed(d.uniform(), count, skew);
        return rank * assets + asset;
    }
    std::uint32_t anybody(draws& d) const {
        return holder_of(assets == 1 ? 0 : d.below(assets), d);
    }
    /// Holds the same asset; there must be two of them.
    std::uint32_t other_than(std::uint32_t account, draws& d) const {
        std::uint32_t const drawn = holder_of(account % assets, d);
        if (drawn != account) return drawn;
        return account + assets < accounts ? account + assets : account % assets;
    }
    std::uint32_t one_of(std::uint32_t count, draws& d) const {
        return hot ? 0 : skewed(d.uniform(), count, skew);
    }
};

}  // namespace lockstep
