// What must hold for any flow: nothing crosses, no lot is made or lost, who came first is served
// first, positions sum to zero; and what a book is told to hold it holds after a journey as rows.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "host/book/order_book.h"
#include "host/generate/market_flow.h"
#include "tests/host/book/book_script.h"
#include "tests/model/slow_book.h"

namespace lockstep {
namespace {

class any_mood : public ::testing::TestWithParam<market_mood> {};

/// Follows every order by what is said about it alone.
struct auditor {
    struct life {
        std::int64_t open = 0;
        std::uint64_t came = 0;  // to its price
        bool rests = false;
    };
    std::unordered_map<std::uint64_t, life> lives;
    std::uint64_t clock = 0;
    std::map<std::uint32_t, std::int64_t> positions;

    void hear(book_report const& r, order_book const& book) {
        if (r.kind == report_kind::rejected) return;
        ++clock;
        life& o = lives[r.order];
        switch (r.kind) {
            case report_kind::accepted: o = {r.quantity, 0, false}; break;
            case report_kind::rejected: return;
            case report_kind::rested:
            case report_kind::refreshed:
                o.came = clock;
                o.rests = true;
                break;
            case report_kind::replaced:
                o.open = r.remaining;
                o.rests = false;
                break;
            case report_kind::amended: o.open = r.remaining; break;
            case report_kind::filled:
            case report_kind::decremented: hear_match(r, book); break;
            case report_kind::reduced: o.open -= r.quantity; break;
            case report_kind::cancelled:
                EXPECT_EQ(o.open, r.quantity);
                lives.erase(r.order);
                return;
            case report_kind::triggered: break;
        }
        EXPECT_EQ(o.open, r.remaining);
        if (o.open == 0) lives.erase(r.order);
    }

    void hear_match(book_report const& r, order_book const& book) {
        life& maker = lives.at(r.maker);
        EXPECT_TRUE(maker.rests);
        EXPECT_GE(maker.came, last_came(r)) << "somebody who came later was served first";
        lives[r.order].open -= r.quantity;
        maker.open -= r.quantity;
        EXPECT_EQ(maker.open, r.maker_remaining);
        if (maker.open == 0) lives.erase(r.maker);
        if (r.kind != report_kind::filled) return;
        std::int64_t const bought = r.side == order_side::buy ? r.quantity : -r.quantity;
        positions[r.account] += bought;
        positions[r.maker_account] -= bought;
        EXPECT_EQ(book.position(r.account), positions[r.account]);
    }

    /// When the maker before this one came to this price, under the same taker.
    std::uint64_t last_came(book_report const& r) {
        bool const same = r.order == taker_ && r.price == price_;
        std::uint64_t const before = same ? came_ : 0;
        taker_ = r.order;
        price_ = r.price;
        came_ = lives.at(r.maker).came;
        return before;
    }

