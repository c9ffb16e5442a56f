#include "host/block/book_desk.h"

namespace lockstep {

namespace {

constexpr unsigned place_bits = 24;  // of open_order_row::queued

}  // namespace

apply_status status_of(book_status status) {
    switch (status) {
        case book_status::accepted: return apply_status::applied;
        case book_status::order_would_take_liquidity:
            return apply_status::order_would_take_liquidity;
        case book_status::order_cannot_be_filled_whole:
            return apply_status::order_cannot_be_filled_whole;
        case book_status::order_would_not_reduce: return apply_status::order_would_not_reduce;
        case book_status::order_is_not_open: return apply_status::order_is_not_open;
        case book_status::order_has_triggered: return apply_status::order_has_triggered;
        case book_status::too_many_trailing_orders: return apply_status::too_many_trailing_orders;
        case book_status::trailing_order_has_no_price_to_follow:
            return apply_status::trailing_order_has_no_price_to_follow;
        case book_status::order_belongs_to_another_account:
            return apply_status::target_belongs_to_another_account;
        case book_status::time_is_in_the_past: return apply_status::until_is_in_the_past;
        case book_status::book_is_suspended: return apply_status::instrument_is_suspended;
        case book_status::book_is_full: return apply_status::book_is_full;
        case book_status::quantity_exceeds_the_limit:
            return apply_status::amount_exceeds_the_books_bound;
        case book_status::price_exceeds_the_limit:
        case book_status::trigger_exceeds_the_limit:
            return apply_status::price_exceeds_the_books_bound;
        default: return apply_status::terms_do_not_fit_together;
    }
}

book_command book_desk::word_verb(book_verb verb, std::uint32_t i) const {
    transaction_row const& t = command_at(i);
    book_command c{};
    c.verb = verb;
    c.account = t.account;
    c.owner = state_.accounts[t.account].owner;
    return c;
}

/// Money and sizes become ticks and lots; admission has seen that they divide, and what limit the
/// order can bear.
book_command book_desk::word_order(std::uint32_t i) const {
    transaction_row const& t = command_at(i);
    listing_row const& l = state_.listings[t.instrument];
    book_command c = word_verb(book_verb::place, i);
    c.order = sequence_of(i);
    c.quantity = t.amount / l.lot.nanos;
    c.price = prepared_.reserves[i].limit / l.tick.nanos;
    if (t.trigger != 0) c.trigger = t.trigger / l.tick.nanos;
    if (t.display != 0) c.display = t.display / l.lot.nanos;
    c.until = t.until;
    c.side = t.side;
    c.type = t.type;
    c.force = t.kind == transaction_kind::combo_leg ? time_in_force::fill_or_kill : t.force;
    c.prevention = t.prevention;
    if (t.kind == transaction_kind::liquidate) {
        c.force = time_in_force::immediate_or_cancel;
        c.flags |= book_flag::reduce_only;
        c.prevention = self_trade::cancel_oldest;
    }
    if (t.flags & transaction_flag::post_only) c.flags |= book_flag::post_only;
    if (t.flags & transaction_flag::reduce_only) c.flags |= book_flag::reduce_only;
    return c;
}

/// The row of an order that is about to change. Orders are tagged with their slots.
open_order_row& book_desk::change(std::uint32_t slot) {
    if (slot != own_slot_ && (out_.changed_slots.empty() || out_.changed_slots.back() != slot))
        out_.changed_slots.push_back(slot);
    return state_.open_orders[slot];
}
/// Of the order that takes: the command's own, or one that has been triggered.
std::uint32_t book_desk::slot_of_taker(std::uint64_t order) const {
    return order == own_order_ ? own_slot_ : state_.outcomes[order - 1].row;
}

/// Inlined where the book reports: there its kind is known.
[[gnu::always_inline]] inline void book_desk::hear(book_report const& r) {
    book_changed_ = true;
    switch (r.kind) {
        case report_kind::filled: fill(r); break;
        case report_kind::decremented:
            reduce(slot_of_taker(r.order), r.quantity * listing_->lot.nanos);
            reduce(r.tag, r.quantity * listing_->lot.nanos);
            break;
        case report_kind::reduced: reduce(r.tag, r.quantity * listing_->lot.nanos); break;
        case report_kind::cancelled: close(r.tag); break;
        case report_kind::amended:
            if (state_.books[instrument_]->find(r.order).state == order_state::dormant)
                queue(r.tag);
            amended(r);
            break;
        case report_kind::replaced: amended(r); break;
        case report_kind::rested:
            if (r.order != current_sequence_) queue(r.tag);  // a new one has its place
            break;
        case report_kind::refreshed:
        case report_kind::triggered: queue(r.tag); break;
        case report_kind::accepted:
        case report_kind::rejected: break;
    }
}

/// From now on this book is heard.
listing_row const& book_desk::attend(std::uint32_t instrument) {
    listing_ = &state_.listings[instrument];
    if (instrument_ != instrument || counted_at_ != moment_) queued_ = 1;
    counted_at_ = moment_;
    instrument_ = instrument;
    book_changed_ = false;
    return *listing_;
}

void book_desk::note_change() {
    if (book_changed_ && (out_.changed_books.empty() || out_.changed_books.back() != instrument_))
        out_.changed_books.push_back(instrument_);
}

book_status book_desk::tell(std::uint32_t instrument, book_command const& c) {
    attend(instrument);
    book_changed_ = c.verb != book_verb::advance_time;  // which does so where it is heard of
    struct {
        book_desk& desk;
        [[gnu::always_inline]] void operator()(book_report const& r) { desk.hear(r); }
        std::int64_t operator()(late_order const& stop) { return desk.worst_price(stop); }
    } ear{*this};
    book_status const status = state_.books[instrument]->apply(c, ear, own_slot_);
    note_change();
    return status;
}

/// Places are counted within a moment and a book, so that they do not depend on what else the desk
/// has done; a command that takes more of them than fit leaves the last ones alike.
void book_desk::queue(std::uint32_t slot) {
    change(slot).queued = moment_ << place_bits | queued_;
    if (queued_ < (1u << place_bits) - 1) ++queued_;
}

void book_desk::open_slot(std::uint32_t i) {
    prepared_command& p = prepared_.commands[i];
    transaction_row const& t = command_at(i);
    order_reserve const& reserve = prepared_.reserves[i];
    open_order_row& row = state_.open_orders[p.slot];
    p.opened = true;
    row.sequence = sequence_of(i);
    row.account = {p.first_account};
    row.position = p.first_position;
    row.instrument = {t.instrument};
    row.left = {t.amount, reserve.position, reserve.fee};
    row.side = t.side;
    row.queued = moment_ << place_bits;
}

void book_desk::begin(std::uint32_t i) {
    current_ = i;
    at_sequence(sequence_of(i));
    prepared_command const& p = prepared_.commands[i];
    own_order_ = p.target == no_row ? current_sequence_ : p.target + std::uint64_t{1};
    own_slot_ = p.slot;
    own_fills_ = {};
    ordinal_ = 0;
}

void book_desk::place(std::uint32_t i) {
    begin(i);
    open_slot(i);
    book_status const status = tell(command_at(i).instrument, word_order(i));
    if (own_fills_.fills > 0) fills_[i] = own_fills_;
    if (status != book_status::accepted) refuse_order(i, status);
}

void book_desk::refuse_order(std::uint32_t i, book_status status) {
    close(prepared_.commands[i].slot);
    prepared_.commands[i].status = status_of(status);
}

void book_desk::cancel(std::uint32_t i) {
    begin(i);
    prepared_command& p = prepared_.commands[i];
    book_command c = word_verb(book_verb::cancel, i);
    c.order = p.target + 1u;
    p.status = status_of(tell(p.instrument, c));
}

void book_desk::mass_cancel(std::uint32_t i, std::uint32_t account, std::uint32_t instrument) {
    begin(i);
    book_command c{};
    c.verb = book_verb::cancel_all;
    c.account = account;
    tell(instrument, c);
}

/// The order holds two reserves while the book decides: the old one in its slot, the new one
/// beside.
void book_desk::amend(std::uint32_t i) {
    begin(i);
    prepared_command& p = prepared_.commands[i];
    transaction_row const& t = command_at(i);
    listing_row const& l = state_.listings[p.instrument];
    book_command c = word_verb(book_verb::amend, i);
    c.order = p.target + 1u;
    c.quantity = t.amount / l.lot.nanos;
    c.price = prepared_.reserves[i].limit / l.tick.nanos;
    c.trigger = t.trigger / l.tick.nanos;
    new_terms_taken_ = false;
    p.status = status_of(tell(p.instrument, c));
    if (own_fills_.fills > 0) fills_[i] = own_fills_;
    if (new_terms_taken_) return;  // else refused, or amended to nothing
    transaction_row const& first = state_.history[p.target];
    open_reserve unused{t.amount, prepared_.reserves[i].position, prepared_.reserves[i].fee};
    post_reduction(first.side, t.amount, unused, first.account, p.first_position);
}

/// The book has taken the new terms: the old reserve goes back, the new one keeps what is open.
void book_desk::amended(book_report const& r) {
    new_terms_taken_ = true;
    open_order_row& row = change(r.tag);
    post_reduction(row.side, row.left.size, row.left, row.account.value, row.position);
    std::int64_t const total = command_at(current_).amount;
    order_reserve const& reserve = prepared_.reserves[current_];
    row.left = {total, reserve.position, reserve.fee};
    std::int64_t const filled = total - r.remaining * listing_->lot.nanos;
    if (filled > 0) reduce(r.tag, filled);
}

void book_desk::fill(book_report const& r) {
    std::int64_t const size = r.quantity * listing_->lot.nanos;
    std::int64_t const at = r.price * listing_->tick.nanos;
    fill_value const value = value_fill(*listing_, size, at);
    std::uint32_t const taker = slot_of_taker(r.order), ordinal = ordinal_;
    money const taken = fill_one(taker, value, false);
    money const made = fill_one(r.tag, value, true);
    collect({taken.nanos + made.nanos});
    out_.fills += 1;
    if (out_.keeps_trades) {
        auto const side = [&](std::uint32_t slot, money fee) -> trade_side {
            open_order_row const& o = state_.open_orders[slot];
            return {o.sequence, fee, o.account.value, o.side, {}};
        };
        keep_trade(value, at, ordinal, side(taker, taken), side(r.tag, made));
    }
    if (r.order != own_order_) return;
    own_fills_.filled_nanos += size;
    own_fills_.fills += 1;
}

void book_desk::keep_trade(fill_value const& value, std::int64_t at, std::uint32_t ordinal,
                           trade_side const& taker, trade_side const& maker) {
    out_.trades.push_back({.sequence = current_sequence_,
                           .at = {at},
                           .size = {value.size},
                           .exchanged = {value.exchanged},
                           .taker = taker,
                           .maker = maker,
                           .instrument = instrument_,
                           .ordinal = ordinal});
}

money book_desk::fill_one(std::uint32_t slot, fill_value const& value, bool maker) {
    open_order_row& row = change(slot);
    money const fee = settle_fill(*listing_, row.side, maker, value, row.left,
                                  post(row.account.value, row.position));
    if (row.left.size == 0) out_.closed_slots.push_back(slot);
    return fee;
}

void book_desk::reduce(std::uint32_t slot, std::int64_t size) {
    open_order_row& row = change(slot);
    post_reduction(row.side, size, row.left, row.account.value, row.position);
    if (row.left.size == 0) out_.closed_slots.push_back(slot);
}

void book_desk::close(std::uint32_t slot) {
    open_order_row const& row = change(slot);
    if (row.left.size > 0) reduce(slot, row.left.size);
}

/// An entry of zeros for what is posted to an account.
settle_entry& book_desk::post(std::uint32_t account, std::uint32_t position) {
    settle_entry& posted = out_.entries.emplace_back();
    posted.account = {account};
    posted.position = position;
    posted.sequence = current_sequence_;
    posted.ordinal = ordinal_++;
    return posted;
}

void book_desk::post_reduction(order_side side, std::int64_t size, open_reserve& left,
                               std::uint32_t account, std::uint32_t position) {
    settle_reduction(side, size, left, post(account, position));
}

void book_desk::collect(money fee) {
    if (fee.nanos == 0) return;
    std::uint32_t const asset = listing_->contract.settle_asset.value;
    for (auto& [of, sum] : out_.fees)
        if (of == asset) {
            sum += fee.nanos;
            return;
        }
    out_.fees.push_back({asset, fee.nanos});
}

}  // namespace lockstep
