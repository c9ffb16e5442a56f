// The whole run in a few hundred numbers, however large the book is: what the summary prints and
// what the report draws. Amounts are exact integers in nanos, sums of them 128 bits wide.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "host/risk/ladder.h"
#include "host/risk/pools.h"
#include "margin/scenario.h"

namespace lockstep {

struct run_counts {
    std::uint64_t market_rows_read = 0, market_rows_used = 0;
    std::uint64_t market_rows_superseded = 0, market_rows_rejected = 0;
    std::uint64_t portfolio_rows_read = 0, portfolio_rows_used = 0, portfolio_rows_rejected = 0;
    std::uint64_t instruments = 0, instruments_valued = 0, options_off_their_mark = 0;
    std::uint64_t options = 0, futures = 0, perpetuals = 0;
    std::uint64_t accounts = 0, accounts_with_positions = 0;
    std::uint64_t cash_rows = 0, positions = 0, positions_valued = 0, positions_excluded = 0;
    std::uint64_t netting_sets = 0, pools = 0, scenarios = 0;
    std::uint64_t exceptions = 0;
    std::uint64_t liquidatable = 0, initial_breach = 0, overflowed = 0, position_not_valued = 0;
    std::uint64_t asset_without_price = 0, record_rejected = 0, model_does_not_serve = 0;
};

/// Sums over all pools of one asset.
struct asset_total {
    std::string name;
    std::int64_t price_nanos = -1;  // USD; negative when unknown
    std::uint64_t pools = 0;
    int128 cash = 0, entry = 0, value = 0, equity = 0, initial_margin = 0, maintenance_margin = 0;
};

struct usd_total {
    int128 equity = 0, initial_margin = 0, maintenance_margin = 0;
};

/// The gains of a whole book in one scenario: of everybody together, and of the netting sets that
/// lose in it (on an exchange, where every contract has two sides, the first is zero and the second
/// is what has to be collected).
struct book_scenario {
    double move;  // relative, of the underlying
    std::int32_t vol_direction;
    bool extended;
    int128 net = 0;     // nanos of the book's asset
    int128 losses = 0;  // <= 0
};

/// Sensitivities of everything held that expires at one time or has one strike.
struct greek_group {
    std::string label;
    std::uint64_t contracts_open = 0;               // instruments held by somebody
    std::array<int128, sensitivity_count> net{};    // nanos, in the sensitivity's unit
    std::array<int128, sensitivity_count> gross{};  // sum of magnitudes over instruments held long
};

struct book_overview {
    std::string name, underlying, asset;
    std::uint64_t netting_sets = 0;
    std::vector<book_scenario> scenarios;  // as in the scenario set
    std::vector<std::uint64_t> worst_in;   // by scenario: netting sets that it is the worst for
    std::vector<greek_group> by_expiry;
    std::vector<greek_group> by_strike;  // at most strike_groups_max, neighbours put together
};
inline constexpr std::size_t strike_groups_max = 48;

/// Accounts of about one equity and one requirement; each bin is a quarter of an octave wide.
struct scatter_bin {
    double equity_usd, margin_usd;  // middle of the bin; equity 0: not positive
    std::uint64_t accounts;
};

struct overview {
    std::string market_source, portfolio_source, preset_name;
    std::string farthest_from_mark;  // of the options off their mark
    utc_ns time;
    run_counts counts;
    usd_total usd;
    std::vector<asset_total> assets;
    std::vector<book_overview> books;
    std::vector<ladder_step> ladder;
    std::vector<scatter_bin> scatter;
    // Account ids, first the most noteworthy.
    std::vector<std::uint32_t> largest;      // initial margin in USD
    std::vector<std::uint32_t> nearest;      // still above water, known, least distance either way
    std::vector<std::uint32_t> under_water;  // greatest lack of maintenance margin in USD
};

/// The parts that only need accounts and pools: counts of flags, totals, rankings, scatter.
void add_accounts(overview& all, market const& market, asset_prices const& prices,
                  std::vector<pool_row> const& pools, std::vector<account_summary> const& accounts,
                  std::size_t top);

/// Nearest distance either way; no_distance when there is none.
std::int32_t nearest_distance(account_summary const& account);

/// Quarter-octave bins: 4 for each doubling, from one USD up; 0 below.
std::uint32_t bin_of(int128 usd_nanos);
double middle_of_bin(std::uint32_t bin);

}  // namespace lockstep
