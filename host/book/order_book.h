// A limit order book for one instrument: give it commands, it calls your sink with reports.
//
//     lockstep::order_book book;
//     book.apply(command, [&](lockstep::book_report const& r) { ... });
//
// README.md beside this file has the rules. Everything is an integer, nothing depends on a clock,
// an address or a hash order, and once memory has grown to what the flow needs, nothing is
// allocated. Placing, cancelling, amending and each fill cost the same however deep the book and
// the level are. The sink may not call the book. A book belongs to one thread at a time.
#pragma once

#include <bit>
#include <cstdint>
#include <stdexcept>
#include <utility>
#include <vector>

#include "host/book/account_table.h"
#include "host/book/command.h"
#include "host/book/expiry_queue.h"
#include "host/book/order_pool.h"
#include "host/book/order_row.h"
#include "host/book/price_ladder.h"
#include "host/book/taker.h"
#include "host/book/watched_price.h"

namespace lockstep {

/// One price of the depth that everybody sees.
struct depth_level {
    std::int64_t price;
    std::int64_t quantity;
    std::uint32_t orders;
    friend bool operator==(depth_level const&, depth_level const&) = default;
};

class order_book {
  public:
    explicit order_book(book_limits const& limits = {});

    /// Carries out one command. `accepted`, or why nothing was changed; the same status is
    /// reported. What an order that is placed is tagged with means nothing to the book: reports
    /// carry it, so that who hears them need not look the order up. A sink that takes an
    /// `entering_order` is asked how far each stop, and each order that only reduces, may go.
    template <class Sink>
    book_status apply(book_command const& c, Sink&& sink, std::uint32_t tag = 0);

    /// How much of this `place` would be filled at once, at no worse a price than `worst` (0: any);
    /// nothing changes. What a combination of orders in several books asks before it lets any of
    /// them in.
    std::int64_t fillable(book_command const& c, std::int64_t worst = 0);
    /// What apply() would answer to this `place`; nothing changes.
    book_status answer_to(book_command const& c, std::int64_t worst = 0);

    /// Says some commands ahead, and again fewer ahead, which account and which order will be
    /// named: whoever feeds many books has their memory at hand with it. Nothing changes.
    [[gnu::always_inline]] void expect_soon(std::uint32_t account, std::uint64_t order) const {
        accounts_.prefetch_index(account);
        __builtin_prefetch(ids_.first_line(hash_of(order)), 1);
    }
    [[gnu::always_inline]] void expect_next(std::uint32_t account) const {
        accounts_.prefetch_row(account);
    }
    [[gnu::always_inline]] void expect_now(std::uint32_t account, order_side side) const {
        accounts_.prefetch_tail(account, side);
    }
    [[gnu::always_inline]] void expect_find_soon(std::uint64_t order) const {
        __builtin_prefetch(ids_.first_line(hash_of(order)));
    }
    [[gnu::always_inline]] void expect_find_next(std::uint64_t order) const {
        std::uint32_t const slot = ids_.guess(hash_of(order));
        if (slot != no_index) __builtin_prefetch(&nodes_[slot]);
    }

    /// From now on trades take place from `lowest` to `highest` alone, in ticks; at first at any
    /// price. No row says so: who brings a book back says it again.
    void trade_within(std::int64_t lowest, std::int64_t highest) {
        lowest_ = lowest;
        highest_ = highest;
    }
    /// Cancels what rests on a side at prices worse for itself than `price`, the worst first, where
    /// it may not trade or `leaves(tag, price)` says so. Nothing that waits in line enters.
    template <class Leaves, class Sink>
    void leave_behind(order_side side, std::int64_t price, Leaves&& leaves, Sink&& sink);

    // ---- looking at it -------------------------------------------------------------------------
    /// The best price of a side; 0 when the side is empty.
    std::int64_t best(order_side side) const {
        price_ladder const& side_levels = resting_[index_of(side)];
        return side_levels.empty() ? 0 : levels_[side_levels.best_level()].price;
    }
    /// Fills `out` with up to `count` levels, best first, and returns how many there are.
    std::size_t depth(order_side side, depth_level* out, std::size_t count) const;
    /// The row of one open order; state `free` when there is none.
    order_row find(std::uint64_t order) const;
    std::uint32_t open_orders() const { return nodes_.in_use(); }
    std::int64_t position(std::uint32_t account) const {
        std::uint32_t const row = accounts_.find(account);
        return row == no_index ? 0 : accounts_[row].position;
    }
    std::int64_t last_price() const { return watched_[0].price; }
    std::int64_t mark_price() const { return watched_[1].price; }
    std::int64_t time() const { return time_; }
    bool suspended() const { return suspended_; }
    book_limits const& limits() const { return limits_; }

