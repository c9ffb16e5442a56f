// What the slow book says and how it carries out each command.
#include "tests/model/slow_book.h"

#include <algorithm>
#include <tuple>

namespace lockstep::model {

using enum book_status;

// ---- what is said ----

void slow_book::say(report_kind kind, order const& o, std::int64_t price, std::int64_t quantity,
                    std::int64_t remaining, book_reason why) {
    if (reports_ == nullptr) return;
    book_report r{};
    r.order = o.id;
    r.price = price;
    r.quantity = quantity;
    r.remaining = remaining;
    r.account = o.account;
    r.kind = kind;
    r.reason = why;
    r.side = o.side;
    r.tag = o.tag;
    reports_->push_back(r);
}

void slow_book::say_pair(report_kind kind, order const& taker, order const& maker,
                         std::int64_t quantity, book_reason why) {
    if (reports_ == nullptr) return;
    say(kind, taker, maker.price, quantity, taker.visible, why);
    book_report& r = reports_->back();
    r.maker = maker.id;
    r.maker_remaining = maker.open() - quantity;
    r.maker_account = maker.account;
    r.tag = maker.tag;
}

// ---- commands ----

book_status slow_book::apply(book_command const& c, std::vector<book_report>& reports,
                             std::uint32_t tag) {
    reports_ = &reports;
    book_status s = verb_is_unknown;
    if (c.verb == book_verb::place) s = place(c, tag);
    if (c.verb == book_verb::amend) s = amend(c);
    if (c.verb == book_verb::reduce) s = reduce(c);
    if (c.verb == book_verb::cancel) s = cancel(c);
    if (c.verb == book_verb::cancel_all) s = cancel_all(c);
    if (c.verb == book_verb::mark) s = mark(c);
    if (c.verb == book_verb::advance_time) s = advance_time(c);
    if (c.verb == book_verb::set_position) s = set_position(c);
    if (c.verb == book_verb::suspend) suspended_ = true, s = accepted;
    if (c.verb == book_verb::resume) s = resume();
    if (s != accepted) {
        book_report r{};
        r.order = c.order;
        r.account = c.account;
        r.kind = report_kind::rejected;
        r.status = s;
        r.side = c.side;
        reports.push_back(r);
    }
    bool const between_two = c.verb == book_verb::set_position && (c.flags & book_flag::one_of_two);
    if (!between_two) enter_due();
    leave_closed();
    reports_ = nullptr;
    return s;
}

slow_book::order slow_book::order_of(book_command const& c, std::uint32_t tag) {
    return {c.order,
            0,
            c.account,
            c.owner,
            c.side,
            c.type,
            c.force,
            c.prevention,
            c.flags,
            c.price,
            c.quantity,
            0,
            0,
            c.display,
            c.until,
            c.trigger,
            0,
            0,
            order_state::resting,
            0,
            tag};
}

book_status slow_book::place(book_command const& c, std::uint32_t tag) {
    if (auto s = check_new(c); s != accepted) return s;
    order o = order_of(c, tag);
    if (o.has(book_flag::reduce_only) && !o.stops()) o.worst = worst_for(o);
    std::int64_t cut = 0;
    if (!o.stops())
        if (auto s = check_entry(o, cut); s != accepted) return s;
    o.sequence = ++sequence_;
    say(report_kind::accepted, o, c.price, c.quantity, c.quantity);
    if (!o.stops()) {
        o.visible -= cut;
        if (cut > 0)
            say(report_kind::reduced, o, o.price, cut, o.visible, book_reason::beyond_the_position);
        enter(o);
        return accepted;
    }
    o.state = order_state::dormant;
    o.rank = ++rank_;
    if (o.type == order_type::trailing_stop) {
        o.distance = c.trigger;
        o.extreme = o.has(book_flag::by_mark) ? mark_ : last_;
        set_trigger(o);
    }
    orders_.push_back(o);
    if (is_hit(o)) trigger(std::prev(orders_.end()));
    return accepted;
}

book_status slow_book::amend(book_command const& c) {
    if (auto s = check_amend(c); s != accepted) return s;
    auto const at = find(c.order);
    std::int64_t const open = c.quantity == 0 ? at->open() : c.quantity - at->filled;
    std::int64_t const price = c.price == 0 ? at->price : c.price;
    if (open <= 0) {
        remove(at, book_reason::amended_to_no_more_than_filled);
        return accepted;
    }
    if (at->state == order_state::dormant) {
        at->visible = open;
        at->price = price;
        bool const moves = c.trigger != 0 && c.trigger != at->trigger;
        if (moves) at->trigger = c.trigger, at->rank = ++rank_;
        say(report_kind::amended, *at, price, open, open);
        if (moves && is_hit(*at)) trigger(at);
        return accepted;
    }
    if (price == at->price && open <= at->open()) {
        std::int64_t const lost = at->open() - open;
        std::int64_t const from_hidden = std::min(at->hidden, lost);
        at->hidden -= from_hidden;
        at->visible -= lost - from_hidden;
        say(report_kind::amended, *at, price, at->visible, open);
        return accepted;
    }
    order o = *at;
    o.visible = open;
    o.hidden = 0;
    o.price = price;
    if (o.has(book_flag::reduce_only)) o.worst = worst_for(o);
    std::int64_t cut = 0;
    if (auto s = check_entry(o, cut); s != accepted) return s;
    orders_.erase(at);
    say(report_kind::replaced, o, price, open, open);
    o.visible -= cut;
    if (cut > 0)
        say(report_kind::reduced, o, price, cut, o.visible, book_reason::beyond_the_position);
    enter(o);
    return accepted;
}

book_status slow_book::reduce(book_command const& c) {
    if (c.order == 0) return order_id_must_not_be_zero;
    if (c.quantity < 1) return quantity_must_be_positive;
    auto const o = find(c.order);
    if (o == orders_.end()) return order_is_not_open;
    if (o->account != c.account) return order_belongs_to_another_account;
    if (c.quantity >= o->open()) {
        remove(o, book_reason::by_request);
        return accepted;
    }
    std::int64_t const from_hidden = std::min(o->hidden, c.quantity);
    o->hidden -= from_hidden;
    o->visible -= c.quantity - from_hidden;
    say(report_kind::reduced, *o, o->price, c.quantity, o->open(), book_reason::by_request);
    return accepted;
}

book_status slow_book::cancel(book_command const& c) {
    if (c.order == 0) return order_id_must_not_be_zero;
    auto const o = find(c.order);
    if (o == orders_.end()) return order_is_not_open;
    if (o->account != c.account) return order_belongs_to_another_account;
    remove(o, book_reason::by_request);
    return accepted;
}

slow_book::place_in_list slow_book::first_by_acceptance(std::uint32_t account, order_side side) {
    auto first = orders_.end();
    for (auto o = orders_.begin(); o != orders_.end(); ++o)
        if (o->account == account && o->side == side &&
            (first == orders_.end() || o->sequence < first->sequence))
            first = o;
    return first;
}

book_status slow_book::cancel_all(book_command const& c) {
    bool const one_side = c.flags == book_flag::one_side;
    if (c.side > order_side::sell || (c.flags != 0 && !one_side)) return terms_are_unknown;
    for (auto side : {order_side::buy, order_side::sell}) {
        if (one_side && side != c.side) continue;
        for (auto o = first_by_acceptance(c.account, side); o != orders_.end();
             o = first_by_acceptance(c.account, side))
            remove(o, book_reason::by_mass_cancel);
    }
    return accepted;
}

book_status slow_book::advance_time(book_command const& c) {
    if (c.until < time_) return time_is_in_the_past;
    time_ = c.until;
    for (;;) {
        auto first = orders_.end();
        for (auto o = orders_.begin(); o != orders_.end(); ++o) {
            if (o->force != time_in_force::good_til_date || o->until > time_) continue;
            if (first == orders_.end() ||
                std::tie(o->until, o->sequence) < std::tie(first->until, first->sequence))
                first = o;
        }
        if (first == orders_.end()) return accepted;
        remove(first, book_reason::expired);
    }
}

book_status slow_book::mark(book_command const& c) {
    if (c.price < 1) return price_must_be_positive;
    if (c.price > limits_.price_max) return price_exceeds_the_limit;
    mark_ = c.price;
    if (!suspended_) print(true, mark_);
    return accepted;
}

book_status slow_book::resume() {
    suspended_ = false;
    if (mark_ != 0) print(true, mark_);
    return accepted;
}

book_status slow_book::set_position(book_command const& c) {
    constexpr std::int64_t most = std::int64_t{1} << 62;
    if (c.quantity > most || c.quantity < -most) return quantity_exceeds_the_limit;
    positions_[c.account] = c.quantity;
    moved_.insert(c.account);
    return accepted;
}

/// By account, buys before sells, each in order of acceptance.
void slow_book::leave_closed() {
    for (std::uint32_t const account : moved_)
        for (auto side : {order_side::buy, order_side::sell})
            for (;;) {
                auto first = orders_.end();
                for (auto o = orders_.begin(); o != orders_.end(); ++o)
                    if (o->account == account && o->side == side &&
                        o->has(book_flag::reduce_only) && closes(*o) == 0 &&
                        (first == orders_.end() || o->sequence < first->sequence))
                        first = o;
                if (first == orders_.end()) break;
                remove(first, book_reason::would_not_reduce);
            }
    moved_.clear();
}

}  // namespace lockstep::model
