// An isolated account: it trades one instrument, with margin of its own by the leverage that its
// holder chose when it was made (in every tier of the instrument at least), and its losses end with
// its cash. What lies beyond is the insurance fund's, never that of its owner's other accounts; for
// those it pays as any account does, so that cash is no safer in it than elsewhere.
//
// Source: isolated margin and maintenance by the instrument's largest leverage as documented by
// Hyperliquid and dYdX; rounding of requirements as in margin/model/leverage_tiers.h.
#pragma once

#include "margin/ledger/notional.h"
#include "margin/ledger/status.h"
#include "margin/state/account.h"
#include "margin/state/listing.h"

namespace lockstep {

/// Whether the account is isolated to another instrument than this one.
LOCKSTEP_HD constexpr bool is_isolated_from(account_row const& a, std::uint32_t instrument) {
    return a.isolated_to != 0 && a.isolated_to != instrument + std::uint64_t{1};
}

/// Ties a new account to an instrument. `leverage` in whole times; 0: as much as the instrument
/// allows.
LOCKSTEP_HD constexpr apply_status isolate(account_row& a, listing_row const& l,
                                           std::uint32_t instrument, std::uint32_t leverage) {
    if (!(a.asset == l.contract.settle_asset))
        return apply_status::instrument_settles_in_another_asset;
    std::uint32_t rate = l.initial_ppm;
    if (leverage != 0) rate = static_cast<std::uint32_t>(divide(ppm, leverage, rounding::up));
    if (rate < l.initial_ppm) return apply_status::rate_is_out_of_range;
    a.isolated_to = instrument + 1;
    a.isolated_ppm = rate;
    return apply_status::applied;
}

}  // namespace lockstep