    // ---- at rest -------------------------------------------------------------------------------
    book_rows export_rows() const;
    /// The first row of the export, but for the number of positions, which stays zero.
    book_header_row header() const;
    /// Calls visit(order_row) for each order that moves with a price and not with a report.
    template <class Visit>
    void each_trailing(Visit&& visit) const;
    /// Fills an empty book. Throws std::invalid_argument when the rows contradict the rules or
    /// each other; the book is then of no further use.
    void import_rows(book_rows const& rows);

  private:
    using taker = detail::taker;
    using plan = detail::plan;
    using watched_price = detail::watched_price;

    static constexpr std::uint32_t due_level = 0;

    static int index_of(order_side s) { return static_cast<int>(s); }
    static bool is_stop(order_type t) { return t >= order_type::stop; }
    static bool has_limit(order_type t) {
        return t == order_type::limit || t == order_type::stop_limit;
    }
    static bool outlives_entry(time_in_force f) {
        return f == time_in_force::good_til_cancelled || f == time_in_force::good_til_date;
    }
    static bool may_rest(order_terms const& t) {
        return has_limit(t.type) && outlives_entry(t.force);
    }

    /// Resting levels: the best is the highest bid, the lowest offer. Stops: the best is hit first.
    std::uint64_t resting_key(order_side s, std::int64_t price) const {
        return static_cast<std::uint64_t>(s == order_side::buy ? price_mask_ - price : price);
    }
    std::uint64_t trigger_key(order_side s, std::int64_t trigger) const {
        return static_cast<std::uint64_t>(s == order_side::buy ? trigger
                                                               : 2 * price_mask_ + 1 - trigger);
    }
    bool crosses(order_side s, std::int64_t price) const {
        price_ladder const& makers = resting_[index_of(opposite(s))];
        std::uint64_t const limit =
            price == 0 ? price_ladder::no_key - 1 : resting_key(opposite(s), price);
        return makers.best_key() <= limit;
    }

    /// Whether this price is beyond the band, to the harm of an order on this side that trades
    /// there.
    bool harms(order_side s, std::int64_t price) const {
        return s == order_side::buy ? price > highest_ : price < lowest_;
    }
    bool harms(taker const& t, std::int64_t price) const {
        return harms(t.terms.side, price) || t.is_beyond_its_worst(price);
    }

    // order_book_checks.h
    book_status check_terms(book_command const& c) const;
    book_status check_ranges(book_command const& c) const;
    book_status check_place(book_command const& c, taker& t, std::int64_t& cut);
    book_status check_entry(taker const& t, std::int64_t& cut);
    book_status check_open(book_command const& c, std::uint32_t& slot) const;
    book_status check_amend(book_command const& c, std::uint32_t& slot) const;

    // order_book_match.h
    std::int64_t fillable(taker const& t);
    void plan_level(taker const& t, std::uint32_t level, plan& p);
    void plan_meeting(taker const& t, std::uint32_t slot, std::int64_t& open, std::int64_t visible,
                      plan& p);
    void plan_trade(std::uint32_t account, order_side side, std::int64_t quantity);
    template <class Sink>
    void enter(taker& t, Sink& sink);
    template <class Sink>
    void match(taker& t, Sink& sink);
    template <class Sink>
    bool cut_maker(std::uint32_t slot, Sink& sink);
    template <class Sink>
    bool prevent_self_trade(taker& t, std::uint32_t slot, Sink& sink);
    template <class Sink>
    void consume(std::uint32_t slot, std::int64_t quantity, Sink& sink);
    template <class Sink>
    void rest(taker& t, Sink& sink);
    template <class Sink>
    void cut_taker(taker& t, std::int64_t cut, Sink& sink);

