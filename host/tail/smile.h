// What one snapshot's options say of an underlying: its forward at any time, and the vol of any
// strike. The moves of a scenario history are measured and applied on it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "host/market/market.h"

namespace lockstep {

/// Times are in years. Forwards go in straight lines of their logarithms, from the index at no
/// time; vols of an expiry in straight lines of the log strike, level beyond the last strikes;
/// between expiries total variance at one moneyness goes in a straight line of time. Before the
/// first expiry and beyond the last, a smile is that expiry's.
struct underlying_smile {
    struct expiry {
        double years, log_forward;
        std::vector<double> log_strikes, vols;  // strikes rising
    };

    std::string name;
    double log_index = 0;
    std::vector<expiry> expiries;  // one at least, in order of time

    double log_forward(double years) const;
    /// `log_moneyness` is ln(strike / forward).
    double vol(double years, double log_moneyness) const;
    /// The ln(strike / forward) of one standard deviation at the money.
    double deviation(double years) const;

  private:
    double within(double years) const;
};

struct market_smiles {
    utc_ns time;
    std::vector<underlying_smile> underlyings;
    std::vector<std::string> without{};  // that have options, and none of these
    std::string source{};                // file that the market was read from

    /// Null when there is none.
    underlying_smile const* find(std::string const& name) const;
};

/// The forward of an expiry is the median of what its options were quoted on, the vol of a strike
/// that of its option out of the money. Expiries whose strikes do not surround their forward are
/// left out, and so are underlyings without an expiry or an index.
market_smiles smiles_of(market const& seen);

}  // namespace lockstep
