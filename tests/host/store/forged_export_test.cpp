// An exported store that somebody changed and whose every digest was put right: what the root knows
// is refused, the rest does not survive a replay.
#include <gtest/gtest.h>

#include <algorithm>
#include <span>

#include "host/base/error.h"
#include "host/generate/transactions.h"
#include "host/store/packed_store.h"
#include "host/store/replay.h"
#include "host/store/verify.h"
#include "tests/host/store/packed_exchange.h"

namespace lockstep {
namespace {

using forged_export = packed_exchange;

/// What a packed file holds, to be changed and written again with every digest put right.
struct unpacked_file {
    explicit unpacked_file(std::filesystem::path const& file)
        : path(file), from(file.string(), open_bytes(file.string())), tables(from.tables().size()) {
        for (packed_piece piece; from.next(piece);)
            tables[piece.table].insert(tables[piece.table].end(), piece.bytes.begin(),
                                       piece.bytes.end());
    }
    template <class Row>
    std::span<Row> rows(std::size_t table) {
        return {reinterpret_cast<Row*>(tables[table].data()), tables[table].size() / sizeof(Row)};
    }
    std::size_t named(std::string const& name) const {
        auto const found =
            std::find_if(from.tables().begin(), from.tables().end(),
                         [&](packed_table const& table) { return table.name == name; });
        return static_cast<std::size_t>(found - from.tables().begin());
    }
    void write() {
        packed_writer out(path, from.entry(), from.tables());
        for (std::size_t t = 0; t < tables.size(); ++t)
            out.write_table(
                [&](std::uint64_t i) { return tables[t].data() + i * from.tables()[t].row_bytes; });
        out.commit();
    }

    std::filesystem::path const path;
    packed_reader from;
    std::vector<std::vector<std::uint8_t>> tables;
};

TEST_F(forged_export, is_refused_when_its_rows_do_not_give_its_root) {
    exported(exchange, file);
    unpacked_file forged(file);
    account_row& row = forged.rows<account_row>(forged.named("accounts"))[3];
    forged.write();
    EXPECT_EQ("", findings());
    row.cash.nanos += 1;
    forged.write();
    EXPECT_NE(std::string::npos, findings().find("table accounts is not the one whose root"))
        << findings();
    row.cash.nanos -= 1;
    row.asset.value = 1000;
    forged.write();
    EXPECT_NE(std::string::npos, findings().find("accounts row 3: names a row that is not there"))
        << findings();
}

/// No root speaks of outcomes, and a repeated id is answered from them: running the commands shows.
TEST_F(forged_export, replays_to_other_outcomes_when_they_were_forged) {
    exported(exchange, file);
    unpacked_file forged(file);
    auto const commands = forged.rows<transaction_row>(packed::commands);
    auto const outcomes = forged.rows<outcome_row>(packed::outcomes);
    std::size_t place = commands.size();
    while (place > 0) {  // the last transfer that applied
        --place;
        if (commands[place].kind == transaction_kind::transfer && commands[place].flags == 0 &&
            outcomes[place].status == apply_status::applied)
            break;
    }
    outcomes[place].status = apply_status::account_lacks_free_cash;
    forged.write();
    std::uint64_t of_block = 0, last = 0;
    for (block const& b : blocks) {
        last += b.commands.size();
        ++of_block;
        if (last > place) break;
    }
    stored_exchange copy;
    EXPECT_EQ(root, imported(file, copy).root);
    ledger_store store(copy.options(open_mode::read_only));
    replay_report const again = replay(store, {}, *copy.device, [](std::uint64_t) {});
    EXPECT_EQ(of_block, again.differs);
    ASSERT_EQ(1u, again.findings.size());
    EXPECT_EQ("outcome of command " + std::to_string(place + 1) +
                  ": then account_lacks_free_cash and row 4294967295, now applied and row "
                  "4294967295",
              again.findings[0]);
}

/// Ranks say who stands first; the root knows it from `queued` of the open orders.
TEST_F(forged_export, is_refused_when_orders_of_one_price_changed_places) {
    exported(exchange, file);
    unpacked_file forged(file);
    auto const orders = forged.rows<book_order_row>(forged.named("book_orders"));
    auto const open = forged.rows<open_order_row>(forged.named("open_orders"));
    ASSERT_EQ(orders.size(), open.size());
    auto const shares_price = [&](std::size_t a, std::size_t b) {
        order_row const &x = orders[a].order, &y = orders[b].order;
        return a != b && x.order != 0 && y.order != 0 && x.state == order_state::resting &&
               y.state == order_state::resting && x.side == y.side && x.price == y.price &&
               open[a].instrument == open[b].instrument;
    };
    std::size_t first = 0, second = 0;
    for (std::size_t a = 0; a < orders.size(); ++a)
        for (std::size_t b = 0; b < orders.size(); ++b)
            if (shares_price(a, b) && open[a].queued < open[b].queued) first = a, second = b;
    ASSERT_NE(first, second) << "no two orders rest at one price";
    EXPECT_LT(orders[first].rank, orders[second].rank);
    std::swap(orders[first].rank, orders[second].rank);
    forged.write();
    std::string const said = "orders " + std::to_string(orders[second].order.order) + " and " +
                             std::to_string(orders[first].order.order) +
                             " stand the other way round than open_orders says";
    EXPECT_NE(std::string::npos, findings(root).find(said)) << findings() << said;
    stored_exchange copy;
    EXPECT_THROW(imported(file, copy), input_error);
}

/// Of stops at one trigger only the commands say who came first.
TEST_F(forged_export, replays_to_other_ranks_when_those_of_stops_were_forged) {
    stored_exchange with_stops;
    root = with_stops.store_blocks(workload::blocks_of({.seed = 3,
                                                        .transactions = 1'500,
                                                        .accounts = 20,
                                                        .books = 3,
                                                        .mix = mix_of("order=1"),
                                                        .block = 100}));
    exported(with_stops, file);
    unpacked_file forged(file);
    auto const orders = forged.rows<book_order_row>(forged.named("book_orders"));
    std::vector<std::size_t> stops;
    for (std::size_t slot = 0; slot < orders.size(); ++slot)
        if (orders[slot].order.order != 0 && orders[slot].order.state == order_state::dormant)
            stops.push_back(slot);
    ASSERT_GE(stops.size(), 2u);
    std::uint64_t const first = orders[stops[0]].rank, second = orders[stops[1]].rank;
    std::swap(orders[stops[0]].rank, orders[stops[1]].rank);
    forged.write();
    stored_exchange copy;
    EXPECT_EQ(root, imported(file, copy).root);
    ledger_store store(copy.options(open_mode::read_only));
    replay_report const again = replay(store, {}, *copy.device, [](std::uint64_t) {});
    EXPECT_EQ(store.blocks(), again.differs);
    ASSERT_EQ(1u, again.findings.size());
    EXPECT_EQ("book_orders row " + std::to_string(stops[0]) + ": then of rank " +
                  std::to_string(second) + ", now of " + std::to_string(first),
              again.findings[0]);
    EXPECT_EQ(
        0u, replay(store, {.to = store.blocks() - 1}, *copy.device, [](std::uint64_t) {}).differs);
}

}  // namespace
}  // namespace lockstep
