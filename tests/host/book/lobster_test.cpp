// A morning of a real market, message by message: NASDAQ's AAPL on 2012-06-21, as LOBSTER published
// it.
//
// Orders that rested before the first message are not in the file, and neither is what happens
// below the ten levels that it shows. So what a level holds when it comes into view is seeded from
// the published row, as one nameless order, older than all that follow; a deletion or execution of
// an order that we never saw is taken from the nameless one. From then on nothing is helped along:
// each message becomes one command, executions become an incoming order that must meet exactly the
// order that NASDAQ's priority gave it, and all ten levels of both sides must equal the row.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "host/book/order_book.h"
#include "tests/host/real_data.h"

namespace lockstep {
namespace {

namespace fs = std::filesystem;

std::vector<std::vector<std::string>> read_csv(fs::path const& path) {
    std::vector<std::vector<std::string>> rows;
    std::ifstream in(path);
    for (std::string line; std::getline(in, line);) {
        std::vector<std::string> fields;
        std::istringstream cells(line);
        for (std::string cell; std::getline(cells, cell, ',');) fields.push_back(cell);
        if (!fields.empty()) rows.push_back(fields);
    }
    return rows;
}

using side_levels = std::map<std::int64_t, std::int64_t>;  // price -> quantity

/// Ten levels of one published row.
side_levels published(std::vector<std::string> const& row, order_side side) {
    side_levels levels;
    for (std::size_t i = side == order_side::sell ? 0 : 2; i + 1 < row.size(); i += 4) {
        std::int64_t const price = std::stoll(row[i]);
        if (price > 0 && price < 9'999'999'999) levels[price] = std::stoll(row[i + 1]);
    }
    return levels;
}

struct tally {
    int placed = 0, reduced = 0, cancelled = 0, executed = 0, executed_named = 0, hidden = 0;
    int nameless = 0;  // deletions and executions of orders that we never saw
    int seeded_levels = 0, stale_levels = 0;
};

class replay {
  public:
    void run(std::vector<std::vector<std::string>> const& messages,
             std::vector<std::vector<std::string>> const& rows) {
        seed_first(messages[0], rows[0]);
        for (std::size_t k = 0; k < messages.size(); ++k) {
            SCOPED_TRACE("message " + std::to_string(k + 1));
            apply(messages[k]);
            if (::testing::Test::HasFatalFailure()) return;
            for (auto side : {order_side::buy, order_side::sell}) {
                side_levels const now = published(rows[k], side);
                side_levels const before = published(rows[k == 0 ? 0 : k - 1], side);
                bring_into_view(side, now, before, std::stoll(messages[k][4]));
                compare(side, now);
                if (::testing::Test::HasFatalFailure()) return;
            }
        }
    }
    tally seen;

  private:
    void send(book_command c) {
        reports_.clear();
        status_ = book_.apply(c, [&](book_report const& r) { reports_.push_back(r); });
    }
    book_command command(book_verb verb, std::uint64_t order, order_side side, std::int64_t price,
                         std::int64_t quantity) {
        book_command c{};
        c.verb = verb;
        c.order = order;
        c.side = side;
        c.price = price;
        c.quantity = quantity;
        return c;
    }

    /// The first row already holds the effect of the first message.
    void seed_first(std::vector<std::string> const& first, std::vector<std::string> const& row) {
        ASSERT_EQ(first[1], "1");
        for (auto side : {order_side::buy, order_side::sell})
            for (auto [price, quantity] : published(row, side)) {
                if (price == std::stoll(first[4])) quantity -= std::stoll(first[3]);
                if (quantity > 0) seed(side, price, quantity);
            }
    }
    void seed(order_side side, std::int64_t price, std::int64_t quantity) {
        ++seen.seeded_levels;
        std::uint64_t const id = next_nameless_++;
        nameless_[{static_cast<int>(side), price}].insert(id);
        send(command(book_verb::place, id, side, price, quantity));
        ASSERT_EQ(reports_.size(), 2u) << "seeding must not trade";
    }

    void apply(std::vector<std::string> const& m) {
        int const type = std::stoi(m[1]);
        std::uint64_t const id = std::stoull(m[2]);
        std::int64_t const size = std::stoll(m[3]);
        std::int64_t const price = std::stoll(m[4]);
        order_side const side = m[5] == "1" ? order_side::buy : order_side::sell;
        if (type == 1) {
            ++seen.placed;
            send(command(book_verb::place, id, side, price, size));
            ASSERT_EQ(reports_.size(), 2u) << "a new order of this feed never trades";
            ASSERT_EQ(reports_[1].kind, report_kind::rested);
        } else if (type == 2 || type == 3) {
            ++(type == 2 ? seen.reduced : seen.cancelled);
            take_off(id, side, price, size, type == 3);
        } else if (type == 4) {
            execute(id, side, price, size);
        } else {
            ASSERT_EQ(type, 5);  // against an order that was never shown
            ++seen.hidden;
        }
    }

    void take_off(std::uint64_t id, order_side side, std::int64_t price, std::int64_t size,
                  bool whole) {
        if (book_.find(id).state == order_state::free) {
            ++seen.nameless;
            auto& ids = nameless_[{static_cast<int>(side), price}];
            ASSERT_EQ(ids.size(), 1u);
            id = *ids.begin();
            whole = false;
        }
        order_row const row = book_.find(id);
        ASSERT_EQ(row.price, price);
        ASSERT_EQ(row.side, side);
        ASSERT_TRUE(!whole || row.visible == size);
        send(command(whole ? book_verb::cancel : book_verb::reduce, id, side, 0, size));
        ASSERT_EQ(status_, book_status::accepted);
        if (book_.find(id).state == order_state::free)
            nameless_[{static_cast<int>(side), price}].erase(id);
    }

    void execute(std::uint64_t id, order_side side, std::int64_t price, std::int64_t size) {
        ++seen.executed;
        bool const named = book_.find(id).state != order_state::free;
        seen.executed_named += named;
        if (!named) {
            ++seen.nameless;
            auto& ids = nameless_[{static_cast<int>(side), price}];
            ASSERT_EQ(ids.size(), 1u);
            id = *ids.begin();
        }
        order_side const against = side == order_side::buy ? order_side::sell : order_side::buy;
        book_command c = command(book_verb::place, next_taker_++, against, price, size);
        c.force = time_in_force::immediate_or_cancel;
        send(c);
        ASSERT_EQ(reports_.size(), 2u);
        EXPECT_EQ(reports_[1].kind, report_kind::filled);
        EXPECT_EQ(reports_[1].maker, id) << "priority went to another order";
        EXPECT_EQ(reports_[1].price, price);
        EXPECT_EQ(reports_[1].quantity, size);
        if (book_.find(id).state == order_state::free)
            nameless_[{static_cast<int>(side), price}].erase(id);
    }

    side_levels ours(order_side side, std::size_t count) const {
        std::vector<depth_level> levels(count);
        std::size_t const found = book_.depth(side, levels.data(), count);
        side_levels all;
        for (std::size_t i = 0; i < found; ++i) all[levels[i].price] = levels[i].quantity;
        return all;
    }

    /// Levels that were below the view one message ago: what happened to them there was not said.
    void bring_into_view(order_side side, side_levels const& now, side_levels const& before,
                         std::int64_t touched) {
        side_levels const held = ours(side, 1000);
        for (auto const& [price, quantity] : now) {
            if (before.count(price) != 0 || price == touched) continue;
            auto const at = held.find(price);
            if (at != held.end() && at->second == quantity) continue;
            if (at != held.end()) clear(side, price);
            seed(side, price, quantity);
        }
        if (now.empty()) return;
        std::int64_t const worst =
            side == order_side::buy ? now.begin()->first : now.rbegin()->first;
        for (auto const& [price, quantity] : held) {
            bool const in_view = side == order_side::buy ? price >= worst : price <= worst;
            if (in_view && now.count(price) == 0 && before.count(price) == 0 && price != touched)
                clear(side, price);
        }
    }
    void clear(order_side side, std::int64_t price) {
        ++seen.stale_levels;
        for (auto const& row : book_.export_rows().orders)
            if (row.side == side && row.price == price)
                send(command(book_verb::cancel, row.order, side, 0, 0));
        nameless_[{static_cast<int>(side), price}].clear();
    }

    void compare(order_side side, side_levels const& row) {
        ASSERT_EQ(ours(side, row.size()), row) << (side == order_side::buy ? "bids" : "offers");
    }

    order_book book_;
    book_status status_{};
    std::vector<book_report> reports_;
    std::map<std::pair<int, std::int64_t>, std::set<std::uint64_t>> nameless_;
    std::uint64_t next_nameless_ = std::uint64_t{1} << 40;
    std::uint64_t next_taker_ = std::uint64_t{1} << 41;
};

TEST(lobster, aapl_2012_06_21_message_by_message) {
    auto const data = real_data("lobster_aapl_2012-06-21");
    if (!data) GTEST_SKIP() << "no real market data here";
    fs::path const folder = *data;
    std::string const name = "AAPL_2012-06-21_34200000_57600000_";
    auto const messages = read_csv(folder / (name + "message_10.csv"));
    auto const rows = read_csv(folder / (name + "orderbook_10.csv"));
    ASSERT_EQ(messages.size(), 999u);
    ASSERT_EQ(rows.size(), 999u);
    replay r;
    r.run(messages, rows);
    if (HasFatalFailure()) return;
    tally const& t = r.seen;
    EXPECT_EQ(t.placed + t.reduced + t.cancelled + t.executed + t.hidden, 999);
    EXPECT_EQ(t.placed, 471);
    EXPECT_EQ(t.cancelled, 369);
    EXPECT_EQ(t.executed, 98);
    EXPECT_EQ(t.hidden, 61);
    // How much of it was proof: 94 executions met an order of the file, first in its line; 9
    // messages were about older ones; 20 levels of the first row and 11 that came into view later
    // were seeded, 4 of which had been in view before and had changed meanwhile.
    EXPECT_EQ(t.executed_named, 94);
    EXPECT_EQ(t.nameless, 9);
    EXPECT_EQ(t.seeded_levels, 31);
    EXPECT_EQ(t.stale_levels, 4);
}

}  // namespace
}  // namespace lockstep
