// A command that fails, asks for too much or would match without end is refused or bounded, and
// what becomes of the commands beside it does not change when it is taken away.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "host/block/engine.h"
#include "host/log/names.h"
#include "tests/workload/generated.h"

namespace lockstep {
namespace {

constexpr std::int64_t cent = nanos_per_unit / 100;
constexpr std::int64_t tenth = nanos_per_unit / 10;

using block_receipts = std::vector<big_vector<receipt_row>>;

block_receipts receipts_of(std::vector<block> const& blocks) {
    engine ledger({.check = true});
    block_receipts all;
    for (block const& b : blocks) all.push_back(ledger.run(b));
    return all;
}

/// All of a receipt but the numbers that count places in the log and in tables.
void expect_same_fate(receipt_row const& a, receipt_row const& b) {
    EXPECT_TRUE(a.id == b.id);
    EXPECT_EQ(name_of(a.status), name_of(b.status)) << a.sequence;
    EXPECT_EQ(a.value, b.value) << a.sequence;
    EXPECT_EQ(a.reserved_nanos, b.reserved_nanos) << a.sequence;
    EXPECT_EQ(a.fills, b.fills) << a.sequence;
}

using places = std::set<std::pair<std::size_t, std::size_t>>;  // block, command

/// Runs the log without the victims as well, and compares the receipts of all others.
void expect_no_trace_of(places const& victims, std::vector<block> const& blocks) {
    std::vector<block> without = blocks;
    for (auto at = victims.rbegin(); at != victims.rend(); ++at) {
        auto& commands = without[at->first].commands.edit();
        commands.erase(commands.begin() + static_cast<std::ptrdiff_t>(at->second));
    }
    block_receipts const with = receipts_of(blocks);
    block_receipts const rest = receipts_of(without);
    for (std::size_t b = 0; b < blocks.size(); ++b)
        for (std::size_t i = 0, k = 0; i < blocks[b].commands.size(); ++i)
            if (!victims.contains({b, i})) expect_same_fate(with[b][i], rest[b].at(k++));
}

bool is_linked(transaction_row const& t) { return (t.flags & transaction_flag::linked) != 0; }

/// Commands that stand alone, are named by no other, and were refused before any book saw them.
places refused_alone(std::vector<block> const& blocks, block_receipts const& receipts) {
    std::map<std::pair<std::uint64_t, std::uint64_t>, int> named;
    for (block const& b : blocks)
        for (transaction_row const& t : b.commands) {
            ++named[{t.id.low, t.id.high}];
            ++named[{t.target.low, t.target.high}];
        }
    places found;
    for (std::size_t b = 1; b < blocks.size(); ++b)
        for (std::size_t i = 0; i < blocks[b].commands.size(); ++i) {
            transaction_row const& t = blocks[b].commands[i];
            apply_status const status = receipts[b][i].status;
            bool const chained = is_linked(t) || (i > 0 && is_linked(blocks[b].commands[i - 1]));
            bool const by_a_book = status >= apply_status::order_would_take_liquidity ||
                                   status == apply_status::order_would_not_reduce ||
                                   t.kind == transaction_kind::amend_order;
            if (status == apply_status::applied || chained || by_a_book) continue;
            if (named[{t.id.low, t.id.high}] == 1) found.insert({b, i});
        }
    return found;
}

TEST(neighbours_contract, nothing_remembers_a_command_that_was_refused) {
    std::set<apply_status> reasons;
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        transaction_plan plan = workload::crowded(seed, 40);
        plan.bad = 200;
        plan.repeats = 0;
        std::vector<block> const blocks = workload::blocks_of(plan);
        block_receipts const receipts = receipts_of(blocks);
        places const victims = refused_alone(blocks, receipts);
        EXPECT_GT(victims.size(), 200u);
        for (auto const& [b, i] : victims) {
            reasons.insert(receipts[b][i].status);
            EXPECT_EQ(UINT32_MAX, receipts[b][i].result) << "made something";
        }
        expect_no_trace_of(victims, blocks);
    }
    EXPECT_GT(reasons.size(), 20u);
}

/// Two books marked at 100 and eight accounts with a million each, and orders put together by hand.
class hostile : public ::testing::Test {
  protected:
    hostile() {
        blocks_ = workload::blocks_of(
            {.transactions = 0, .accounts = 8, .books = 2, .mix = mix_of("orders")});
    }
    void next_block() { blocks_.push_back({.time = blocks_.back().time + 1, .commands = {}}); }
    std::size_t add(transaction_row t) {
        t.id = {++made_, 9};
        blocks_.back().commands.edit().push_back(t);
        return blocks_.back().commands.size() - 1;
    }
    std::size_t order(std::uint32_t account, order_side side, std::int64_t lots, std::int64_t cents,
                      std::uint32_t book = 0) {
        return add(order_row(account, side, lots, cents, book));
    }
    static transaction_row order_row(std::uint32_t account, order_side side, std::int64_t lots,
                                     std::int64_t cents, std::uint32_t book = 0) {
        transaction_row t{};
        t.kind = transaction_kind::place_order;
        t.account = account;
        t.instrument = book;
        t.side = side;
        t.amount = lots * tenth;
        t.price = cents * cent;
        return t;
    }
    static transaction_row market_buy(std::uint32_t account, std::int64_t lots) {
        transaction_row t = order_row(account, order_side::buy, lots, 0);
        t.type = order_type::market;
        t.force = time_in_force::immediate_or_cancel;
        return t;
    }
    /// Others trade on the second book, and cash moves.
    void neighbours() {
        order(4, order_side::sell, 30, 10'010, 1);
        order(5, order_side::buy, 20, 10'020, 1);
        transaction_row t{};
        t.kind = transaction_kind::transfer;
        t.account = 6;
        t.counterparty = 7;
        t.amount = nanos_per_unit;
        add(t);
    }
    /// What became of the last command added at `at` of the last block; its neighbours' fate is
    /// compared with what it is without it.
    receipt_row without_a_trace(std::size_t at) {
        expect_no_trace_of({{blocks_.size() - 1, at}}, blocks_);
        return receipts_of(blocks_).back().at(at);
    }

    std::vector<block> blocks_;
    std::uint64_t made_ = 0;
    std::uint32_t const matches_max = book_limits{}.matches_max;
};

TEST_F(hostile, a_market_order_meets_no_more_orders_than_a_book_allows) {
    next_block();
    for (int i = 0; i < 6'000; ++i) order(0, order_side::sell, 1, 10'001 + i / 3);
    next_block();
    neighbours();
    std::size_t const at = add(market_buy(1, 10'000));
    neighbours();
    receipt_row const receipt = without_a_trace(at);
    EXPECT_EQ(apply_status::applied, receipt.status);
    EXPECT_EQ(matches_max, receipt.fills);
    EXPECT_EQ(matches_max * tenth, receipt.value);
}

TEST_F(hostile, an_iceberg_shows_itself_no_more_often_than_a_book_allows) {
    next_block();
    transaction_row ice = order_row(0, order_side::sell, 20'000, 10'000);
    ice.display = tenth;
    add(ice);
    next_block();
    neighbours();
    std::size_t const at = order(1, order_side::buy, 20'000, 10'000);
    neighbours();
    receipt_row const receipt = without_a_trace(at);
    EXPECT_EQ(matches_max, receipt.fills);
    EXPECT_EQ(matches_max * tenth, receipt.value);
}

TEST_F(hostile, a_cascade_of_stops_goes_on_in_bounded_steps) {
    std::uint32_t const triggers_max = book_limits{}.triggers_max;
    std::uint32_t const stops = 150;  // each is triggered by the trade of the one before it
    next_block();
    for (std::uint32_t i = 0; i <= stops; ++i) order(0, order_side::sell, 1, 10'001 + i);
    for (std::uint32_t i = 0; i < stops; ++i) {
        transaction_row stop = order_row(2, order_side::buy, 1, 0);
        stop.type = order_type::stop;
        stop.trigger = (10'001 + i) * cent;
        add(stop);
    }
    auto const bought = [&] {
        engine ledger({.check = true});
        for (block const& b : blocks_) ledger.run(b);
        return ledger.state().listings[0].open_interest_nanos / tenth;
    };
    next_block();
    neighbours();
    std::size_t const at = order(1, order_side::buy, 1, 10'001);
    neighbours();
    EXPECT_EQ(1u, without_a_trace(at).fills);
    EXPECT_EQ(1 + triggers_max, bought());
    for (std::int64_t const then : {1 + 2 * triggers_max, 1 + stops}) {
        next_block();  // that time goes on is one command for every book
        neighbours();
        EXPECT_EQ(then, bought());
    }
}

TEST_F(hostile, what_asks_for_more_than_numbers_hold_is_refused) {
    next_block();
    for (std::int64_t const lots : {INT64_MAX / tenth, std::int64_t{1} << 43}) {
        neighbours();
        std::size_t const at = order(1, order_side::buy, lots, 10'000);
        EXPECT_NE(apply_status::applied, without_a_trace(at).status);
    }
}

}  // namespace
}  // namespace lockstep