  private:
    std::uint64_t taker_ = 0, came_ = 0;
    std::int64_t price_ = 0;
};

TEST_P(any_mood, keeps_every_lot_and_never_crosses) {
    order_book book;
    market_flow flow(GetParam(), 11, 4000);
    auditor auditor;
    book_command c;
    std::uint64_t fills = 0;
    for (int i = 0; i < 100'000; ++i) {
        flow.next(c);
        book.apply(c, [&](book_report const& r) {
            fills += r.kind == report_kind::filled;
            auditor.hear(r, book);
        });
        std::int64_t const bid = book.best(order_side::buy), offer = book.best(order_side::sell);
        ASSERT_TRUE(bid == 0 || offer == 0 || bid < offer) << "after message " << i;
        ASSERT_FALSE(HasFailure()) << "after message " << i;
    }
    EXPECT_GT(fills, 5'000u);
    EXPECT_GT(book.open_orders(), 500u);
    std::size_t open = 0;
    for (auto const& row : book.export_rows().orders) {
        auto const life = auditor.lives.find(row.order);
        ASSERT_NE(life, auditor.lives.end());
        EXPECT_EQ(life->second.open, row.visible + row.hidden);
        ++open;
    }
    EXPECT_EQ(open, auditor.lives.size());
    EXPECT_EQ(open, book.open_orders());
    std::int64_t sum = 0;
    for (auto const& [account, position] : auditor.positions) sum += position;
    EXPECT_EQ(sum, 0);
}

TEST_P(any_mood, equals_the_slow_book) {
    order_book book;
    model::slow_book slow;
    market_flow flow(GetParam(), 5, 150);
    book_command c;
    std::vector<book_report> said, said_slowly;
    for (int i = 0; i < 40'000; ++i) {
        flow.next(c);
        said.clear();
        said_slowly.clear();
        book.apply(c, [&](book_report const& r) { said.push_back(r); });
        slow.apply(c, said_slowly);
        ASSERT_EQ(said.size(), said_slowly.size()) << "after message " << i;
        ASSERT_TRUE(said.empty() || std::memcmp(said.data(), said_slowly.data(),
                                                said.size() * sizeof(book_report)) == 0)
            << "after message " << i << ": " << test::in_words(said[0]);
    }
}

std::string name_of_mood(::testing::TestParamInfo<market_mood> const& at) {
    char const* const names[] = {"calm", "swinging", "crashing"};
    return names[static_cast<int>(at.param)];
}
INSTANTIATE_TEST_SUITE_P(moods, any_mood,
                         ::testing::Values(market_mood::calm, market_mood::swinging,
                                           market_mood::crashing),
                         name_of_mood);

TEST(book_rows, that_no_book_can_hold_are_refused) {
    order_book book;
    book.apply(test::parse_command("buy 1 A 5@100"), [](book_report const&) {});
    book.apply(test::parse_command("sell 2 A 5@110"), [](book_report const&) {});
    book_rows const good = book.export_rows();
    auto refused = [&](auto&& spoil) {
        book_rows rows = good;
        spoil(rows);
        order_book other;
        EXPECT_THROW(other.import_rows(rows), std::invalid_argument);
    };
    EXPECT_NO_THROW(order_book().import_rows(good));
    EXPECT_THROW(book.import_rows(good), std::invalid_argument) << "the book is in use";
    refused([](book_rows& r) { r.header.orders = 3; });
    refused([](book_rows& r) { r.orders[1].order = 1; });
    refused([](book_rows& r) { r.orders[0].price = 110; });
    refused([](book_rows& r) { r.orders[0].visible = 0; });
    refused([](book_rows& r) { r.orders[0].visible = INT64_MAX; });
    refused([](book_rows& r) { r.orders[0].hidden = 1; });
    refused([](book_rows& r) { r.orders[0].sequence = 9; });
    refused([](book_rows& r) { r.orders[0].state = order_state::dormant; });
    refused([](book_rows& r) { r.orders[0].side = static_cast<order_side>(2); });
    refused([](book_rows& r) { r.orders[0].type = order_type::market; });
}

TEST(book_limits, must_make_sense) {
    book_limits limits;
    limits.quantity_max = INT64_MAX;
    EXPECT_THROW(order_book{limits}, std::invalid_argument);
    limits = {};
    limits.price_max = 0;
    EXPECT_THROW(order_book{limits}, std::invalid_argument);
}

/// The far ends of the price range, and prices that share no leaf of the tree.
TEST(price_ladder, finds_the_best_wherever_prices_are) {
    book_limits limits;
    limits.price_max = (std::int64_t{1} << 59);
    test::play(R"(
        buy  1 A 1@1                    | accepted; rests 1
        buy  2 A 1@576460752303423488   | accepted; rests 1
        buy  3 A 1@576460752303423489   | price_exceeds_the_limit
        buy  4 A 1@70000                | accepted; rests 1
        sell 5 B 3@1                    | accepted; 5 takes 1@576460752303423488 from 2; 5 takes 1@70000 from 4; 5 takes 1@1 from 1
        sell 6 B 1@576460752303423488   | accepted; rests 1
        sell 7 B 1@4095                 | accepted; rests 1
        sell 8 B 1@4096                 | accepted; rests 1
        cancel 7 B                      | 7 leaves with 1 by_request
        buy  9 A 3@mkt                  | accepted; 9 takes 1@4096 from 8; 9 takes 1@576460752303423488 from 6; 9 leaves with 1 nothing_left_to_match
    )",
               limits);
}

}  // namespace
}  // namespace lockstep
