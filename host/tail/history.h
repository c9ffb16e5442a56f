// A scenario history: how the factors of a market moved from each snapshot to the next. The factors
// of an underlying are, at a few fixed numbers of days to expiry, its forward and the vols of a few
// strikes; 0 days is the index itself. data/FORMATS.md describes the file.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "host/tail/smile.h"

namespace lockstep {

inline constexpr std::array<double, 6> tail_tenors{0, 7, 30, 90, 180, 365};  // days
/// Where a smile's moves are kept: ln(strike / forward) in standard deviations at the money.
inline constexpr std::array<double, 5> tail_strikes{-2, -1, 0, 1, 2};

/// Logarithms of the ratios of later to earlier; a vol's is that of one strike, which stays while
/// the forward moves away under it.
struct factor_move {
    double forward;
    std::array<double, tail_strikes.size()> vol;
};

/// What happens to one instrument.
struct quote_move {
    double forward, vol;
};

struct tail_history {
    std::vector<std::string> underlyings;
    std::vector<utc_ns> times;       // of each scenario: when its later snapshot was taken
    std::vector<factor_move> moves;  // by scenario, underlying, tenor
    std::string origin{"the scenario history"};  // for complaints

    std::size_t scenarios() const { return times.size(); }
    std::size_t tenors() const { return underlyings.size() * tail_tenors.size(); }
    factor_move const& at(std::size_t scenario, std::size_t underlying, std::size_t tenor) const {
        return moves[(scenario * underlyings.size() + underlying) * tail_tenors.size() + tenor];
    }
    /// At any number of days to expiry and of standard deviations between forward and strike: in
    /// straight lines, level beyond the last.
    quote_move between(std::size_t scenario, std::size_t underlying, double days,
                       double deviations) const;
};

/// The moves between snapshots in order of time. An underlying that any snapshot lacks is left out.
/// Throws input_error when times do not rise or nothing is left.
tail_history history_of(std::vector<market_smiles> const& snapshots);

std::string history_text(tail_history const& history);

/// Throws input_error that names file and line.
tail_history read_tail_history(std::string const& path);

}  // namespace lockstep
