// What a book reports, as postings for the accounts concerned.
#include "host/block/book_desk.h"
#include "margin/ledger/reserve.h"

namespace lockstep {

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
            lose(slot_of_taker(r.order), r.quantity * listing_->lot.nanos, r.reason);
            lose(r.tag, r.quantity * listing_->lot.nanos, r.reason);
            break;
        case report_kind::reduced: lose(r.tag, r.quantity * listing_->lot.nanos, r.reason); break;
        case report_kind::cancelled: close(r.tag, r.reason); break;
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
        std::int64_t operator()(entering_order const& o) { return desk.worst_price(o); }
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
    if (!taken_.empty()) [[unlikely]]
        for (std::uint32_t const slot : {taker, r.tag})
            give_margin_back(slot, size,
                             loss_against_mark(*listing_, state_.open_orders[slot].side, size, at));
    money const taken = fill_one(taker, value, false);
    money const made = fill_one(r.tag, value, true);
    collect({taken.nanos + made.nanos});
    out_.fills += 1;
    if (out_.keeps != kept::nothing) {
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
    if (!taken_.empty()) [[unlikely]]
        give_margin_back(slot, size, 0);
    open_order_row& row = change(slot);
    post_reduction(row.side, size, row.left, row.account.value, row.position);
    if (row.left.size == 0) out_.closed_slots.push_back(slot);
}

void book_desk::lose(std::uint32_t slot, std::int64_t size, book_reason reason) {
    open_order_row const& row = state_.open_orders[slot];
    if (out_.keeps == kept::trades_and_cancellations)
        out_.cancellations.push_back(
            {row.sequence, size, row.account.value, instrument_, row.side, reason});
    reduce(slot, size);
}

void book_desk::close(std::uint32_t slot, book_reason reason) {
    open_order_row const& row = change(slot);
    if (row.left.size > 0) lose(slot, row.left.size, reason);
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
