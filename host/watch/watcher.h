// The core of a watch: a portfolio under a market that moves. A tick marks what moved again and
// looks at every netting set that holds it. Where a bound proves that the move changes no decision
// (movement_screen.h), that is all; the others are checked by the rule. Verdicts, bands and reasons
// are after every tick what a check of everything would say; amounts are so once catch_up() has
// been called, bit for bit. Nothing here knows a clock, a file or a socket.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "host/base/hash_index.h"
#include "host/portfolio/portfolio.h"
#include "host/risk/netting_sets.h"
#include "host/risk/pools.h"
#include "host/watch/marked_market.h"
#include "host/watch/movement_screen.h"
#include "host/watch/reached_sets.h"
#include "host/watch/verdict.h"
#include "pricing/base/digest.h"

namespace lockstep {

/// The stages of a tick, for whoever times them.
enum class watch_stage : std::uint8_t { mark, find, check, judge, bands };
using stage_listener = std::function<void(watch_stage)>;  // called when a stage ends

/// A pool of which another thing is now said.
struct verdict_change {
    std::uint32_t pool;
    verdict was;
    band was_near;
};

struct tick_report {
    market_change market;
    std::size_t sets_checked = 0;         // by the rule
    std::uint64_t positions_bounded = 0;  // that moved, and were weighed against a bound
    std::vector<verdict_change> changes;  // in the order of the pools
};

/// How many accounts stand where, each counting as its worst pool; and what pools add up to.
struct watch_counts {
    std::array<std::uint64_t, verdict_count> by_verdict{};
    std::array<std::uint64_t, band_count> by_band{};
    std::array<std::uint64_t, band_count> pools_by_band{};  // that are not withheld
    std::array<std::uint64_t, withheld_reason::count>
        pools_withheld{};      // one may count for several
    int128 shortfall_usd = 0;  // what liquidatable pools lack to their maintenance margin
    int128 loss_usd = 0;       // negative equity of all pools, as a positive amount
};

class watcher {
  public:
    /// Throws input_error as group_positions and open_books do.
    watcher(market listed, portfolio held, margin_preset const& preset, feed_limits const& limits,
            backend& device);

    tick_report apply(tick const& t, stage_listener const& ended = {});

    /// What the ledger says replaces what was known; the account's pools are checked again.
    tick_report apply(cash_command const& command);
    tick_report apply(position_command const& command);
    /// Pays at the delivery price: an option what it is worth, a future its gain on the entry
    /// price, each rounded down.
    tick_report apply(settle_command const& command);

    /// Checks everything; gives what changed, which after a tick is nothing.
    tick_report check_all();

    /// Brings the amounts up to the latest tick of those whose decisions it left alone.
    void catch_up();
    /// Those of one account alone.
    void catch_up(account_id account);

    marked_market const& market_now() const { return market_; }
    std::vector<std::string> const& account_names() const { return held_.accounts; }
    netting_sets const& sets() const { return sets_; }
    std::span<holding_row const> holdings() const { return held_.positions; }
    /// The account's in the instrument; null when there is none.
    holding_row const* held_by(account_id account, instrument_id instrument) const;
    std::span<pool_row const> pools() const { return pools_; }
    std::span<pool_verdict const> verdicts() const { return verdicts_; }
    view<check_row const> checks() const { return checks_[0]; }
    /// The pools of an account: first and one past the last.
    std::pair<std::uint32_t, std::uint32_t> pools_of(account_id account) const;
    backend& device() const { return device_; }

    /// Of all pools as they stand; the amounts of those that lack something are brought up to the
    /// latest tick for it.
    watch_counts count();
    /// The pools that an operator looks at first: liquidatable ones by what they lack in USD, then
    /// the others by band, and within it by maintenance margin over equity. None that are withheld,
    /// and none of which no margin is asked, as it stands or at a band's move. Their amounts are
    /// brought up to the latest tick.
    std::vector<std::uint32_t> worst(std::size_t most);
    /// Of every pool's verdict with its amounts, caught up.
    digest128 digest();
    /// Of what is decided alone: verdicts, bands, reasons.
    digest128 digest_of_decisions() const;

  private:
    /// What a verdict needs of a pool and no tick changes; every pool is read on every tick.
    struct pool_basis {
        std::int64_t own;  // cash and entry constants
        std::uint32_t set_begin;
        std::uint16_t reasons;
    };
    pool_basis basis_of(pool_row const& pool) const;

