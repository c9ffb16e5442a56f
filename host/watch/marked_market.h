// The market of a watch: the last good quote of every instrument, the state of its feed, and risk
// arrays and margin rules at the market as quoted and at each move of the bands.
//
// Everything is valued at the moment of its own last quote, and a rule at that of its underlying's
// last index, so that time passes for what is quoted and for nothing else: a row depends on its
// quote alone, and what did not move need not be computed again.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

#include "host/margin/preset.h"
#include "host/margin/risk_table.h"
#include "host/market/market.h"
#include "host/risk/arrays.h"
#include "host/watch/tick.h"
#include "host/watch/verdict.h"
#include "kernels/backend.h"

namespace lockstep {

/// Of what an instrument's prices come from; in rising order of concern.
enum class feed_state : std::uint8_t { live = 0, stale, expired, quarantined };
inline constexpr std::size_t feed_state_count = 4;
char const* word(feed_state state);

struct feed_limits {
    std::int64_t stale_after_ns = 60'000'000'000;  // without a quote, by the ticks' own time
    bool bands = true;   // false: nothing is valued at the moves of the bands
    bool bounds = true;  // false: how far a row has moved is not asked, and every holder is checked
};

/// How far a row's move can carry those that hold its instrument, per nano-contract, at whichever
/// move of the bands it does most: margin/portfolio_bound.h.
struct row_movement {
    double bound;  // nanos; zero where nothing has moved
    double reach;  // nanos of the row's largest cell
};

/// What a tick has moved.
struct market_change {
    std::vector<std::uint32_t> rows;  // instruments whose risk arrays are new; each once, rising
    std::vector<row_movement> movements;  // by instrument; none where they are not asked for
    std::vector<double> rule_movements;   // by book: nanos for each of its sets
    std::vector<std::uint32_t> feeds;     // instruments whose feed state is new; each once, rising
    std::vector<std::uint8_t> books;      // by book: 1 where the rule is new
    bool refused_as_older = false;     // the tick is older than the one before: nothing was taken
    std::uint32_t prices_refused = 0;  // missing, or none that nanos hold

    bool rules_moved() const { return std::find(books.begin(), books.end(), 1) != books.end(); }
};

class marked_market {
  public:
    /// All quotes of `listed` are as old as its records say.
    marked_market(market listed, margin_preset const& preset, feed_limits const& limits,
                  backend& device);

    /// Than the latest one that was taken.
    bool is_older(tick const& t) const { return t.time < listed_.time; }
    /// With bounds: the movements too, where anything has moved.
    market_change apply(tick const& t, bool bounds);

    market const& listed() const { return listed_; }
    book_table const& books() const { return books_; }
    utc_ns now() const { return listed_.time; }
    std::size_t moves() const { return at_move_.size(); }
    risk_matrix matrix(std::size_t move) const { return at_move_[move]->table.matrix(); }
    book_rules const& rules(std::size_t move) const { return at_move_[move]->rules; }
    std::vector<risk_inputs> const& inputs() const { return inputs_; }
    std::vector<feed_state> const& feeds() const { return feeds_; }
    margin_preset const& preset() const { return preset_; }
    /// When an underlying's index was quoted.
    utc_ns index_time(std::uint32_t underlying) const { return index_time_[underlying]; }

  private:
    struct market_at_move {
        book_rules rules;
        mutable risk_table table;
        std::vector<margin_rules> rules_before;  // the latest tick
        risk_table spare;
    };

    void take_marks(tick const& t, market_change& change);
    void take_indexes(tick const& t, market_change& change);
    bool take_index(std::uint32_t u, double index, utc_ns time, market_change& change);
    bool has_arrays(std::uint32_t instrument) const;
    feed_state state_of(std::uint32_t instrument) const;
    void look_at_feeds(market_change& change);
    void value_rows(market_change& change, bool bounds);
    void value_all(market_change& change);
    void value_some(market_change& change);
    void look_at_movement(market_change& change, std::size_t move, std::uint32_t i,
                          risk_matrix const& fresh, std::size_t j) const;
    void look_at_rules(market_change& change) const;

    market listed_;
    margin_preset preset_;
    feed_limits limits_;
    backend& device_;
    book_table books_;
    std::vector<risk_inputs> inputs_;
    std::vector<utc_ns> index_time_;             // by underlying
    std::vector<std::uint8_t> bad_, index_bad_;  // by instrument, by underlying
    std::vector<feed_state> feeds_;
    std::vector<std::unique_ptr<market_at_move>> at_move_;
};

}  // namespace lockstep
