// Trades that are agreed or ordered, not matched: the book only hears of them.
#include <algorithm>

#include "host/block/book_desk.h"

namespace lockstep {

/// How much of a takeover or deleveraging there is still to do. What both have traded since their
/// admission may have left less of a position to close, and no position may be turned over.
std::int64_t book_desk::still_to_close(std::uint32_t i, apply_status& refused) const {
    prepared_command const& p = prepared_.commands[i];
    transaction_row const& t = command_at(i);
    order_book const& book = *state_.books[t.instrument];
    std::int64_t const lot = state_.listings[t.instrument].lot.nanos;
    std::int64_t const held = reducible(book.position(p.first_account), t.side);
    std::int64_t lots = std::min(t.amount / lot, held);
    if (lots == 0) refused = apply_status::order_would_not_reduce;
    if (lots == 0 || t.kind == transaction_kind::take_over) return lots * lot;
    lots = std::min(lots, reducible(book.position(p.second_account), opposite(t.side)));
    if (lots == 0) refused = apply_status::counterparty_holds_no_such_position;
    return lots * lot;
}

void book_desk::close_against(std::uint32_t i) {
    apply_status refused = apply_status::applied;
    std::int64_t const size = still_to_close(i, refused);
    if (refused == apply_status::applied) return trade(i, size);
    prepared_.commands[i].status = refused;
    give_back(i);
}

void book_desk::block_trade(std::uint32_t i) { trade(i, command_at(i).amount); }

/// Between the accounts of command i, away from the book, which hears what both hold then before
/// any order enters it. What they set aside for more than `size` goes back.
void book_desk::trade(std::uint32_t i, std::int64_t size) {
    begin(i);
    prepared_command const& p = prepared_.commands[i];
    transaction_row const& t = command_at(i);
    listing_ = &state_.listings[t.instrument];
    order_book& book = *state_.books[t.instrument];
    fill_value const value = value_fill(*listing_, size, t.price);
    auto const one = [&](std::uint32_t account, std::uint32_t position, order_side side,
                         order_reserve const& reserve, std::uint8_t flags) -> trade_side {
        open_reserve left{t.amount, reserve.position, reserve.fee};
        money const fee = settle_fill(*listing_, side, false, value, left, post(account, position));
        collect(fee);
        if (left.size > 0) post_reduction(side, left.size, left, account, position);
        std::int64_t const lots = size / listing_->lot.nanos;
        set_position(t.instrument, account,
                     book.position(account) + (side == order_side::buy ? lots : -lots), flags);
        return {current_sequence_, fee, account, side, {}};
    };
    std::uint32_t const ordinal = ordinal_;
    trade_side const first = one(p.first_account, p.first_position, t.side, prepared_.reserves[i],
                                 book_flag::one_of_two);
    trade_side const second =
        one(p.second_account, p.second_position, opposite(t.side), prepared_.second_reserves[i], 0);
    if (out_.keeps != kept::nothing) keep_trade(value, t.price, ordinal, first, second);
    fills_[i] = {size, 1};
    out_.fills += 1;
}

}  // namespace lockstep
