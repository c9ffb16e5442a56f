// What the slow book is asked and what it refuses; nothing here changes it.
#include "tests/model/slow_book.h"

#include <algorithm>

namespace lockstep::model {

using enum book_status;

// ---- looking ----

slow_book::place_in_list slow_book::find(std::uint64_t id) {
    return std::find_if(orders_.begin(), orders_.end(), [&](order const& o) { return o.id == id; });
}

slow_book::place_in_list slow_book::best_against(order_side taker, std::int64_t limit) {
    auto best = orders_.end();
    for (auto o = orders_.begin(); o != orders_.end(); ++o) {
        if (o->state != order_state::resting || o->side == taker || !within(taker, o->price, limit))
            continue;
        bool const better =
            best == orders_.end() ||
            (o->price != best->price ? within(taker, o->price, best->price) : o->rank < best->rank);
        if (better) best = o;
    }
    return best;
}

bool slow_book::crosses(order const& o) const {
    return std::any_of(orders_.begin(), orders_.end(), [&](order const& m) {
        return m.state == order_state::resting && m.side != o.side &&
               within(o.side, m.price, o.price);
    });
}

std::int64_t slow_book::closes(order const& o) const {
    auto const at = positions_.find(o.account);
    std::int64_t const position = at == positions_.end() ? 0 : at->second;
    return std::max<std::int64_t>(0, o.side == order_side::sell ? position : -position);
}

std::int64_t slow_book::worst_for(order const& o) const {
    return worst_price_ ? worst_price_({o.tag, o.side, o.price, false}) : 0;
}

std::int64_t slow_book::fillable(order o) const {
    slow_book trial = *this;
    trial.reports_ = nullptr;
    trial.suspended_ = true;
    o.filled = 0;
    trial.match(o);
    return o.filled;
}

std::int64_t slow_book::fillable(book_command const& c, std::int64_t worst) const {
    slow_book trial = *this;
    trial.suspended_ = false;
    book_command plain = c;
    plain.order = ~std::uint64_t{0};
    book_status const s = trial.check_new(plain);
    if (suspended_ || c.order == 0 || c.type >= order_type::stop ||
        (c.flags & book_flag::post_only) != 0)
        return 0;
    if (s != accepted && s != book_is_full) return 0;
    order o = order_of(c);
    o.worst = worst;
    o.display = o.until = o.trigger = 0;  // what of it could be filled at once has no use for them
    if (o.has(book_flag::reduce_only)) o.visible = std::min(o.visible, closes(o));
    return o.visible == 0 ? 0 : fillable(o);
}

// ---- refusals ----

book_status slow_book::check_new(book_command const& c) const {
    bool const stop = c.type >= order_type::stop;
    bool const trails = c.type == order_type::trailing_stop;
    auto flagged = [&](std::uint8_t f) { return (c.flags & f) != 0; };
    if (c.order == 0) return order_id_must_not_be_zero;
    if (c.side > order_side::sell || c.type > order_type::trailing_stop ||
        c.force > time_in_force::good_til_date || c.prevention > self_trade::decrement ||
        c.flags > 15 || c.reserved != 0)
        return terms_are_unknown;
    bool const can_rest = has_limit(c.type) && lives_on(c.force);
    if (c.type == order_type::market && lives_on(c.force)) return terms_do_not_fit_together;
    if (stop && !has_limit(c.type) && !lives_on(c.force)) return terms_do_not_fit_together;
    if (flagged(book_flag::post_only) && !can_rest) return terms_do_not_fit_together;
    if (flagged(book_flag::by_mark) && !stop) return terms_do_not_fit_together;
    if (flagged(book_flag::trail_ppm) && !trails) return terms_do_not_fit_together;
    if (c.display != 0 && !can_rest) return terms_do_not_fit_together;
    if (c.trigger != 0 && !stop) return terms_do_not_fit_together;
    if (c.until != 0 && c.force != time_in_force::good_til_date) return terms_do_not_fit_together;
    if (c.quantity < 1) return quantity_must_be_positive;
    if (c.quantity > limits_.quantity_max) return quantity_exceeds_the_limit;
    if (c.price < 0 || (has_limit(c.type) && c.price == 0)) return price_must_be_positive;
    if (c.price > limits_.price_max) return price_exceeds_the_limit;
    if (stop && c.trigger < 1) return trigger_must_be_positive;
    if (stop && c.trigger > (flagged(book_flag::trail_ppm) ? 999'999 : limits_.price_max))
        return trigger_exceeds_the_limit;
    if (c.display < 0 || c.display > c.quantity) return display_exceeds_the_quantity;
    if (c.force == time_in_force::good_til_date && c.until <= time_) return time_is_in_the_past;
    if (suspended_) return book_is_suspended;
    if (std::any_of(orders_.begin(), orders_.end(),
                    [&](order const& o) { return o.id == c.order; }))
        return order_is_open_already;
    if (orders_.size() >= limits_.orders_max && (stop || can_rest)) return book_is_full;
    if (trails) {
        auto const trailing = std::count_if(orders_.begin(), orders_.end(), [&](order const& o) {
            return o.state == order_state::dormant && o.type == order_type::trailing_stop &&
                   o.has(book_flag::by_mark) == flagged(book_flag::by_mark);
        });
        if (trailing >= limits_.trailing_max) return too_many_trailing_orders;
        if ((flagged(book_flag::by_mark) ? mark_ : last_) == 0)
            return trailing_order_has_no_price_to_follow;
    }
    return accepted;
}

book_status slow_book::check_entry(order const& o, std::int64_t& cut) const {
    cut = 0;
    if (o.has(book_flag::reduce_only)) {
        if (closes(o) == 0) return order_would_not_reduce;
        cut = std::max<std::int64_t>(0, o.visible - closes(o));
    }
    if (o.has(book_flag::post_only) && crosses(o)) return order_would_take_liquidity;
    order trial = o;
    trial.visible -= cut;
    if (o.force == time_in_force::fill_or_kill && fillable(trial) < trial.visible)
        return order_cannot_be_filled_whole;
    return accepted;
}

book_status slow_book::check_amend(book_command const& c) {
    if (c.order == 0) return order_id_must_not_be_zero;
    if (c.quantity < 0) return quantity_must_be_positive;
    if (c.quantity > limits_.quantity_max) return quantity_exceeds_the_limit;
    if (c.price < 0) return price_must_be_positive;
    if (c.price > limits_.price_max) return price_exceeds_the_limit;
    if (c.trigger < 0) return trigger_must_be_positive;
    if (c.trigger > limits_.price_max) return trigger_exceeds_the_limit;
    if (suspended_) return book_is_suspended;
    auto const o = find(c.order);
    if (o == orders_.end()) return order_is_not_open;
    if (o->account != c.account) return order_belongs_to_another_account;
    if (o->state == order_state::due) return order_has_triggered;
    if (c.trigger != 0 &&
        (o->state == order_state::resting || o->type == order_type::trailing_stop))
        return trigger_cannot_be_set;
    return accepted;
}

}  // namespace lockstep::model
