// Leverage tiers in the ledger, as tables. X asks 5% initial and 2.5% maintenance margin of the
// first 1,000 of notional, 10% and 5% up to 5,000, 20% and 10% beyond; it stands at 100, makers pay
// 200 ppm and takers 500.
#include <gtest/gtest.h>

#include <string>

#include "tests/host/block/ledger_script.h"

namespace lockstep {
namespace {

std::string const market = R"(
    asset      USD                      applied
    account    A 1 USD                  applied
    account    B 2 USD                  applied
    account    C 3 USD                  applied
    deposit    A 1000                   applied
    deposit    B 100000                 applied
    deposit    C 100                    applied
    instrument X USD perpetual tick=0.01 lot=0.1 initial=50000 maintenance=25000 maker=200 taker=500 band=300000 applied
    instrument Y USD perpetual tick=0.01 lot=0.1 initial=50000 maintenance=25000 maker=200 taker=500 band=300000 applied
    instrument P USD option put strike=100 until=900 tick=0.01 lot=0.1 initial=50000 maintenance=25000 band=300000 applied
    mark       X 100                    applied
    mark       Y 100                    applied
    mark       P 4                      applied
    tier       X 1000 initial=100000 maintenance=50000   applied
    tier       X 5000 initial=200000 maintenance=100000  applied
    block      20
)";

TEST(tier_table, a_position_at_under_and_over_each_bound) {
    EXPECT_EQ("", run_ledger_script(market + R"(
    trade  A B X buy 9.9 100 consent    applied
    = A    requirement 49.5 maintenance 24.75
    trade  A B X buy 0.1 100 consent    applied
    = A    requirement 50 maintenance 25                 // 1,000: the whole first tier
    trade  A B X buy 0.1 100 consent    applied
    = A    requirement 51 maintenance 25.5               // 10 at 10%, 5%
    trade  A B X buy 39.9 100 consent   applied
    = A    requirement 450 maintenance 225               // 5,000: 50 + 400
    trade  A B X buy 0.1 100 consent    applied
    = A    requirement 452 maintenance 226               // 10 at 20%, 10%
    = B    requirement 452 maintenance 226               // a short the same
    mark   X 90                         applied
    = A    unrealised -501 requirement 901.9 maintenance 200.45     // 4,509: 50 + 350.9, and 501
)"));
}

TEST(tier_table, orders_ask_for_the_worst_that_they_can_lead_to) {
    EXPECT_EQ("", run_ledger_script(market + R"(
    place  C X buy 10 100 #a            applied
    = #a   reserved 0.5                 // the fee: its margin is in the requirement
    = C    reserved 0.5 requirement 50
    place  C X buy 5 100                account_lacks_free_cash      // 50 + 0.25 of 49.5
    place  C X buy 4.9 100 #b           applied                      // 49 + 0.245
    = C    reserved 0.745 requirement 99
    place  C X sell 5.1 101             account_lacks_free_cash      // no margin, 0.25755 of 0.255
    place  C X sell 5 101               applied                      // 0.2525
    = C    reserved 0.9975 requirement 99
)"));
}

TEST(tier_table, what_is_filled_first_makes_no_difference) {
    EXPECT_EQ("", run_ledger_script(market + R"(
    place  A X buy 10 99 #low           applied
    place  A X buy 10 100 #high         applied
    = A    requirement 150              // 2,000: 50 + 100
    place  B X sell 10 100              applied
    = #low reserved 0.5
    = A X  size 10 open_buy 10
    = A    cash 999.8 requirement 150 maintenance 25                // 1,000 held
    place  B X sell 10 99               applied
    = A X  size 20 open_buy 0
    = A    requirement 140 maintenance 75 unrealised 10             // 150 less the gain of 10
    place  A X sell 20 100 #out         applied
    = #out reserved 1                   // it closes: the fee alone
    = A    requirement 140
    place  A X sell 20 100 #turn        applied
    = A    requirement 140              // 20 short at worst
    place  A X sell 1 100 #more         applied
    = A    requirement 150              // 2,100: 160
    cancel A #more                      applied
    cancel A #turn                      applied
    cancel A #out                       applied
    = A    requirement 140 reserved 0
)"));
}

TEST(tier_table, orders_are_admitted_one_after_the_other_within_a_block) {
    EXPECT_EQ("", run_ledger_script(market + R"(
    place  C X buy 10 100 #a            applied         // 50 + 0.5
    place  C X buy 4 100 #b             applied         // 40 + 0.2
    place  C X buy 1 100                account_lacks_free_cash  // 10 + 0.05 of 9.3
    withdraw C 10                       account_lacks_free_cash
    withdraw C 9                        applied
    trade  C B X sell 14 100 consent    account_lacks_free_cash  // no margin, 0.7 of 0.3
    = C    requirement 90 reserved 0.7 cash 91
    cancel_all C                        applied
    = C    requirement 0 reserved 0
)"));
}

TEST(tier_table, a_book_that_refuses_gives_everything_back) {
    EXPECT_EQ("", run_ledger_script(market + R"(
    place  B X sell 1 100               applied
    place  A X buy 12 100 post_only     order_would_take_liquidity
    = A    requirement 0 reserved 0 orders 0
    place  A X buy 12 100 fill_or_kill  order_cannot_be_filled_whole
    = A    requirement 0 reserved 0
    combo  A legs=2 linked              combo_cannot_be_filled_whole
    leg    A X buy 12 100 linked        linked_command_failed
    leg    A Y buy 12 100               linked_command_failed
    = A    requirement 0 reserved 0
)"));
}

TEST(tier_table, amended_orders_stand_beside_the_old_one_until_the_block_ends) {
    EXPECT_EQ("", run_ledger_script(market + R"(
    place  A X buy 10 100 #a            applied
    = A    requirement 50 reserved 0.5
    amend  A #a 20 100                  applied
    = A    requirement 150 reserved 1   // 2,000: 50 + 100
    amend  A #a 5 100                   applied
    = A    requirement 25 reserved 0.25
)"));
}

TEST(tier_table, a_mark_moves_the_margin_of_orders_too) {
    EXPECT_EQ("", run_ledger_script(market + R"(
    place  A X buy 20 100               applied
    = A    requirement 150
    mark   X 110                        applied
    = A    requirement 170              // 2,200: 50 + 120
    mark   X 50                         applied
    = A    requirement 50               // 1,000
)"));
}

TEST(tier_table, is_set_replaced_and_taken_away_under_holders) {
    EXPECT_EQ("", run_ledger_script(market + R"(
    trade  A B X buy 20 100 consent     applied
    place  A X buy 10 90 #a             applied
    = A    requirement 250 maintenance 75        // 3,000 at worst: 50 + 200; 2,000: 25 + 50
    tier   X 1000 initial=150000 maintenance=75000       applied
    = A    requirement 350 maintenance 100
    tier   X 2000 initial=300000 maintenance=250000      rates_must_rise_with_the_bound
    tier   X 2000 initial=160000 maintenance=76000       applied
    = A    requirement 360 maintenance 100               // 50 + 150 + 160
    tier   X 2000                       applied
    tier   X 2000                       tier_not_found
    = A    requirement 350
    tier   X 1000                       applied
    tier   X 5000                       applied
    = A    requirement 150 maintenance 50                // flat; the order is still in it
    cancel A #a                         applied
    = A    requirement 100 reserved 0
    tier   X 500 initial=500000 maintenance=400000       applied
    tier   X 900 initial=1000000 maintenance=1000000     applied
    = A    requirement 1325 maintenance 1272.5 flags 6   // 25 + 200 + 1,100; 12.5 + 160 + 1,100
    tier   X 900                        applied
    = A    requirement 775 maintenance 612.5 flags 0     // 25 + 750; 12.5 + 600
)"));
}

TEST(tier_table, refusals) {
    EXPECT_EQ("", run_ledger_script(market + R"(
    tier   Z 1000 initial=100000 maintenance=50000       instrument_not_found
    tier   X 0 initial=100000 maintenance=50000          amount_must_be_positive
    tier   X 9000 initial=1000001 maintenance=50000      rate_is_out_of_range
    tier   X 9000 initial=100000 maintenance=100001      rate_is_out_of_range
    tier   X 9000 initial=200000 maintenance=100000      rates_must_rise_with_the_bound
    tier   X 9000 post_only initial=300000 maintenance=100000 flags_do_not_fit_the_kind
    tier   X 500 initial=100001 maintenance=50000        rates_must_rise_with_the_bound
    tier   X 6000                                        tier_not_found
    tier   X 6000 initial=210000 maintenance=100000      applied
    tier   X 7000 initial=220000 maintenance=100000      applied
    tier   X 8000 initial=230000 maintenance=100000      applied
    tier   X 9000 initial=240000 maintenance=100000      applied
    tier   X 10000 initial=250000 maintenance=100000     applied
    tier   X 11000 initial=260000 maintenance=100000     too_many_tiers
    tier   X 10000 initial=260000 maintenance=100000     applied
    block  900
    expiry P 90                                          applied
    tier   P 1000 initial=100000 maintenance=50000       instrument_has_expired
    tier   P -1 initial=100000 maintenance=50000         amount_must_be_positive
)"));
}

TEST(tier_table, orders_from_before_the_first_tier_keep_their_reserve_beside_it) {
    EXPECT_EQ("", run_ledger_script(market + R"(
    place  A Y buy 20 100 #a            applied
    = A    reserved 101 requirement 0                    // flat: 100 and the fee
    tier   Y 1000 initial=100000 maintenance=50000       applied
    = A    reserved 101 requirement 150
    place  B Y sell 20 100              applied
    = A    reserved 0 requirement 150 maintenance 75
)"));
}

TEST(tier_table, an_isolated_leverage_is_a_floor_in_every_tier) {
    EXPECT_EQ("", run_ledger_script(market + R"(
    account I 4 USD isolated only=X leverage=8           applied
    deposit I 1000                      applied
    trade  I B X buy 10 100 consent     applied
    = I    requirement 125 maintenance 25                // 12.5 % also of the first 1,000
    trade  I B X buy 30 100 consent     applied
    = I    requirement 500 maintenance 175               // 4,000 x 12.5 %
    trade  I B X buy 20 100 consent     applied
    = I    requirement 825 maintenance 325               // 625 + 1,000 x 20 %; 25 + 200 + 100
    place  I X buy 10 100               account_lacks_free_cash  // 200 + 0.5 of 172
    place  I X buy 8 100 #o             applied
    = I    requirement 985                               // 160 more
)"));
}

TEST(tier_table, of_an_option_what_is_sold_asks_for_margin) {
    EXPECT_EQ("", run_ledger_script(market + R"(
    tier   P 1000 initial=100000 maintenance=50000       applied
    block  21
    place  A P sell 20 4 #s             applied
    = A    requirement 150 maintenance 0                 // 20 x the strike: 50 + 100
    place  A P buy 30 3.9 #b            applied
    = A    requirement 150 reserved 117                  // the premium
    place  B P buy 20 4                 applied
    = A P  size -20 open_buy 30
    = A    requirement 230 maintenance 155               // and 80 to buy it back; 25 + 50 + 80
    = B    requirement 0
    place  B P sell 25 4                applied
    = B    requirement 25                                // 5 more than it has
)"));
}

std::string const under_water = market + R"(
    deposit  A 500                      applied
    account  V 9 USD                    applied
    deposit  V 400                      applied
    backstop V                          applied
    trade    A B X buy 60 100 consent   applied
    = A      cash 1497 requirement 650 maintenance 325
)";

TEST(tier_table, a_step_releases_the_dearest_part_first) {
    EXPECT_EQ("", run_ledger_script(under_water + R"(
    mark   X 78                         applied
    = A    unrealised -1320 maintenance 209 flags 6      // 4,680: 25 + 184; equity 177
    place  B X buy 10 77                applied
    // 60 release all of 209: 78 - 177 / 60. 10 release 39, to 3,900: 78 - 177 x 39 / 209 / 10.
    liquidate A X sell 60 75.04         price_is_worse_than_bankruptcy
    liquidate A X sell 10 74.69         price_is_worse_than_bankruptcy
    liquidate A X sell 10 74.7 #step    applied
    = #step filled 10
    = A    maintenance 170 requirement 1670              // 50 + 290 of 3,900; 1,330 lost
    = A X  size 50
)"));
}

TEST(tier_table, parts_of_a_takeover_release_their_share) {
    EXPECT_EQ("", run_ledger_script(under_water + R"(
    mark   X 77                         applied
    = A    unrealised -1380 maintenance 206 flags 6      // 4,620: 25 + 181; equity 117
    take_over  A V X sell 60 75.05      counterparty_lacks_free_cash     // 412 of 400
    take_over  A V X sell 30 74.82      price_is_not_the_takeover_price  // the dearest half
    take_over  A V X sell 30 75.05      applied                          // 2,310: 50 + 131
    take_over  A V X sell 30 75.05      counterparty_lacks_free_cash     // 231 more
    deleverage A B X sell 30 75.05      applied
    = A    unrealised -1497 maintenance 0                // and its cash, to the cent
    = V    unrealised 58.5 requirement 122.5 maintenance 90.5            // 181 - 58.5
)"));
}

}  // namespace
}  // namespace lockstep
