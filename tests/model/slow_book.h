// The order book once more, from the text of host/book/README.md: one list of orders, every
// question answered by looking at all of them, every "what if" by trying it on a copy. Too slow for
// anything but saying what is right.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <set>
#include <vector>

#include "host/book/command.h"
#include "host/book/order_row.h"

namespace lockstep::model {

inline bool lives_on(time_in_force f) {
    return f == time_in_force::good_til_cancelled || f == time_in_force::good_til_date;
}
inline bool has_limit(order_type t) {
    return t == order_type::limit || t == order_type::stop_limit;
}
/// Does a taker of this side accept this price, given its limit (0: any)?
inline bool within(order_side taker, std::int64_t price, std::int64_t limit) {
    if (limit == 0) return true;
    return taker == order_side::buy ? price <= limit : price >= limit;
}

class slow_book {
  public:
    explicit slow_book(book_limits const& limits = {}) : limits_(limits) {}

    book_status apply(book_command const& c, std::vector<book_report>& reports,
                      std::uint32_t tag = 0);
    std::int64_t fillable(book_command const& c, std::int64_t worst = 0) const;
    void trade_within(std::int64_t lowest, std::int64_t highest) {
        lowest_ = lowest;
        highest_ = highest;
    }
    /// The worst price for a stop that enters, or what only reduces; 0: any.
    void bound_entering(std::function<std::int64_t(entering_order const&)> worst) {
        worst_price_ = std::move(worst);
    }
    void leave_behind(order_side side, std::int64_t price,
                      std::function<bool(std::uint32_t, std::int64_t)> const& leaves,
                      std::vector<book_report>& reports);
    book_rows export_rows() const;
    std::size_t open_orders() const { return orders_.size(); }

  private:
    struct order {
        std::uint64_t id, sequence;
        std::uint32_t account, owner;
        order_side side;
        order_type type;
        time_in_force force;
        self_trade prevention;
        std::uint8_t flags;
        std::int64_t price, visible, hidden, filled, display, until;
        std::int64_t trigger, distance, extreme;
        order_state state;
        std::uint64_t rank;  // when it came to where it is
        std::uint32_t tag = 0;
        std::int64_t worst = 0;  // price, of one that enters

        std::int64_t open() const { return visible + hidden; }
        bool has(std::uint8_t flag) const { return (flags & flag) != 0; }
        bool stops() const { return type >= order_type::stop; }
    };
    using place_in_list = std::list<order>::iterator;

    /// As it comes to the book: all of it to be seen, and nothing filled.
    static order order_of(book_command const& c, std::uint32_t tag = 0);

    book_status check_new(book_command const& c) const;
    book_status check_entry(order const& o, std::int64_t& cut) const;
    book_status check_amend(book_command const& c);
    book_status place(book_command const& c, std::uint32_t tag);
    book_status amend(book_command const& c);
    book_status reduce(book_command const& c);
    book_status cancel(book_command const& c);
    book_status cancel_all(book_command const& c);
    book_status advance_time(book_command const& c);
    book_status mark(book_command const& c);
    book_status resume();
    book_status set_position(book_command const& c);

    void enter(order o);
    book_reason match(order& o);
    bool meet(order& taker, place_in_list maker, book_reason& stopped);
    void shrink_shown(place_in_list maker, std::int64_t quantity);
    std::int64_t fillable(order o) const;
    bool crosses(order const& o) const;
    place_in_list best_against(order_side taker_side, std::int64_t limit);
    place_in_list find(std::uint64_t id);
    place_in_list first_by_acceptance(std::uint32_t account, order_side side);
    void print(bool by_mark, std::int64_t price);
    void set_trigger(order& o);
    bool is_hit(order const& o) const;
    void trigger(place_in_list o);
    void enter_due();
    void remove(place_in_list o, book_reason why);
    void leave_closed();
    std::int64_t closes(order const& o) const;
    std::int64_t worst_for(order const& o) const;
    void say(report_kind kind, order const& o, std::int64_t price, std::int64_t quantity,
             std::int64_t remaining, book_reason why = book_reason::none);
    void say_pair(report_kind kind, order const& taker, order const& maker, std::int64_t quantity,
                  book_reason why);

    book_limits limits_;
    std::list<order> orders_;
    std::map<std::uint32_t, std::int64_t> positions_;
    std::set<std::uint32_t> moved_;  // accounts whose position this command has changed
    std::int64_t last_ = 0, mark_ = 0, time_ = INT64_MIN;
    std::int64_t lowest_ = 0, highest_ = INT64_MAX;
    std::function<std::int64_t(entering_order const&)> worst_price_;
    std::uint64_t sequence_ = 0, rank_ = 0;
    bool suspended_ = false;
    std::vector<book_report>* reports_ = nullptr;  // null while trying something out
};

}  // namespace lockstep::model
