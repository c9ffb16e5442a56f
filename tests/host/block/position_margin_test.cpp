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

// 95 are set aside for what it would lose at 71 beyond its margin. At 86 equity is 55: 75 would be
// lost.
TEST(closing_reserve, is_lost_no_further_than_equity_is_there) {
    EXPECT_EQ("", run_ledger_script(people + R"(
    instrument X USD perpetual tick=0.1 lot=1 initial=100000 maintenance=50000 band=300000 applied
    mark       X 100                    applied
    insure     C  1000                  applied
    deposit    A  900                   applied
    block  20
    trade  A B X buy 10 100 consent     applied
    block  30
    place  A X sell 5 71 reduce_only    applied
    = A    reserved 95
    withdraw A 805                      applied
    mark   X 90                         applied
    block  40
    deposit C 1                         applied
    = A    orders 1
    mark   X 86                         applied
    block  50
    place  B X buy 5 71                 applied
    = A    orders 0
    = A X  size 10
)"));
}

// The price of 100 options is there in cash, but not in equity: 3,000 of it are a loss that no
// session has taken, and the bid that the mark has run past may lose 990 of the rest.
TEST(closing_reserve, buys_back_no_dearer_than_equity_is_there) {
    EXPECT_EQ("", run_ledger_script(people + R"(
    instrument O USD option strike=100 until=1000000 tick=0.1 lot=1 initial=100000 maintenance=50000 taker=0 band=800000 applied
    mark       O 10                     applied
    instrument X USD perpetual tick=0.1 lot=1 initial=10000 maintenance=5000 taker=0 band=300000 applied
    mark       X 100                    applied
    insure     C  1000                  applied
    deposit    A  19900                 applied
    deposit    B  50000                 applied
    block  20
    trade  A B O sell 1 10 consent      applied
    trade  A B X buy 120 100 consent    applied
    block  30
    place  A O sell 99 10               applied
    withdraw A 16435                    applied
    mark   O 13                         applied
    mark   X 80                         applied
    block  40
    place  B O buy 99 10                applied
    place  B O sell 100 22              applied
    place  A O buy 100 22 reduce_only #back     applied
    = #back    filled 0
    session X                           applied
    = USD  insurance 1000 deficit 0
)"));
}

// One is held, so it is 0.99 and what cash is free that pay for the fee, also where a bid that the mark has run
// past makes it a thousand.
TEST(closing_reserve, pays_fees_for_no_more_than_is_held) {
    EXPECT_EQ("", run_ledger_script(people + R"(
    instrument X USD perpetual tick=0.1 lot=1 initial=10000 maintenance=5000 taker=500 band=300000 applied
    mark       X 100                    applied
    instrument Y USD perpetual tick=0.1 lot=1 initial=10000 maintenance=5000 taker=0 band=300000 applied
    mark       Y 100                    applied
    insure     C  1000                  applied
    deposit    A  49900                 applied
    deposit    B  400000                applied
    block  20
    trade  A B X buy 1 100 consent      applied
    trade  A B Y buy 10 100 consent     applied
    block  30
    place  A X buy 999 100              applied
    withdraw A 48737                    applied
    mark   X 99                         applied
    mark   Y 80                         applied
    block  40
    place  B X sell 999 100             applied
    place  B X buy 2000 99              applied
    place  A X sell 1000 99 reduce_only #close  applied
    = #close   filled 1000 reserved 5
    session X                           applied
    session Y                           applied
    = USD  insurance 1000 deficit 0
)"));
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

}  // namespace
}  // namespace lockstep
