// A scenario history: how the factors of a market moved from each snapshot to the next. The factors
// of an underlying are its forward and its vol at the money at a few fixed numbers of days to
// expiry; 0 days is the index itself. data/FORMATS.md describes the file.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "host/market/market.h"

namespace lockstep {

inline constexpr std::array<double, 6> tail_tenors{0, 7, 30, 90, 180, 365};  // days

/// Logarithms of the ratios of later to earlier.
struct factor_move {
    double forward, vol;
};

struct tail_history {
    std::vector<std::string> underlyings;
    std::vector<utc_ns> times;       // of each scenario: when its later snapshot was taken
    std::vector<factor_move> moves;  // by scenario, underlying, tenor

    std::size_t scenarios() const { return times.size(); }
    std::size_t factors() const { return underlyings.size() * tail_tenors.size(); }
    factor_move const& at(std::size_t scenario, std::size_t underlying, std::size_t tenor) const {
        return moves[(scenario * underlyings.size() + underlying) * tail_tenors.size() + tenor];
    }
    /// At any number of days to expiry: in straight lines between tenors, level beyond the last.
    factor_move between(std::size_t scenario, std::size_t underlying, double days) const;
};

/// The factors of one snapshot: forward and vol by underlying and tenor.
struct market_factors {
    utc_ns time;
    std::vector<std::string> underlyings;
    std::vector<factor_move> levels;  // logarithms
};

/// Forwards come from the medians of what an expiry's options were quoted on, and vols from the two
/// strikes around it; in between, log forwards and total variances go in straight lines of time.
/// Underlyings without an index or two expiries of options are left out.
market_factors factors_of(market const& seen);

/// The moves between snapshots in order of time. An underlying that any snapshot lacks is left out.
/// Throws input_error when times do not rise or nothing is left.
tail_history history_of(std::vector<market_factors> const& snapshots);

std::string history_text(tail_history const& history);

/// Throws input_error that names file and line.
tail_history read_tail_history(std::string const& path);

}  // namespace lockstep