    // order_book_commands.h
    template <class Sink>
    book_status place(book_command const& c, std::uint32_t tag, Sink& sink);
    template <class Sink>
    book_status amend(book_command const& c, Sink& sink);
    template <class Sink>
    book_status amend_resting(book_command const& c, std::uint32_t slot, std::int64_t open,
                              Sink& sink);
    template <class Sink>
    void amend_dormant(book_command const& c, std::uint32_t slot, std::int64_t open, Sink& sink);
    template <class Sink>
    book_status reduce(book_command const& c, Sink& sink);
    template <class Sink>
    book_status cancel(book_command const& c, Sink& sink);
    template <class Sink>
    book_status cancel_all(book_command const& c, Sink& sink);
    template <class Sink>
    book_status advance_time(book_command const& c, Sink& sink);
    template <class Sink>
    book_status mark(book_command const& c, Sink& sink);
    template <class Sink>
    book_status resume(Sink& sink);
    book_status set_position(book_command const& c);
    template <class Sink>
    void leave_closed(Sink& sink);
    template <class Sink>
    void cancel_slot(std::uint32_t slot, book_reason why, Sink& sink);
    taker taker_of(std::uint32_t slot) const;

    // order_book_stops.h
    template <class Sink>
    void place_stop(taker const& t, book_command const& c, Sink& sink);
    template <class Sink>
    void print(int source, std::int64_t price, Sink& sink);
    template <class Sink>
    void trigger_if_hit(std::uint32_t slot, Sink& sink);
    template <class Sink>
    void make_due(std::uint32_t slot, std::int64_t price, Sink& sink);
    template <class Sink>
    void fire(int source, Sink& sink);
    template <class Sink>
    void enter_due(Sink& sink);
    void follow(int source);
    void wake_again(int source);
    void link_dormant(std::uint32_t slot);
    void link_trailing(std::uint32_t slot);
    void unlink_trailing(std::uint32_t slot);
    static std::int64_t trailing_trigger(order_node const& n, order_extra const& x);

    // order_book_memory.h
    std::uint32_t slot_of(std::uint64_t order) const {
        return ids_.find(hash_of(order),
                         [&](std::uint32_t slot) { return nodes_[slot].id == order; });
    }
    /// The limit of an order; 0: none.
    std::int64_t price_of(std::uint32_t slot) const {
        order_node const& n = nodes_[slot];
        return n.state == order_state::resting ? levels_[n.level].price : extras_[slot].price;
    }
    std::uint32_t allocate(taker const& t, bool has_extra);
    void set_tag(std::uint32_t slot, std::uint32_t tag);
    void drop(std::uint32_t slot);
    void link(price_ladder& ladder, std::uint64_t key, std::int64_t price, std::uint32_t slot);
    void link_to_level(std::uint32_t level, std::uint32_t slot);
    void unlink(std::uint32_t slot);
    void erase_level(std::uint32_t slot, std::uint32_t level);
    void take_off(std::uint32_t slot, std::int64_t quantity);

    // order_book_rows.h
    order_row row_of(std::uint32_t slot) const;
    void append_rows(price_ladder const& ladder, std::vector<order_row>& out) const;
    void append_level(std::uint32_t level, std::vector<order_row>& out) const;
    std::uint32_t import_order(order_row const& r);
    void check_row(order_row const& r) const;

    book_limits limits_;
    std::int64_t price_mask_;
    std::int64_t time_ = int64_min;
    std::uint64_t sequence_ = 0;
    bool suspended_ = false;
    std::int64_t lowest_ = 0, highest_ = int64_max;  // at which trades take place
    watched_price watched_[2];
    price_ladder resting_[2];
    price_ladder dormant_[2][2];  // by source, by side
    row_pool<order_node, &order_node::next> nodes_;
    std::vector<order_extra> extras_;  // by slot
    big_vector<std::uint32_t> tags_;   // by slot
    row_pool<price_level, &price_level::head> levels_;
    hash_index ids_{6};
    account_table accounts_;
    expiry_queue expiries_;

    // Scratch of fillable().
    struct planned_iceberg {
        std::uint32_t slot;
        std::int64_t open;
    };
    std::vector<planned_iceberg> icebergs_;
    std::vector<std::int64_t> planned_;  // by row of the account: what it would trade, signed
    std::vector<std::uint32_t> planned_accounts_;
};

}  // namespace lockstep

#include "host/book/order_book_checks.h"
#include "host/book/order_book_commands.h"
#include "host/book/order_book_match.h"
#include "host/book/order_book_memory.h"
#include "host/book/order_book_rows.h"
#include "host/book/order_book_stops.h"
