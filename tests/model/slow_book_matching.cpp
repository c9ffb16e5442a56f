#include "tests/model/slow_book.h"

#include <algorithm>
#include <tuple>

namespace lockstep::model {

using enum book_status;

// ---- matching ----

/// On its way in an order has all that is open in `visible`.
void slow_book::enter(order o) {
    book_reason why = match(o);
    if (o.visible == 0) return;
    bool const can_rest = has_limit(o.type) && lives_on(o.force);
    if (why == book_reason::none && !can_rest) why = book_reason::nothing_left_to_match;
    if (why == book_reason::none && !within(o.side, o.price, o.worst))
        why = book_reason::cannot_be_borne;
    if (why != book_reason::none) {
        say(report_kind::cancelled, o, 0, o.visible, 0, why);
        return;
    }
    std::int64_t const open = o.visible;
    if (o.display != 0) o.visible = std::min(open, o.display);
    o.hidden = open - o.visible;
    o.state = order_state::resting;
    o.worst = 0;
    o.rank = ++rank_;
    say(report_kind::rested, o, o.price, o.visible, open);
    orders_.push_back(o);
}

book_reason slow_book::match(order& o) {
    book_reason stopped = book_reason::none;
    for (std::uint32_t met = 0; o.visible > 0; ++met) {
        auto const maker = best_against(o.side, o.price);
        if (maker == orders_.end()) break;
        if (met == limits_.matches_max) return book_reason::matched_too_often;
        if (!meet(o, maker, stopped)) break;
    }
    return stopped;
}

bool slow_book::meet(order& taker, place_in_list maker, book_reason& stopped) {
    bool decrement = false;
    auto const harmed = [&](order_side side) {
        return side == order_side::buy ? maker->price > highest_ : maker->price < lowest_;
    };
    if (harmed(maker->side)) {
        remove(maker, book_reason::beyond_the_band);
        return true;
    }
    if (!within(taker.side, maker->price, taker.worst)) {
        stopped = book_reason::cannot_be_borne;
        return false;
    }
    if (harmed(taker.side)) {
        stopped = book_reason::beyond_the_band;
        return false;
    }
    if (taker.owner != 0 && taker.owner == maker->owner) {
        auto const word = taker.prevention;
        if (word == self_trade::cancel_newest) stopped = book_reason::self_trade_newest;
        if (word == self_trade::cancel_both) stopped = book_reason::self_trade_both;
        if (word == self_trade::cancel_both) remove(maker, book_reason::self_trade_both);
        if (word == self_trade::cancel_oldest) remove(maker, book_reason::self_trade_oldest);
        if (stopped != book_reason::none) return false;
        if (word == self_trade::cancel_oldest) return true;
        decrement = true;
    } else if (maker->has(book_flag::reduce_only) && closes(*maker) < maker->open()) {
        std::int64_t const most = closes(*maker);
        if (most == 0) {
            remove(maker, book_reason::would_not_reduce);
            return true;
        }
        std::int64_t const lost = maker->open() - most;
        maker->visible = std::min(maker->visible, most);
        maker->hidden = most - maker->visible;
        say(report_kind::reduced, *maker, maker->price, lost, most,
            book_reason::beyond_the_position);
    }
    std::int64_t const quantity = std::min(taker.visible, maker->visible);
    std::int64_t const price = maker->price;
    taker.visible -= quantity;
    if (decrement) {
        say_pair(report_kind::decremented, taker, *maker, quantity,
                 book_reason::self_trade_decrement);
        shrink_shown(maker, quantity);
        return true;
    }
    taker.filled += quantity;
    maker->filled += quantity;
    positions_[taker.account] += taker.side == order_side::buy ? quantity : -quantity;
    positions_[maker->account] += taker.side == order_side::buy ? -quantity : quantity;
    moved_.insert({taker.account, maker->account});
    say_pair(report_kind::filled, taker, *maker, quantity, book_reason::none);
    shrink_shown(maker, quantity);
    print(false, price);
    return true;
}

void slow_book::shrink_shown(place_in_list maker, std::int64_t quantity) {
    maker->visible -= quantity;
    if (maker->visible > 0) return;
    if (maker->hidden == 0) {
        orders_.erase(maker);
        return;
    }
    maker->visible = std::min(maker->display, maker->hidden);
    maker->hidden -= maker->visible;
    maker->rank = ++rank_;
    say(report_kind::refreshed, *maker, maker->price, maker->visible, maker->open());
}

/// Whoever may leave goes before the others, the worst price first and at one price who came first.
void slow_book::leave_behind(order_side side, std::int64_t price,
                             std::function<bool(std::uint32_t, std::int64_t)> const& leaves,
                             std::vector<book_report>& reports) {
    reports_ = &reports;
    auto const worse = [&](std::int64_t a, std::int64_t b) {
        return side == order_side::buy ? a > b : a < b;
    };
    for (;;) {
        auto first = orders_.end();
        for (auto o = orders_.begin(); o != orders_.end(); ++o) {
            if (o->state != order_state::resting || o->side != side) continue;
            bool const harmed = worse(o->price, side == order_side::buy ? highest_ : lowest_);
            if (!worse(o->price, price) || !(harmed || leaves(o->tag, o->price))) continue;
            if (first == orders_.end() || worse(o->price, first->price) ||
                (o->price == first->price && o->rank < first->rank))
                first = o;
        }
        if (first == orders_.end()) break;
        remove(first, book_reason::left_behind);
    }
    reports_ = nullptr;
}

void slow_book::remove(place_in_list o, book_reason why) {
    say(report_kind::cancelled, *o, o->price, o->open(), 0, why);
    orders_.erase(o);
}

// ---- stops ----

void slow_book::set_trigger(order& o) {
    std::int64_t distance = o.distance;
    if (o.has(book_flag::trail_ppm))
        distance = std::max<std::int64_t>(
            1,
            static_cast<std::int64_t>(static_cast<__int128_t>(o.extreme) * o.distance / 1'000'000));
    o.trigger = o.side == order_side::buy ? o.extreme + distance
                                          : std::max<std::int64_t>(0, o.extreme - distance);
}

bool slow_book::is_hit(order const& o) const {
    std::int64_t const price = o.has(book_flag::by_mark) ? mark_ : last_;
    if (price == 0) return false;
    return o.side == order_side::buy ? price >= o.trigger : price <= o.trigger;
}

void slow_book::print(bool by_mark, std::int64_t price) {
    (by_mark ? mark_ : last_) = price;
    std::vector<order*> trailing;
    for (auto& o : orders_)
        if (o.state == order_state::dormant && o.type == order_type::trailing_stop &&
            o.has(book_flag::by_mark) == by_mark)
            trailing.push_back(&o);
    std::sort(trailing.begin(), trailing.end(),
              [](order const* a, order const* b) { return a->sequence < b->sequence; });
    for (order* o : trailing) {
        if (o->side == order_side::sell ? price <= o->extreme : price >= o->extreme) continue;
        o->extreme = price;
        std::int64_t const before = o->trigger;
        set_trigger(*o);
        if (o->trigger != before) o->rank = ++rank_;
    }
    for (auto side : {order_side::buy, order_side::sell})
        for (;;) {
            auto first = orders_.end();
            for (auto o = orders_.begin(); o != orders_.end(); ++o) {
                if (o->state != order_state::dormant || o->side != side ||
                    o->has(book_flag::by_mark) != by_mark || !is_hit(*o))
                    continue;
                bool const sooner =
                    first == orders_.end() ||
                    (o->trigger != first->trigger ? within(side, o->trigger, first->trigger)
                                                  : o->rank < first->rank);
                if (sooner) first = o;
            }
            if (first == orders_.end()) break;
            trigger(first);
        }
}

void slow_book::trigger(place_in_list o) {
    o->state = order_state::due;
    o->rank = ++rank_;
    say(report_kind::triggered, *o, o->has(book_flag::by_mark) ? mark_ : last_, o->visible,
        o->visible);
}

void slow_book::enter_due() {
    for (std::uint32_t entered = 0; entered < limits_.triggers_max && !suspended_; ++entered) {
        auto first = orders_.end();
        for (auto o = orders_.begin(); o != orders_.end(); ++o)
            if (o->state == order_state::due && (first == orders_.end() || o->rank < first->rank))
                first = o;
        if (first == orders_.end()) return;
        first->worst = worst_for(*first);
        std::int64_t cut = 0;
        auto const s = check_entry(*first, cut);
        if (s == order_would_not_reduce) remove(first, book_reason::would_not_reduce);
        if (s == order_would_take_liquidity) remove(first, book_reason::would_take_liquidity);
        if (s == order_cannot_be_filled_whole) remove(first, book_reason::cannot_be_filled_whole);
        if (s != accepted) continue;
        order o = *first;
        orders_.erase(first);
        o.visible -= cut;
        if (cut > 0)
            say(report_kind::reduced, o, o.price, cut, o.visible, book_reason::beyond_the_position);
        enter(o);
    }
}

// ---- at rest ----

book_rows slow_book::export_rows() const {
    auto group = [](order const& o) {
        int const side = static_cast<int>(o.side);
        if (o.state == order_state::resting) return side;
        if (o.state == order_state::due) return 6;
        return 2 + 2 * static_cast<int>(o.has(book_flag::by_mark)) + side;
    };
    // Better prices first: high bids, low offers; low triggers of buys, high ones of sells.
    auto merit = [](order const& o) -> std::int64_t {
        if (o.state == order_state::due) return 0;
        bool const up = (o.state == order_state::resting) == (o.side == order_side::sell);
        std::int64_t const p = o.state == order_state::resting ? o.price : o.trigger;
        return up ? p : -p;
    };
    std::vector<order> sorted(orders_.begin(), orders_.end());
    std::sort(sorted.begin(), sorted.end(), [&](order const& a, order const& b) {
        return std::tuple(group(a), merit(a), a.rank) < std::tuple(group(b), merit(b), b.rank);
    });
    book_rows rows;
    for (order const& o : sorted) {
        order_row r{};
        r.order = o.id;
        r.sequence = o.sequence;
        r.tag = o.tag;
        r.price = o.price;
        r.visible = o.visible;
        r.hidden = o.hidden;
        r.filled = o.filled;
        r.display = o.display;
        r.until = o.until;
        bool const waits = o.state != order_state::resting;
        r.trigger = waits ? o.trigger : 0;
        r.distance = o.state == order_state::dormant ? o.distance : 0;
        r.extreme = o.state == order_state::dormant ? o.extreme : 0;
        r.account = o.account;
        r.owner = o.owner;
        r.side = o.side;
        r.type = o.type;
        r.force = o.force;
        r.prevention = o.prevention;
        r.flags = o.flags;
        r.state = o.state;
        rows.orders.push_back(r);
    }
    for (auto const& [account, position] : positions_)
        if (position != 0) rows.positions.push_back({account, 0, position});
    rows.header = {sequence_,
                   last_,
                   mark_,
                   time_,
                   rows.orders.size(),
                   rows.positions.size(),
                   suspended_ ? 1u : 0u,
                   {}};
    return rows;
}

}  // namespace lockstep::model
