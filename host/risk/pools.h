// Pools: the cash of one account in one settlement asset together with its netting sets in that
// asset. Equity, requirement and verdict belong to a pool; an account is the sum of its pools in
// US dollars and is under water when any one of them is.
//
//     equity = cash + entry constants of futures + value of positions
//
// Every number is an integer, requirements round up and credits round down, and a verdict is a
// comparison without a division.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "host/portfolio/portfolio.h"
#include "host/risk/netting_sets.h"
#include "pricing/base/checked.h"

namespace lockstep {

/// What the backend says of a netting set, in nanos of its asset.
struct set_amounts {
    std::int64_t value;  // of the positions, futures without their entry constant
    std::int64_t initial_margin;
    std::int64_t maintenance_margin;
    bool overflowed;
};

/// Bits of a pool's and an account's flags.
namespace account_flag {
inline constexpr std::uint32_t liquidatable = 1;    // equity < maintenance margin
inline constexpr std::uint32_t initial_breach = 2;  // equity < initial margin
inline constexpr std::uint32_t overflowed = 4;      // an amount is a bound, or a size too large
inline constexpr std::uint32_t position_not_valued = 8;   // the numbers are without some position
inline constexpr std::uint32_t asset_without_price = 16;  // a pool is missing in the USD totals
inline constexpr std::uint32_t record_rejected = 32;  // of its cash or positions: see exceptions
inline constexpr std::uint32_t model_does_not_serve = 64;  // margined by the engine in its place
}  // namespace account_flag

/// "liquidatable initial_breach", for a cell.
void append_flags(std::string& out, std::uint32_t flags);

/// Relative moves in parts per million; none when no move of the ladder leads to liquidation.
inline constexpr std::int32_t no_distance = std::numeric_limits<std::int32_t>::max();

struct pool_row {
    account_id account;
    asset_id asset;
    std::uint32_t set_begin, set_end;
    std::uint32_t positions;
    std::uint32_t flags;
    money cash;
    money entry;
    money value;
    money equity;
    money initial_margin;
    money maintenance_margin;
    std::int32_t distance_down = no_distance;  // a fall of the underlyings, >= 0
    std::int32_t distance_up = no_distance;    // a rise

    int128 excess_initial() const { return int128{equity.nanos} - initial_margin.nanos; }
    int128 excess_maintenance() const { return int128{equity.nanos} - maintenance_margin.nanos; }
};

/// An amount that many pools add up to.
struct wide_money {
    int128 nanos = 0;
};

struct account_summary {
    std::uint32_t pool_begin, pool_end;
    std::uint32_t flags;
    std::int32_t distance_down = no_distance;  // of the pool nearest to liquidation
    std::int32_t distance_up = no_distance;
    wide_money equity_usd;
    wide_money initial_margin_usd;
    wide_money maintenance_margin_usd;

    int128 excess_maintenance() const { return equity_usd.nanos - maintenance_margin_usd.nanos; }
};

/// US dollars in nanos per whole unit of an asset; negative when the market does not say.
using asset_prices = std::vector<std::int64_t>;

/// USD and its stable coins are worth one; any other asset is worth the index of the underlying of
/// the same name.
asset_prices prices_of_assets(market const& market);

/// amount * price for an amount below 2^63 in magnitude, rounded as asked; an unknown price gives
/// zero.
int128 to_usd(int128 amount_nanos, std::int64_t price_nanos, rounding direction);

/// The same for a sum that may be wider than an amount.
int128 wide_to_usd(int128 sum_nanos, std::int64_t price_nanos, rounding direction);

/// Prices after relative moves of the underlyings, move(u) each: an asset that is an underlying
/// itself moves with it, dollars stay.
asset_prices prices_after(market const& market, asset_prices const& prices,
                          std::function<double(underlying_row const&)> const& move);

/// Pools in the order account, asset. Cash rows of one account and asset are added up.
std::vector<pool_row> build_pools(std::size_t accounts, std::vector<cash_row> const& cash,
                                  netting_sets const& sets);

/// Fills in value, equity, margins and the verdict. `amounts` is by netting set.
void judge_pools(std::span<pool_row> pools, std::span<set_amounts const> amounts);

/// Adds up the pools of each account and flags the incomplete ones. `pools` lie in order of
/// account.
std::vector<account_summary> build_accounts(std::size_t accounts, std::span<pool_row const> pools,
                                            std::span<account_id const> incomplete,
                                            asset_prices const& prices);

}  // namespace lockstep
