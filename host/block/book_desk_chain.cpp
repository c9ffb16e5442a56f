#include "host/block/book_desk.h"

namespace lockstep {

/// What its book would answer to command i now.
book_status book_desk::answer_to(std::uint32_t i) {
    transaction_row const& t = command_at(i);
    bool const leg = t.kind == transaction_kind::combo_leg;
    if (t.kind != transaction_kind::place_order && !leg) return book_status::accepted;
    book_command const c = word_order(i);
    order_book& book = *state_.books[t.instrument];
    std::int64_t const worst = worst_price_of(i);
    if (leg && book.fillable(c, worst) != c.quantity)
        return book_status::order_cannot_be_filled_whole;
    return book.answer_to(c, worst);
}

/// No book is named twice, so that what they answer before the first command holds for the last.
chain_answer book_desk::ask_chain(std::uint32_t first, std::uint32_t last) {
    for (std::uint32_t i = first; i <= last; ++i) {
        if (!stands_here(i)) continue;
        book_status const status = answer_to(i);
        if (status != book_status::accepted) return {i, status};
    }
    return {};
}

void book_desk::end_chain(std::uint32_t first, std::uint32_t last, chain_answer const& answer) {
    bool const refused = answer.status != book_status::accepted;
    for (std::uint32_t i = first; i <= last; ++i) {
        if (refused) prepared_.commands[i].status = apply_status::linked_command_failed;
        if (!stands_here(i)) continue;
        if (refused)
            give_back(i);
        else
            carry_out(i);
    }
    if (!refused) return;
    std::uint32_t blamed = answer.refused;
    bool const combo = command_at(blamed).kind == transaction_kind::combo_leg;
    while (command_at(blamed).kind == transaction_kind::combo_leg) --blamed;
    prepared_.commands[blamed].status =
        combo ? apply_status::combo_cannot_be_filled_whole : status_of(answer.status);
}

void book_desk::carry_out(std::uint32_t i) {
    switch (command_at(i).kind) {
        case transaction_kind::place_order:
        case transaction_kind::combo_leg: place(i); break;
        case transaction_kind::block_trade: block_trade(i); break;
        default: break;  // the header of a combo
    }
}

/// What command i was admitted with, to the accounts that set it aside.
void book_desk::give_back(std::uint32_t i) {
    prepared_command const& p = prepared_.commands[i];
    transaction_row const& t = command_at(i);
    if (t.kind == transaction_kind::combo_order) return;
    begin(i);
    auto const one = [&](std::uint32_t account, std::uint32_t position, order_side side,
                         order_reserve const& reserve) {
        open_reserve unused{t.amount, reserve.position, reserve.fee};
        post_reduction(side, t.amount, unused, account, position);
    };
    one(p.first_account, p.first_position, t.side, prepared_.reserves[i]);
    if (p.second_account == no_row) return;
    one(p.second_account, p.second_position, opposite(t.side), prepared_.second_reserves[i]);
}

}  // namespace lockstep
