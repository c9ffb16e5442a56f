// Liquidation: the steps as commands, worked by hand as tables, and the liquidator that words them,
// on a market that falls: every account that stays under water is brought back or taken over,
// nothing is made or lost, and the log with its commands runs to the same root without it.
#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <string>

#include "host/block/engine.h"
#include "host/block/ledger_root.h"
#include "host/block/liquidator.h"
#include "host/log/names.h"
#include "kernels/backend.h"
#include "tests/host/block/ledger_script.h"
#include "tests/workload/falling_market.h"

namespace lockstep {
namespace {

/// A is long 10 X at 100 with 60 of cash, less 0.5 of fees; B is short. Initial margin 5 %,
/// maintenance 2.5 %. V is the backstop.
std::string const market = R"(
    asset      USD                      applied
    account    A  1 USD                 applied
    account    B  2 USD                 applied
    account    C  3 USD                 applied
    account    V  4 USD                 applied
    deposit    A  60                    applied
    deposit    B  1000                  applied
    deposit    C  1000                  applied
    deposit    V  1000                  applied
    backstop   V                        applied
    instrument X USD perpetual tick=0.01 lot=0.1 initial=50000 maintenance=25000 maker=200 taker=500 band=300000 applied
    mark       X 100                    applied
    block      20
    place  B X sell 10 100              applied
    place  A X buy 10 100               applied
    block      30
)";

TEST(liquidation_table, nobody_is_liquidated_who_is_not_under_water) {
    EXPECT_EQ("", run_ledger_script(market + R"(
    liquidate A X sell 1 100            account_is_not_under_water
    take_over A V X sell 1 100          account_is_not_under_water
    deleverage A B X sell 1 100         account_is_not_under_water
    mark   X 96.5                       applied    // equity 24.5, maintenance 24.125
    block  40
    liquidate A X sell 1 96.5           account_is_not_under_water
)"));
}

// A position of 192,000 is more than is closed at once: a fifth is, 400 of 2,000.
TEST(liquidation_table, no_more_than_a_step_of_a_large_position) {
    EXPECT_EQ("", run_ledger_script(market + R"(
    deposit A 12000                     applied
    deposit B 20000                     applied
    place  B X sell 1990 100            applied
    place  A X buy 1990 100             applied
    block  40
    mark   X 96                         applied    // equity 3,960 of 4,800
    block  50
    liquidate A X sell 400.1 96         amount_exceeds_the_step
    liquidate A X sell 400 96           applied
)"));
}

// Mark 96: equity 59.5 - 40 = 19.5 of a maintenance of 24. All 10 may lose 19.5: 96 - 1.95.
TEST(liquidation_table, an_order_through_the_book) {
    EXPECT_EQ("", run_ledger_script(market + R"(
    mark   X 96                         applied
    block  40
    = A    maintenance 24 unrealised -40
    place  C X buy 4 95                 applied
    liquidate A X buy 1 94.05           order_would_not_reduce
    liquidate V X sell 10 94.05         order_would_not_reduce      // nor is it under water
    liquidate A X sell 10.1 94.05       order_would_not_reduce
    liquidate A X sell 10 94.04         price_is_worse_than_bankruptcy
    liquidate A X sell 10 94.055        price_is_not_a_multiple_of_the_tick
    take_over A V X sell 10 94.05       account_is_not_under_water  // the book is still asked
    liquidate A X sell 10 94.05 #l      applied
    = #l   filled 4 fills 1
    = A X  size 6 open_sell 0
    = C X  size 4
    = A    orders 0 reserved 0
    block  50
    = A    maintenance 14.4             // 6 * 96 * 2.5 %
)"));
}

// The holder was quicker: cash that came in stands before the liquidation in the same block.
TEST(liquidation_table, who_brings_in_cash_is_spared) {
    EXPECT_EQ("", run_ledger_script(market + R"(
    mark   X 96                         applied
    block  40
    deposit A 10                        applied
    liquidate A X sell 10 94.05         account_is_not_under_water
)"));
}

// Mark 95: equity 9.5 of 23.75, below two thirds. What is left goes to the backstop: 95 - 0.95.
TEST(liquidation_table, a_takeover_at_the_bankruptcy_price) {
    EXPECT_EQ("", run_ledger_script(market + R"(
    mark   X 95                         applied
    block  40
    take_over A V X sell 10 94.06       price_is_not_the_takeover_price
    take_over A C X sell 10 94.05       counterparty_is_not_the_backstop
    take_over A V X sell 10 94.05       applied
    = A X  size 0 cost 59.5
    = V X  size 10 cost 940.5
    block  50
    = A    maintenance 0 unrealised -59.5 requirement 59.5   // equity 0, and its cash stays
    = V    unrealised 9.5
    withdraw A 0.1                      account_lacks_free_cash
    session X                           applied
    block  60
    = A    cash 0
    = V    cash 1009.5
    = USD  deficit 0
)"));
}

// Mark 93: equity -10.5. Nobody may take it over for nothing: with a fund that can pay, at the
// mark.
TEST(liquidation_table, below_zero_the_fund_pays_and_the_backstop_takes_the_mark) {
    EXPECT_EQ("", run_ledger_script(market + R"(
    insure C 10.5                       applied
    mark   X 93                         applied
    block  40
    take_over A V X sell 10 94.05       price_is_not_the_takeover_price
    take_over A V X sell 10 93          applied
    block  50
    session X                           applied
    block  60
    = A    cash 0
    = USD  insurance 0 deficit 0
)"));
}

// Without a fund the other side is closed at the price at which the account ends with nothing.
TEST(liquidation_table, below_zero_without_a_fund_the_winners_are_deleveraged) {
    EXPECT_EQ("", run_ledger_script(market + R"(
    mark   X 93                         applied
    block  40
    deleverage A C X sell 10 94.05      counterparty_holds_no_such_position
    deleverage A B X sell 10 94.05      applied
    = A X  size 0
    = B X  size 0
    block  50
    session X                           applied
    block  60
    = A    cash 0
    = USD  deficit 0
    = X    open_interest 0
)"));
}

// An instrument whose feed is not trusted, or that stands still, liquidates nobody.
TEST(liquidation_table, not_while_the_instrument_is_suspended) {
    EXPECT_EQ("", run_ledger_script(market + R"(
    mark   X 96                         applied
    suspend X                           applied
    block  40
    liquidate A X sell 10 94.05         instrument_is_suspended
)"));
}

// A and A2 have one owner, and stand on both sides: A's loss is A2's before it is the fund's.
TEST(liquidation_table, an_owners_other_account_pays_before_the_fund) {
    EXPECT_EQ("", run_ledger_script(R"(
    asset      USD                      applied
    account    A  1 USD                 applied
    account    A2 1 USD                 applied
    account    B  2 USD                 applied
    deposit    A  60                    applied
    deposit    A2 30                    applied
    deposit    B  1000                  applied
    insure     B  100                   applied
    instrument X USD perpetual tick=0.01 lot=0.1 initial=50000 maintenance=25000 maker=0 taker=0 band=300000 applied
    mark       X 100                    applied
    block      20
    place  B X sell 10 100              applied
    place  A X buy 10 100               applied
    block      30
    mark   X 90                         applied
    session X                           applied
    block      40
    = A    cash 0
    = A2   cash 0
    = USD  insurance 90 deficit 0
)"));
}

// A2 has a position of its own: it pays all the same, or splitting an account would save its
// margin.
TEST(liquidation_table, an_owners_other_account_pays_all_that_it_has_not_promised) {
    EXPECT_EQ("", run_ledger_script(R"(
    asset      USD                      applied
    account    A  1 USD                 applied
    account    A2 1 USD                 applied
    account    B  2 USD                 applied
    account    N1 0 USD                 applied
    account    N2 0 USD                 applied
    deposit    A  60                    applied
    deposit    A2 30                    applied
    deposit    B  1000                  applied
    deposit    N1 60                    applied
    deposit    N2 30                    applied
    insure     B  100                   applied
    instrument X USD perpetual tick=0.01 lot=0.1 initial=50000 maintenance=25000 maker=0 taker=0 band=300000 applied
    mark       X 100                    applied
    block      20
    place  B  X sell 12 100             applied
    place  A  X buy 10 100              applied
    place  A2 X buy 2 100               applied
    block      30
    mark   X 90                         applied
    session X                           applied
    block      40
    = A    cash 0                       // 60 - 10 * 10 = -40
    = A2   cash 0 maintenance 4.5 flags 6               // 30 - 2 * 10 = 10, all of it paid
    = USD  insurance 70 deficit 0       // 100 - (40 - 10)
    place  B  X sell 10 90              applied
    place  N1 X buy 10 90               applied
    block      50
    mark   X 80                         applied
    session X                           applied
    block      60
    = N1   cash 0                       // 60 - 10 * 10 = -40
    = N2   cash 30                      // nobody's accounts do not pay for each other
)"));
}

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

}  // namespace
}  // namespace lockstep
