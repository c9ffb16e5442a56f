#include "host/watch/distance.h"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <utility>

#include "host/risk/ladder.h"

namespace lockstep {

namespace {

/// One pool cut out of the book, with the instruments that it holds and no others.
class pool_alone {
  public:
    pool_alone(watcher const& watch, std::uint32_t pool)
        : watch_(watch), pool_(watch.pools()[pool]) {
        netting_sets const& sets = watch.sets();
        for (std::uint32_t s = pool_.set_begin; s < pool_.set_end; ++s) {
            for (std::uint32_t p = sets.begin[s]; p < sets.begin[s + 1]; ++p) {
                instrument_.push_back(static_cast<std::uint32_t>(inputs_.size()));
                inputs_.push_back(watch.market_now().inputs()[sets.instrument[p]]);
                lots_.push_back(sets.lots[p]);
            }
            begin_.push_back(static_cast<std::uint32_t>(lots_.size()));
            lot_exponent_.push_back(sets.lot_exponent[s]);
            rule_.push_back(sets.rule[s]);
        }
        rules_ = watch.market_now().rules(0);
        table_.emplace(inputs_.size(), rules_.scenarios());
        rows_.resize(rule_.size());
    }

    /// Equity less maintenance margin after a move.
    int128 excess(std::int32_t move_ppm) {
        marked_market const& market = watch_.market_now();
        double const move = move_ppm / 1e6;
        for (std::uint32_t const b : rule_) {
            book_row const& book = market.books().rows[b];
            rules_.rules[b] = rules_of_book(market.preset(), market.listed(), book,
                                            market.index_time(book.underlying.value), move);
        }
        compute_arrays(inputs_, rules_, move, watch_.device(), table_->matrix());
        position_batch const positions{
            view_of(std::as_const(begin_)), view_of(std::as_const(instrument_)),
            view_of(std::as_const(lots_)),  view_of(std::as_const(lot_exponent_)),
            view_of(std::as_const(rule_)),  {}};
        watch_.device().check({positions,
                               table_->matrix(),
                               view_of(std::as_const(rules_.rules)),
                               {},
                               view_of(rows_)});
        int128 sum = int128{pool_.cash.nanos} + pool_.entry.nanos;
        for (check_row const& row : rows_)
            sum += int128{row.value.nanos} - row.maintenance_margin.nanos;
        return sum;
    }

  private:
    watcher const& watch_;
    pool_row const& pool_;
    std::vector<risk_inputs> inputs_;
    std::vector<std::uint32_t> begin_{0}, instrument_, rule_;
    std::vector<std::int64_t> lots_;
    std::vector<std::uint8_t> lot_exponent_;
    book_rules rules_;
    std::optional<risk_table> table_;
    std::vector<check_row> rows_;
};

/// The ladder's steps and the bands' on the same side, from the nearest to the farthest.
std::vector<std::int32_t> with_bands(std::span<std::int32_t const> ladder) {
    std::vector<std::int32_t> moves(ladder.begin(), ladder.end());
    for (std::int32_t const move : watch_moves_ppm)
        if (move != 0 && (move < 0) == (moves.front() < 0)) moves.push_back(move);
    std::sort(moves.begin(), moves.end(),
              [](std::int32_t a, std::int32_t b) { return std::abs(a) < std::abs(b); });
    return moves;
}

std::int32_t search(pool_alone& pool, std::span<std::int32_t const> ladder) {
    std::vector<std::int32_t> const moves = with_bands(ladder);
    std::int32_t survives = 0;
    for (std::int32_t dies : moves) {
        if (pool.excess(dies) >= 0) {
            survives = dies;
            continue;
        }
        while (std::abs(dies - survives) > 1) {
            std::int32_t const middle = survives + (dies - survives) / 2;
            (pool.excess(middle) < 0 ? dies : survives) = middle;
        }
        return std::abs(survives);
    }
    return no_distance;
}

}  // namespace

pool_distance distance_of(watcher const& watch, std::uint32_t pool) {
    pool_row const& row = watch.pools()[pool];
    if (row.positions == 0) return {};
    pool_alone alone(watch, pool);
    if (alone.excess(0) < 0) return {0, 0};
    return {search(alone, ladder_moves_down()), search(alone, ladder_moves_up())};
}

}  // namespace lockstep
