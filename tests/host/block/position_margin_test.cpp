// What the margin of one position may lose in a block is lost once, whatever orders ask for it:
// else who trades with himself leaves a debt that the fund pays.
#include <gtest/gtest.h>

#include <string>

#include "tests/host/block/ledger_script.h"
#include "tests/host/block/left_behind.h"

namespace lockstep {
namespace {

/// Ten contracts with 47.025 of margin, and a bid that the mark has run past, with 49.5 of its 50
/// to lose: beside these the account has 0.475.
std::string const with_a_bid_behind = wide_market + R"(
    insure     C  1000                  applied
    deposit    A  100                   applied
    trade  A B X buy 10 100 consent     applied
    block  30
    place  A X buy 10 99                applied
    mark   X 94.05                      applied
    block  40
    withdraw A 43                       applied
)";

// Either would lose 46.5 at 89.4.
TEST(position_margin, two_orders_that_close_lose_it_once) {
    EXPECT_EQ("", run_ledger_script(with_a_bid_behind + R"(
    place  C X sell 10 94               applied
    place  C X buy 20 89.4              applied
    place  A X sell 10 89.4 reduce_only #first  applied
    place  A X sell 10 89.4 reduce_only #second applied
    = #first   filled 10
    = #second  filled 0
    = A X  size 10
    = A    orders 0
    session X                           applied
    block  50
    = A    cash 1.5
    = USD  insurance 1000 deficit 0
)"));
}

// The stop would sell at 89.4 what the order has left, were its margin still there.
TEST(position_margin, a_stop_finds_what_an_order_has_left_of_it) {
    EXPECT_EQ("", run_ledger_script(with_a_bid_behind + R"(
    place  A X sell 10 89.4 stop_limit trigger=90 reduce_only   applied
    place  C X sell 10 94               applied
    place  C X buy 20 89.4              applied
    place  A X sell 10 89.4 reduce_only applied
    = A X  size 10
    = A    orders 0
    session X                           applied
    block  50
    = A    cash 1.5
    = USD  insurance 1000 deficit 0
)"));
}

// An offer that the mark has passed has its part before any command of the block.
TEST(position_margin, what_rests_comes_first) {
    EXPECT_EQ("", run_ledger_script(wide_market + R"(
    trade  A B X buy 10 100 consent     applied
    block  30
    place  A X sell 6 101 reduce_only   applied
    place  A X sell 6 102 reduce_only   applied
    place  A X sell 6 103 reduce_only   applied
    mark   X 106                        applied
    block  40
    deposit C 1                         applied
    = A    orders 2                     // 30, then 23 left of 53 for 24, then 18
    = A X  open_sell 12
    place  C X buy 12 103               applied
    = A X  size 0
)"));
}

// Half of it is sold at 96, and nobody buys the rest: what it did not lose is there again.
TEST(position_margin, what_an_order_did_not_lose_is_there_again) {
    EXPECT_EQ("", run_ledger_script(wide_market + R"(
    trade  A B X buy 10 100 consent     applied
    withdraw A 50                       applied
    block  30
    place  C X buy 5 96                 applied
    place  A X sell 10 0 market immediate_or_cancel reduce_only #first  applied
    place  C X buy 5 95                 applied
    place  A X sell 5 0 market immediate_or_cancel reduce_only #second  applied
    = #first   filled 5
    = #second  filled 5
    session X                           applied
    block  40
    = A    cash 5
)"));
}

// 64 of the stops enter after the trade that has triggered them, six after the order has come to
// rest: it sells 0.6 to these at 89.4 within its own command.
TEST(position_margin, what_an_order_loses_as_a_maker_is_lost) {
    std::string script = with_a_bid_behind;
    for (int i = 0; i < 70; ++i) script += "place B X buy 0.1 89.4 stop_limit trigger=99 applied\n";
    EXPECT_EQ("", run_ledger_script(script + R"(
    place  C X sell 10 94               applied
    place  A X sell 10 89.4 reduce_only #first  applied
    place  C X buy 10 93.8              applied
    place  A X sell 10 89.4 reduce_only #second applied
    = #first   filled 6.4
    = #second  filled 0
    = A X  size 10
)"));
}

TEST(position_margin, a_leg_that_closes_needs_what_is_left_of_it) {
    EXPECT_EQ("", run_ledger_script(with_a_bid_behind + R"(
    instrument Y USD perpetual tick=0.01 lot=0.1 initial=50000 maintenance=25000 band=500000 applied
    mark       Y 100                    applied
    block  50
    deposit A 1                         applied
    place  C X sell 10 94               applied
    place  C X buy 20 89.4              applied
    place  B Y buy 1 100                applied
    place  A X sell 10 89.4 reduce_only #first  applied
    combo  A legs=2 linked              combo_cannot_be_filled_whole
    leg    A X sell 10 89.4 reduce_only linked  linked_command_failed
    leg    A Y sell 0.1 100             linked_command_failed
    = #first   filled 10
    = A X  size 10
)"));
}

// 45 are left, and 25 of them reserved: 20 may be lost. That the bid has gone in the meantime, and
// how far postings are by then, does not show.
TEST(position_margin, of_an_account_as_the_books_found_it) {
    std::string script = wide_market + R"(
    deposit C 100000                    applied
    deposit B 100000                    applied
    trade  A B X buy 10 100 consent     applied
    block  30
    place  A X sell 10 95.5 stop_limit trigger=99 reduce_only       applied
    place  A X buy 5 90 #bid            applied
    withdraw A 25                       applied
    funding X 0.03                      applied
    block  40
    cancel A #bid                       applied
)";
    for (int i = 0; i < 3'000; ++i)
        script += "place B X sell 0.1 100 applied\nplace C X buy 0.1 100 applied\n";
    EXPECT_EQ("", run_ledger_script(script + R"(
    place  C X buy 5 97.9               applied
    place  C X buy 10 97.9              applied
    place  B X sell 5 97.9              applied
    = A X  size 10
    = A    orders 0
)")
                      .substr(0, 200));
}

// Its own part is free for the terms that it is amended to, and for what comes after it.
TEST(position_margin, an_order_that_leaves_gives_its_part_back) {
    std::string const resting = wide_market + R"(
    trade  A B X buy 10 100 consent     applied
    withdraw A 50                       applied
    block  30
    place  A X sell 10 96 reduce_only #rests    applied
    block  40
    place  C X buy 10 95.5              applied
)";
    EXPECT_EQ("", run_ledger_script(resting + R"(
    amend  A #rests 10 95.5             applied
    = A X  size 0
)"));
    EXPECT_EQ("", run_ledger_script(resting + R"(
    cancel A #rests                     applied
    place  A X sell 10 0 market immediate_or_cancel reduce_only         applied
    = A X  size 0
)"));
}

// Post only, it may not trade: the old terms rest as before, with the part that they had.
TEST(position_margin, an_order_whose_amendment_is_refused_keeps_its_part) {
    EXPECT_EQ("", run_ledger_script(wide_market + R"(
    trade  A B X buy 10 100 consent     applied
    withdraw A 50                       applied
    block  30
    place  A X sell 10 96 post_only reduce_only #rests  applied
    block  40
    place  C X buy 5 95.9               applied
    amend  A #rests 10 95.9             order_would_take_liquidity
    place  A X sell 10 0 market immediate_or_cancel reduce_only #more   applied
    = #more    filled 0
    = A    orders 1
)"));
    // Nor does it when its book refuses the amount before it looks at the price.
    EXPECT_EQ("", run_ledger_script(people + R"(
    instrument X USD perpetual tick=0.01 lot=0.000000001 initial=50000 maintenance=25000 taker=0 band=500000 applied
    mark       X 100                    applied
    block  20
    trade  A B X buy 10 100 consent     applied
    withdraw A 50                       applied
    block  30
    place  A X sell 10 96 reduce_only #rests    applied
    block  40
    place  C X buy 5 95.9               applied
    amend  A #rests 4399 96             amount_exceeds_the_books_bound
    place  A X sell 10 0 market immediate_or_cancel reduce_only #more   applied
    = #more    filled 0
    = A    orders 1
)"));
}

// 102.5 are set aside for ten at 105, and three more lots than that would be lost at 75. The stop
// waits behind 65 others; what it does when the book has refused to amend it to one lot, it does
// with its own terms.
TEST(position_margin, a_stop_that_waits_enters_with_its_own_terms) {
    std::string script = wide_market + R"(
    deposit A 95.5                      applied
)";
    for (int i = 0; i < 65; ++i)
        script += "place C X buy 0.1 60 stop_limit trigger=100.5 applied\n";
    EXPECT_EQ("", run_ledger_script(script + R"(
    place  A X buy 10 105 stop_limit trigger=101 #s     applied
    = A    reserved 102.5
    mark   X 75                         applied
    block  30
    place  B X sell 10 105              applied
    place  C X sell 0.1 101             applied
    place  B X buy 0.1 101              applied
    amend  A #s 1 105 #amended          order_has_triggered
    = A X  size 0
    = A    orders 0
    = #amended filled 0
)"));
}

/// 10 % of margin, at first and later, and a tier far above.
std::string const tiered_market = people + R"(
    instrument X USD perpetual tick=0.1 lot=1 initial=100000 maintenance=100000 taker=0 band=300000 applied
    tier   X 1000000 initial=200000 maintenance=100000  applied
    insure C 1000                       applied
)";

// The bid at the mark brings no margin of its own with tiers: 50 of equity are there for what was
// held, 85 of maintenance margin, and not for twice as much.
TEST(position_margin, who_is_liquidated_has_what_the_block_found) {
    EXPECT_EQ("", run_ledger_script(tiered_market + R"(
    mark   X 100                        applied
    deposit A 100                       applied
    block  20
    trade  A B X buy 10 100 consent     applied
    block  30
    place  A X buy 10 85                applied
    mark   X 85                         applied
    block  40
    place  B X sell 10 85               applied
    place  B X buy 20 80                applied
    place  A X sell 20 0 market immediate_or_cancel reduce_only         applied
    session X                           applied
    = USD  insurance 1000 deficit 0
)"));
}

// Twenty may close again as soon as ten are bought, for which the worst position asks no more.
TEST(position_margin, what_rests_is_counted_whole) {
    EXPECT_EQ("", run_ledger_script(tiered_market + R"(
    mark   X 90                         applied
    deposit A 9900                      applied
    block  20
    trade  A B X buy 20 90 consent      applied
    block  30
    place  A X sell 20 91 reduce_only   applied
    place  A X sell 10 91               applied
    place  A X sell 10 90               applied
    place  C X buy 10 90                applied
    block  40
    mark   X 100                        applied
    session X                           applied
    block  50
    withdraw A 9900                     applied
    block  60
    trade  A B X buy 10 100 consent     applied
    place  B X buy 30 91                applied
    session X                           applied
    = USD  insurance 1000 deficit 0
)"));
}

}  // namespace
}  // namespace lockstep