    void group();
    bool is_worth_bounding() const;
    std::uint64_t find(market_change const& moved);
    void reach_pool(std::uint32_t pool);
    void complete_pools(std::vector<std::uint8_t>& marks) const;
    void look_at_feeds(std::uint32_t set);
    /// Moves [first, last) of the market.
    void check(std::vector<std::uint32_t> const* which, std::size_t first, std::size_t last);
    void judge(std::uint32_t pool, pool_verdict& v) const;
    band band_of(std::uint32_t pool) const;
    int128 excess_at(std::uint32_t pool, std::size_t move) const;
    bool is_under_water(std::size_t pool) const {
        return verdicts_[pool].says == verdict::liquidatable;
    }
    template <class IsAskedT>
    void catch_up_where(IsAskedT const& is_asked);
    void catch_up_from(band nearest);
    double distance_to_decision(std::uint32_t pool) const;
    void look_at_allowances();
    void give_room(std::uint32_t pool);
    tick_report check_reached(stage_listener const& ended);
    tick_report regroup();
    void index_holdings();
    std::uint32_t holding(account_id account, instrument_id instrument) const;
    void hold(std::uint32_t row, holding_row const& now);
    std::pair<std::uint32_t, bool> pool_of(account_id account, asset_id asset) const;
    void open_pool(std::uint32_t p, account_id account, asset_id asset);
    /// A pool, one of its sets and where in it a position is, or would come to stand; and what of
    /// them is there.
    struct place {
        std::uint32_t pool, set, position;
        bool has_pool, has_set, is_taken;
    };
    place place_of(account_id account, instrument_id instrument) const;
    bool change_in_place(place const& at, holding_row const& from, holding_row const& to);
    void set_fault(std::uint32_t pool, holding_row const& held, position_fault fault);
    void open_set(place const& at, std::uint32_t book);
    void put(place const& at, instrument_id instrument, std::int64_t lots, std::uint8_t exponent);
    static int128 cost_of(instrument_row const& contract, holding_row const& held);
    void reside_again(std::size_t first, std::size_t last);
    /// By account and asset.
    using payments = std::map<std::pair<std::uint32_t, std::uint32_t>, checked_int64>;
    void find_settled(std::vector<std::uint8_t> const& settled, std::vector<std::uint32_t>& rows,
                      std::vector<std::uint32_t>& sets) const;
    bool release(place const& at, holding_row const& held);
    bool receive(std::uint32_t pool, checked_int64 due);
    void pay(payments paid);
    void take_out(std::vector<std::uint8_t> const& instruments,
                  std::vector<std::uint32_t> const& sets);
    void use_coarsest_lots(std::uint32_t set, std::uint32_t end);
    void set_cash(account_id account, asset_id asset, money amount);
    void keep_pool(account_id account, asset_id asset);

    backend& device_;
    feed_limits limits_;
    marked_market market_;
    portfolio held_;
    hash_index holdings_;  // rows of held_.positions by account and instrument
    /// Account and asset of cash that payments have led out of 64 bits: until the ledger says it.
    std::set<std::pair<std::uint32_t, std::uint32_t>> cash_overflowed_;
    netting_sets sets_;
    std::vector<pool_row> pools_;
    std::vector<std::uint32_t> pool_of_set_, pool_of_account_;  // the first; accounts + 1
    std::vector<std::uint32_t> pools_of_several_;               // sets
    std::vector<pool_basis> basis_;                             // by pool, and one past the last
    std::vector<std::uint16_t> feed_reasons_;                   // by set
    std::unique_ptr<resident_portfolio> resident_;  // the sets, with an answer for each move
    std::vector<view<check_row const>> checks_;     // its answers: by move, by set
    std::vector<pool_verdict> verdicts_;            // by pool
    reached_sets reached_;                          // by the latest tick or command
    reached_sets asked_;                   // and behind: of those whose amounts were asked for last
    std::optional<watch_counts> counted_;  // since the latest tick or command
    movement_screen screen_;
    std::vector<double> allowances_;  // by book: nanos that rounding may take of a set's room
    bool behind_ = false;             // amounts of some sets are of an earlier tick
};

}  // namespace lockstep
