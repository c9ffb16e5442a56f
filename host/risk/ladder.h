// The liquidation ladder: the whole book revalued, requirements included, after the underlyings
// have moved together by a fixed relative step with each instrument's volatility held. It answers
// two questions: how far each pool is from liquidation, and how many accounts a move would push
// under water.
//
// A pool's distance is where equity meets the maintenance margin. Both are exact at every step of
// the ladder; between the last step that the pool survives and the first that it does not, the
// excess is taken to be linear, and the distance is rounded down to a millionth (towards "nearer").
// A pool that survives every step has no distance. In a pool with several underlyings all of them
// move; cash stays. Distances and counts come from amounts in the pool's own asset, whatever it is
// worth; amounts in USD are at the prices after the move, as those of a stress are.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "host/risk/pools.h"

namespace lockstep {

/// Relative moves in parts per million, from the nearest to the farthest.
std::span<std::int32_t const> ladder_moves_down();  // negative
std::span<std::int32_t const> ladder_moves_up();    // positive

/// What a move would do to the book.
struct ladder_step {
    std::int32_t move_ppm;
    std::uint64_t accounts_liquidatable = 0;
    std::uint64_t accounts_negative = 0;  // with negative equity in some pool
    int128 maintenance_margin_usd = 0;    // these three at the prices after the move
    int128 shortfall_usd = 0;             // what pools lack to their maintenance margin
    int128 loss_usd = 0;                  // negative equity: what a fund would have to cover
};

/// Values every netting set after a relative move; a new batch for each call.
using revalue = std::function<std::span<set_amounts const>(std::int32_t move_ppm)>;

/// Dollar prices of assets after a relative move: what a step's amounts are converted at.
using prices_at = std::function<asset_prices(std::int32_t move_ppm)>;

/// Called before each step with steps done and steps in all, to draw a bar.
using ladder_progress = std::function<void(std::size_t, std::size_t)>;

/// Fills in distance_down and distance_up of the judged pools; gives the steps in ascending order
/// of move, zero included. Pools of accounts for which `left_out` is true count nowhere: they have
/// no verdict of their own. Pools that some step cannot add up are flagged as overflowed.
std::vector<ladder_step> climb(
    std::span<pool_row> pools, prices_at const& prices, revalue const& revalued,
    ladder_progress const& progress,
    std::function<bool(account_id)> const& left_out = [](account_id) { return false; });

/// Where a line from `excess` > = 0 at `from` to `excess_after` < 0 at `to` crosses zero: a
/// magnitude in parts per million, rounded down.
std::int32_t crossing_ppm(std::int32_t from, std::int32_t to, int128 excess, int128 excess_after);

}  // namespace lockstep
