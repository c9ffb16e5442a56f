#include "host/store/changed_rows.h"

#include <algorithm>
#include <tuple>

#include "host/block/tables.h"
#include "host/io/row_bytes.h"
#include "host/store/journal.h"

namespace lockstep {

namespace {

/// Where an order stands in its book; only the order inside of a level says who comes first.
auto level_of(order_row const& r) {
    bool const rests = r.state == order_state::resting;
    bool const waits = r.state == order_state::due;
    return std::tuple(r.state, waits ? 0 : static_cast<int>(r.side), rests || waits ? 0 : r.flags,
                      waits   ? 0
                      : rests ? r.price
                              : r.trigger);
}

std::uint32_t slot_of(engine_state const& state, std::uint64_t order) {
    return state.outcomes[order - 1].row;
}

}  // namespace

void changed_rows::update(engine_state const& state, dirty_tables const& dirty,
                          see_row const& see) {
    std::vector<std::uint32_t> rows;
    visit_tables(state, dirty, [&](root_table t, auto const& table, dirty_rows const& changed) {
        auto const number = static_cast<std::uint32_t>(t);
        if (known_.size() <= number) known_.resize(number + 1);
        rows.clear();
        for (std::uint32_t const row : changed.rows())
            if (row < known_[number]) rows.push_back(row);
        std::sort(rows.begin(), rows.end());
        for (std::uint32_t const row : rows) see(number, row, bytes_of_row(table[row]));
        for (std::uint64_t row = known_[number]; row < table.size(); ++row)
            see(number, static_cast<std::uint32_t>(row), bytes_of_row(table[row]));
        known_[number] = table.size();
    });
    update_books(state, dirty, see);
}

void changed_rows::update_books(engine_state const& state, dirty_tables const& dirty,
                                see_row const& see) {
    orders_.resize(state.open_orders.rows().size());
    std::vector<std::uint32_t> books;
    for (std::uint32_t const book : dirty.books.rows())
        if (book < known_books_) books.push_back(book);
    std::sort(books.begin(), books.end());
    for (; known_books_ < state.books.size(); ++known_books_)
        books.push_back(static_cast<std::uint32_t>(known_books_));

    std::vector<book_order_row> changed;
    std::vector<std::pair<std::uint32_t, std::size_t>> told;  // slot, place in `changed`
    std::vector<std::pair<std::uint32_t, book_header_row>> headers;
    constexpr std::size_t gone = SIZE_MAX;
    for (std::uint32_t const book : books) {
        book_rows const at_rest = state.books[book]->export_rows();
        headers.emplace_back(book, at_rest.header);
        headers.back().second.time = 0;  // passes for every book alike
        std::uint64_t before = 0;
        for (std::size_t i = 0; i < at_rest.orders.size(); ++i) {
            order_row const& order = at_rest.orders[i];
            bool const first =
                i == 0 || level_of(at_rest.orders[i - 1]) != level_of(at_rest.orders[i]);
            if (first) before = 0;
            std::uint32_t const slot = slot_of(state, order.order);
            order_mark& mark = orders_[slot];
            bool const moved = mark.rank <= before;
            if (moved) mark.rank = ++last_rank_;
            before = mark.rank;
            std::uint64_t const digest =
                digest_of_row(book_order_table, slot, &order, sizeof order);
            if (!moved && digest == mark.digest) continue;
            mark.digest = digest;
            told.emplace_back(slot, changed.size());
            changed.push_back({order, mark.rank});
        }
    }
    for (std::uint32_t const slot : dirty.open_orders.rows()) {
        if (state.open_orders[slot].sequence != 0 || orders_[slot].rank == 0) continue;
        orders_[slot] = {};
        told.emplace_back(slot, gone);
    }
    std::sort(told.begin(), told.end());
    for (auto const& [slot, place] : told)
        see(book_order_table, slot,
            place == gone ? std::string_view() : bytes_of_row(changed[place]));
    for (auto const& [book, header] : headers) see(book_header_table, book, bytes_of_row(header));
}

void changed_rows::remember(engine_state const& state, std::vector<book_order_row> const& orders,
                            std::uint64_t last_rank) {
    last_rank_ = last_rank;
    visit_tables(state, {}, [&](root_table t, auto const& table, dirty_rows const&) {
        known_.resize(std::max(known_.size(), static_cast<std::size_t>(t) + 1));
        known_[static_cast<std::size_t>(t)] = table.size();
    });
    known_books_ = state.books.size();
    orders_.assign(state.open_orders.rows().size(), {});
    for (std::size_t slot = 0; slot < orders.size(); ++slot) {
        book_order_row const& row = orders[slot];
        if (row.rank == 0) continue;
        orders_[slot] = {digest_of_row(book_order_table, static_cast<std::uint32_t>(slot),
                                       &row.order, sizeof row.order),
                         row.rank};
    }
}

}  // namespace lockstep
