#include "host/block/book_ranks.h"

#include <algorithm>
#include <stdexcept>

#include "host/exec/packed_rows.h"

namespace lockstep {

namespace {

/// What became of a command on its book.
struct command_outcome {
    fill_summary fills;
    std::uint32_t command;
    apply_status status;
    bool opened;
};

struct open_order_change {
    std::uint32_t slot;
    open_order_row row;
};

}  // namespace

book_ranks::book_ranks(exec::rank_exchange& exchange, engine_state& state, prepared_block& prepared,
                       big_vector<fill_summary>& fills)
    : exchange_(exchange), state_(state), prepared_(prepared), fills_(fills) {
    if (!state.books.empty())
        throw std::invalid_argument(
            "engine: ranks share the books of an exchange that begins empty");
    state_.share = {exchange.rank(), exchange.ranks()};
}

std::vector<book_ranks::chain_vote> book_ranks::vote(chain_vote const& mine) const {
    exec::byte_string letter;
    exec::pack_rows(letter, std::span(&mine, 1));
    std::vector<chain_vote> votes, one;
    for (exec::byte_string const& from : exchange_.gather(letter)) {
        exec::packed_rows(from).take(one);
        votes.push_back(one.front());
    }
    return votes;
}

chain_answer book_ranks::agree(std::span<std::uint32_t const> parties, std::uint32_t first,
                               chain_answer const& mine) {
    for (;;) {
        std::vector<chain_vote> const votes = vote({first, mine});
        bool const all = std::all_of(parties.begin(), parties.end(), [&](std::uint32_t rank) {
            return votes[rank].first == first;
        });
        if (!all) continue;
        chain_answer together;
        for (std::uint32_t const rank : parties)
            if (votes[rank].answer.refused < together.refused) together = votes[rank].answer;
        return together;
    }
}

void book_ranks::agree_no_more() {
    for (bool any = true; any;) {
        std::vector<chain_vote> const votes = vote({no_row, {}});
        any = std::any_of(votes.begin(), votes.end(),
                          [](chain_vote const& v) { return v.first != no_row; });
    }
}

void book_ranks::share(std::span<std::uint32_t const> commands,
                       std::vector<match_output>& outputs) {
    std::vector<exec::byte_string> const letters =
        exchange_.gather(pack(commands, outputs[state_.share.rank]));
    for (std::uint32_t rank = 0; rank < outputs.size(); ++rank)
        if (rank != state_.share.rank) take(letters[rank], outputs[rank]);
}

exec::byte_string book_ranks::pack(std::span<std::uint32_t const> commands,
                                   match_output const& out) const {
    std::vector<command_outcome> outcomes;
    std::vector<std::uint32_t> slots = out.changed_slots;
    for (std::uint32_t const i : commands) {
        prepared_command const& p = prepared_.commands[i];
        outcomes.push_back({fills_[i], i, p.status, p.opened});
        if (p.slot != no_row) slots.push_back(p.slot);
    }
    std::sort(slots.begin(), slots.end());
    slots.erase(std::unique(slots.begin(), slots.end()), slots.end());
    std::vector<open_order_change> orders;
    orders.reserve(slots.size());
    for (std::uint32_t const slot : slots) orders.push_back({slot, state_.open_orders[slot]});

    exec::byte_string letter;
    exec::pack_rows(letter, outcomes);
    exec::pack_rows(letter, orders);
    exec::pack_rows(letter, out.entries);
    exec::pack_rows(letter, out.fees);
    exec::pack_rows(letter, out.closed_slots);
    exec::pack_rows(letter, out.changed_slots);
    exec::pack_rows(letter, out.changed_books);
    exec::pack_rows(letter, std::span(&out.fills, 1));
    exec::pack_rows(letter, out.trades);
    return letter;
}

void book_ranks::take(exec::byte_string const& letter, match_output& out) {
    exec::packed_rows lists(letter);
    std::vector<command_outcome> outcomes;
    lists.take(outcomes);
    for (command_outcome const& o : outcomes) {
        fills_[o.command] = o.fills;
        prepared_.commands[o.command].status = o.status;
        prepared_.commands[o.command].opened = o.opened;
    }
    std::vector<open_order_change> orders;
    lists.take(orders);
    for (open_order_change const& order : orders) state_.open_orders[order.slot] = order.row;
    lists.take(out.entries);
    lists.take(out.fees);
    lists.take(out.closed_slots);
    lists.take(out.changed_slots);
    lists.take(out.changed_books);
    std::vector<std::uint64_t> fills;
    lists.take(fills);
    out.fills = fills.front();
    lists.take(out.trades);
}

far_books book_ranks::changes_here(dirty_tables const& dirty) const {
    far_books changes;
    for (std::uint32_t const book : dirty.books.rows()) {
        if (!state_.share.has(book)) continue;
        changes.headers.push_back({book, state_.books[book]->header()});
        state_.books[book]->each_trailing(
            [&](order_row const& order) { changes.orders.push_back(order); });
    }
    for (std::uint32_t const slot : dirty.open_orders.rows()) {
        open_order_row const& o = state_.open_orders[slot];
        if (o.left.size > 0 && state_.share.has(o.instrument.value))
            changes.orders.push_back(state_.books[o.instrument.value]->find(o.sequence));
    }
    return changes;
}

void book_ranks::tell_changes(dirty_tables& dirty) const {
    exec::byte_string letter;
    if (state_.share.rank > 0) {
        far_books const mine = changes_here(dirty);
        exec::pack_rows(letter, mine.headers);
        exec::pack_rows(letter, mine.orders);
    }
    std::vector<exec::byte_string> const letters = exchange_.collect(letter);
    far_books from;
    for (std::size_t rank = 1; rank < letters.size(); ++rank) {
        exec::packed_rows lists(letters[rank]);
        lists.take(from.headers);
        lists.take(from.orders);
        dirty.far.headers.insert(dirty.far.headers.end(), from.headers.begin(), from.headers.end());
        dirty.far.orders.insert(dirty.far.orders.end(), from.orders.begin(), from.orders.end());
    }
}

void book_ranks::tell_orders(std::vector<std::vector<order_row>>& by_book) const {
    exec::byte_string letter;
    for (std::uint32_t book = 0; book < by_book.size(); ++book)
        if (state_.share.rank > 0 && state_.share.has(book)) exec::pack_rows(letter, by_book[book]);
    std::vector<exec::byte_string> const letters = exchange_.collect(letter);
    for (std::size_t rank = 1; rank < letters.size(); ++rank) {
        exec::packed_rows lists(letters[rank]);
        for (std::uint32_t book = 0; book < by_book.size(); ++book)
            if (state_.share.owner(book) == rank) lists.take(by_book[book]);
    }
}

}  // namespace lockstep
