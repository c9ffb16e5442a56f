// The liquidator on a market that falls: every account that stays under water is brought back or
// taken over, nothing is made or lost, the log with its commands runs to the same root without it,
// and it says what the state alone makes it say.
#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <string>

#include "host/block/engine.h"
#include "host/block/ledger_root.h"
#include "host/block/liquidator.h"
#include "host/log/names.h"
#include "kernels/backend.h"
#include "tests/workload/falling_market.h"

namespace lockstep {
namespace {

struct day {
    std::vector<block> ran;
    sha256_digest root;
    std::map<transaction_kind, std::uint64_t> applied;  // of the liquidator's commands
    std::size_t under_water_most = 0, under_water_last = 0;
};

/// Runs the blocks; with a liquidator its commands are appended to each.
day run_day(std::vector<block> blocks, bool with_liquidator, engine_options options) {
    auto const device = make_backend({.kind = backend_kind::cpu, .threads = 1});
    options.device = device.get();
    options.check = true;
    engine ledger(options);
    ledger_root root(*device);
    liquidator desk;
    day d;
    for (block& b : blocks) {
        if (with_liquidator) {
            std::size_t const own = b.commands.size();
            for (transaction_row const& t : desk.commands(ledger.state(), b.commands))
                b.commands.edit().push_back(t);
            if (!b.signatures.empty()) b.signatures.resize(b.commands.size());
            auto const& receipts = ledger.run(b);
            for (std::size_t i = own; i < receipts.size(); ++i)
                if (receipts[i].status == apply_status::applied) d.applied[b.commands[i].kind] += 1;
            d.root = root.update(ledger.state(), ledger.dirty(), receipts);
        } else {
            d.root = root.update(ledger.state(), ledger.dirty(), ledger.run(b));
        }
        desk.look_at(ledger.state(), ledger.dirty());
        d.under_water_most = std::max(d.under_water_most, desk.accounts_under_water());
        d.under_water_last = desk.accounts_under_water();
        d.ran.push_back(b);
    }
    return d;
}

TEST(liquidator, brings_a_falling_market_back_and_its_log_runs_without_it) {
    std::vector<block> const blocks = workload::falling_market();
    day const without = run_day(blocks, false, {});
    ASSERT_GT(without.under_water_last, 50u) << "a fall that hurts nobody tests nothing";
    day const with = run_day(blocks, true, {});
    EXPECT_EQ(with.under_water_last, 0u);
    for (transaction_kind const kind :
         {transaction_kind::liquidate, transaction_kind::take_over, transaction_kind::deleverage})
        EXPECT_GT(with.applied.at(kind), 0u) << name_of(kind);
    day const again = run_day(with.ran, false, {});
    EXPECT_EQ(again.root, with.root);
    engine_options const parallel{.executor = executor_kind::deterministic, .threads = 2};
    EXPECT_EQ(run_day(blocks, true, parallel).root, with.root);
    engine_options const speculative{.executor = executor_kind::optimistic, .threads = 2};
    EXPECT_EQ(run_day(with.ran, false, speculative).root, with.root);
}

// Whoever goes on from a state that is restored words what one would who has seen it all.
TEST(liquidator, words_what_the_state_alone_says) {
    engine ledger({});
    liquidator always;
    std::size_t words = 0;
    for (block b : workload::falling_market()) {
        liquidator fresh;
        fresh.look_at_all(ledger.state());
        std::vector<transaction_row> const now = fresh.commands(ledger.state(), b.commands);
        std::vector<transaction_row> const then = always.commands(ledger.state(), b.commands);
        ASSERT_EQ(now.size(), then.size());
        for (std::size_t i = 0; i < now.size(); ++i)
            EXPECT_EQ(std::memcmp(&now[i], &then[i], sizeof now[i]), 0) << "word " << i;
        words += now.size();
        for (transaction_row const& t : now) b.commands.edit().push_back(t);
        ledger.run(b);
        always.look_at(ledger.state(), ledger.dirty());
    }
    EXPECT_GT(words, 100u);
}

/// So many accounts, each long 1 at 100 with 6 of cash, which the mark then leaves 1.7 of 2.3925:
/// more than one block may name, and nobody bids.
block crowd(std::uint32_t holders) {
    std::int64_t const unit = nanos_per_unit;
    block b{.time = 1, .commands = {}, .signatures = {}};
    auto const say = [&](transaction_kind kind, std::uint32_t account) -> transaction_row& {
        transaction_row& t = b.commands.edit().emplace_back();
        t.id = {.low = b.commands.size(), .high = 6};
        t.kind = kind;
        t.account = account;
        return t;
    };
    say(transaction_kind::create_asset, 0).target = {0x445355, 0};
    for (std::uint32_t a = 0; a <= holders; ++a) say(transaction_kind::create_account, 0);
    say(transaction_kind::deposit, 0).amount = 100'000 * unit;
    transaction_row& listing = say(transaction_kind::create_instrument, 0);
    listing.contract = 2;
    listing.amount = unit;
    listing.price = unit / 100;
    listing.aux[0] = 500 | 250u << 16;
    listing.user_data = 300'000;
    say(transaction_kind::mark_update, 0).price = 100 * unit;
    for (std::uint32_t a = 1; a <= holders; ++a)
        say(transaction_kind::deposit, a).amount = 6 * unit;
    return b;
}

TEST(liquidator, comes_to_everybody_where_they_are_more_than_a_block_may_name) {
    constexpr std::uint32_t holders = 9'000;
    std::int64_t const unit = nanos_per_unit;
    engine ledger({});
    ledger.run(crowd(holders));
    block b{.time = 2, .commands = {}, .signatures = {}};
    for (std::uint32_t a = 1; a <= holders; ++a) {
        transaction_row& t = b.commands.edit().emplace_back();
        t.id = {.low = a, .high = 7};
        t.kind = transaction_kind::block_trade;
        t.account = a;
        t.amount = unit;
        t.price = 100 * unit;
        t.flags = transaction_flag::consent_first | transaction_flag::consent_second;
    }
    transaction_row& mark = b.commands.edit().emplace_back();
    mark.id = {.low = 1, .high = 8};
    mark.kind = transaction_kind::mark_update;
    mark.price = 957 * unit / 10;
    for (receipt_row const& r : ledger.run(b)) ASSERT_EQ(r.status, apply_status::applied);
    std::map<std::uint32_t, int> named;
    for (int turn = 0; turn < 3; ++turn) {
        liquidator desk;
        desk.look_at_all(ledger.state());
        ASSERT_EQ(desk.accounts_under_water(), holders);
        b = {.time = 3 + turn, .commands = {}, .signatures = {}};
        std::vector<transaction_row> const words = desk.commands(ledger.state(), b.commands);
        EXPECT_EQ(words.size(), liquidator::accounts_per_block);
        for (transaction_row const& t : words) {
            EXPECT_EQ(t.kind, transaction_kind::liquidate);
            named[t.account] += 1;
            b.commands.edit().push_back(t);
        }
        ledger.run(b);
    }
    EXPECT_EQ(named.size(), holders);
}

/// Account 0 is long 30,000 at 1, in lots of a billionth; a fall to 0.965 leaves it 550 of 723.75,
/// which are enough for 22,797. One order may be for 2^42 lots, and 1 bids for more than that.
TEST(liquidator, closes_what_is_too_much_for_one_order_in_several) {
    std::int64_t const unit = nanos_per_unit;
    engine ledger({.check = true});
    block b{.time = 1, .commands = {}, .signatures = {}};
    std::uint64_t ids = 0;
    auto const say = [&](transaction_kind kind, std::uint32_t account) -> transaction_row& {
        transaction_row& t = b.commands.edit().emplace_back();
        t.id = {.low = ++ids, .high = 9};
        t.kind = kind;
        t.account = account;
        return t;
    };
    auto const run = [&] {
        for (receipt_row const& r : ledger.run(b)) ASSERT_EQ(r.status, apply_status::applied);
        b = {.time = b.time + 1, .commands = {}, .signatures = {}};
    };
    say(transaction_kind::create_asset, 0).target = {0x445355, 0};
    for (int a = 0; a < 3; ++a) say(transaction_kind::create_account, 0);
    say(transaction_kind::deposit, 0).amount = 1'600 * unit;
    for (std::uint32_t a : {1, 2}) say(transaction_kind::deposit, a).amount = 100'000 * unit;
    transaction_row& listing = say(transaction_kind::create_instrument, 0);
    listing.contract = 2;
    listing.amount = 1;
    listing.price = unit / 1000;
    listing.aux[0] = 500 | 250u << 16;
    listing.user_data = 300'000;
    say(transaction_kind::mark_update, 0).price = unit;
    run();
    transaction_row& trade = say(transaction_kind::block_trade, 0);
    trade.counterparty = 2;
    trade.amount = 30'000 * unit;
    trade.price = unit;
    trade.flags = transaction_flag::consent_first | transaction_flag::consent_second;
    say(transaction_kind::mark_update, 0).price = 965 * unit / 1000;
    for (int i = 0; i < 7; ++i) {
        transaction_row& bid = say(transaction_kind::place_order, 1);
        bid.amount = std::int64_t{1} << 42;
        bid.price = 965 * unit / 1000;
    }
    run();
    for (int orders = 0; orders < 7; ++orders) {
        liquidator desk;
        desk.look_at_all(ledger.state());
        for (transaction_row const& t : desk.commands(ledger.state(), b.commands)) {
            EXPECT_EQ(t.kind, transaction_kind::liquidate);
            EXPECT_LE(t.amount, std::int64_t{1} << 42);
            b.commands.edit().push_back(t);
        }
        run();
    }
    std::uint32_t const row = ledger.state().find_position(0, 0);
    EXPECT_EQ(ledger.state().positions[row].size.nanos, 30'000 * unit - (std::int64_t{2} << 42));
    EXPECT_FALSE(ledger.state().accounts[0].flags & account_flag::liquidating);
}

}  // namespace
}  // namespace lockstep
