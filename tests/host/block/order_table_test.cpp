// Orders, from admission to settlement, as tables. Every number is worked out by hand beside its
// line.
#include <gtest/gtest.h>

#include <string>

#include "tests/host/block/ledger_script.h"
#include "tests/host/block/order_table.h"

namespace lockstep {
namespace {

TEST(order_table, an_order_reserves_is_filled_and_is_cancelled) {
    EXPECT_EQ("", run_ledger_script(order_market + R"(
    place  A X sell 2 100 #a            applied
    = A    reserved 10.1 orders 1       // 200 * 5% = 10, 200 * 500 ppm = 0.1
    = A X  open_sell 2 size 0
    place  B X buy 1 100 #b             applied
    = #b   filled 1 fills 1 reserved 5.05
    = A    cash 999.98 reserved 5.05 orders 1 positions 1           // 100 * 200 ppm = 0.02
    = B    cash 999.95 reserved 0 orders 0 positions 1              // 100 * 500 ppm = 0.05
    = A X  size -1 cost -100 open_sell 1
    = B X  size 1 cost 100 open_buy 0
    = X    open_interest 1 cost_sum 0
    = USD  fee_pool 0.07 external 4000
    = A    requirement 5 maintenance 2.5 unrealised 0               // 100 * 5%, 100 * 2.5%
    cancel B #a                         target_belongs_to_another_account
    cancel A #none                      target_not_found
    cancel Z #none                      account_not_found
    amend  Z #a 1 100                   account_not_found
    place  Z X sell 2 100 #z            account_not_found
    cancel Z #z                         account_not_found
    cancel A #b                         target_belongs_to_another_account
    cancel A #a                         applied
    cancel A #a                         order_is_not_open
    cancel B #b                         order_is_not_open
    = A    reserved 0 orders 0
    = A X  open_sell 0
)"));
}

TEST(order_table, the_reserve_is_for_the_worse_of_limit_and_mark) {
    EXPECT_EQ("", run_ledger_script(order_market + R"(
    place  A X sell 1 90 #low           applied
    = #low reserved 15.05               // 10 under the mark, 100 * 5.05%
    place  A X sell 1 110 #high         applied
    = #high reserved 5.555              // 110 * 5.05%
    place  C X sell 1 99 #c             applied         // behind 90, before 110
    place  B X buy 2 101 #b             applied
    = #b   filled 2 fills 2 reserved 12.201             // 2 above the mark, 202 * 5.05%
    = B    cash 999.9055                // pays 90 and 99: 189 * 500 ppm = 0.0945
    = B X  cost 189
    = B    unrealised 11 requirement 0  // 200 - 189; 10 - 11 is nothing
    = A    unrealised -10 requirement 15 reserved 5.555             // sold at 90: 5 + 10
    = C    unrealised -1 requirement 6                              // sold at 99: 5 + 1
    = USD  fee_pool 0.1323              // 0.0945 + 189 * 200 ppm = 0.0378
)"));
}

TEST(order_table, refusals_stand_in_their_order) {
    EXPECT_EQ("", run_ledger_script(order_market + R"(
    place  Z Q buy 0 0                  account_not_found
    place  A Q buy 0 0                  instrument_not_found
    place  E X buy 0 0                  instrument_settles_in_another_asset
    place  A X buy 0 0                  amount_must_be_positive
    place  A X buy 0.15 0               price_must_be_positive
    place  A X buy 0.15 300.001         price_is_not_a_multiple_of_the_tick
    place  A X buy 0.15 300 trigger=5   amount_is_not_a_multiple_of_the_lot
    place  A X buy 1 300 trigger=5      trigger_must_be_positive
    place  A X buy 1 300 display=2 good_til_date until=20  display_exceeds_the_amount
    place  A X buy 1 300 good_til_date until=20  until_is_in_the_past
    place  A N buy 1 300                instrument_has_no_mark
    place  A X buy 1 130.01             price_is_outside_the_band   // 100 + 30%
    place  A X buy 1 69.99              price_is_outside_the_band
    place  A X buy 1 100 reduce_only    order_would_not_reduce
    place  A X buy 200 100              account_lacks_free_cash     // 20000 * 5.05% = 1010
    = A    cash 1000 reserved 0 orders 0
    place  A X buy 198 100 #most        applied                     // 19800 * 5.05% = 999.9
    = A    reserved 999.9
)"));
}

TEST(order_table, a_refused_order_reserves_nothing) {
    EXPECT_EQ("", run_ledger_script(order_market + R"(
    place  A X buy 200 100 #poor        account_lacks_free_cash
    = #poor filled 0 fills 0 reserved 0
    place  B X sell 1 100               applied
    place  A X buy 1 100 #post post_only  order_would_take_liquidity
    = #post filled 0 fills 0 reserved 0
    place  A X buy 2 100 #kill fill_or_kill  order_cannot_be_filled_whole
    = #kill filled 0 fills 0 reserved 0
    = A    cash 1000 reserved 0 orders 0
    = A X  open_buy 0
)"));
}

TEST(order_table, what_an_immediate_order_leaves_never_rests) {
    EXPECT_EQ("", run_ledger_script(order_market + R"(
    place  B X sell 1 100               applied
    place  A X buy 3 100 #i immediate_or_cancel  applied
    = #i   filled 1 fills 1 reserved 15.15              // 300 * 5.05%
    = A    cash 999.95 reserved 0 orders 0
    = A X  size 1 open_buy 0
    place  B X sell 1 100               applied
    place  A X buy 1 0 #m market immediate_or_cancel  applied
    = #m   filled 1 reserved 36.565                     // up to the band's edge: 30 + 130 * 5.05%
    = A    cash 999.9
    place  A X sell 2 100 #r reduce_only applied
    = #r   reserved 0.1                                 // a fee and no margin: 200 * 500 ppm
)"));
}

TEST(order_table, an_amended_order_holds_what_its_new_terms_need) {
    EXPECT_EQ("", run_ledger_script(order_market + R"(
    place  A X sell 2 100 #a            applied
    amend  B #a 1 100                   target_belongs_to_another_account
    amend  A #none 1 100                target_not_found
    amend  A #a 1 100                   applied
    = A    reserved 5.05
    amend  A #a 3 110                   applied
    = A    reserved 16.665 orders 1     // 330 * 5.05%
    = A X  open_sell 3
    amend  A #a 300 110                 account_lacks_free_cash     // 33000 * 5.05% = 1666.5
    = A    reserved 16.665
    place  B X buy 1 110                applied
    = A    cash 999.978 reserved 11.11  // 110 * 200 ppm = 0.022; two thirds of 16.665
    amend  A #a 4 110                   applied                     // 4 in all: 1 filled, 3 open
    = A    reserved 16.665
    = A X  size -1 open_sell 3
    amend  A #a 1 110                   applied                     // nothing is left to sell
    = A    reserved 0 orders 0
    = A X  size -1 open_sell 0
    amend  A #a 2 110                   order_is_not_open
)"));
}

TEST(order_table, a_mass_cancel_takes_one_book_or_all) {
    EXPECT_EQ("", run_ledger_script(order_market + R"(
    place  A X sell 1 100               applied
    place  A X buy 1 90                 applied
    place  A Y sell 1 50                applied
    place  B X sell 1 100               applied
    = A    orders 3 reserved 12.625     // 5.05 + 5.05 + 2.525
    cancel_all A on=X                   applied
    = A    orders 1 reserved 2.525
    place  A X sell 1 100               applied
    cancel_all A                        applied
    = A    orders 0 reserved 0
    = B    orders 1 reserved 5.05
    cancel_all Z                        account_not_found
    cancel_all A on=Q                   account_not_found
)"));
}

TEST(order_table, a_mass_cancel_may_mean_all_accounts_of_an_owner) {
    EXPECT_EQ("", run_ledger_script(order_market + R"(
    account N1 0 USD                    applied
    account N2 0 USD                    applied         // nobody's: they share nothing
    deposit N1 1000                     applied
    deposit N2 1000                     applied
    place  A  X sell 1 100              applied
    place  A  Y sell 1 50               applied
    place  A2 X sell 1 101              applied
    place  B  X sell 1 102              applied
    place  N1 X sell 1 103              applied
    place  N2 X sell 1 104              applied
    cancel_all A2 whole_owner on=X      applied
    place  A2 X sell 1 105              applied         // later than the cancel: it stays
    = A    orders 1 reserved 2.525
    = A2   orders 1 reserved 5.3025                     // 105 * 5.05%
    cancel_all A2 whole_owner           applied
    cancel_all N1 whole_owner           applied
    cancel_all Z whole_owner            account_not_found
    cancel B #line20 whole_owner        flags_do_not_fit_the_kind
    = A    orders 0 reserved 0
    = A2   orders 0 reserved 0
    = B    orders 1
    = N1   orders 0
    = N2   orders 1
)"));
}

TEST(order_table, owners_do_not_trade_with_themselves) {
    EXPECT_EQ("", run_ledger_script(order_market + R"(
    place  A  X sell 2 100 #a           applied
    place  A2 X buy 1 100 #n            applied         // the newest is cancelled
    = #n   filled 0
    = A2   reserved 0 orders 0
    place  A2 X buy 1 100 #d decrement  applied         // both shrink by 1
    = A2   reserved 0 orders 0
    = A    reserved 5.05 orders 1
    place  A2 X buy 1 100 cancel_oldest applied         // A's goes, this one rests
    = A    reserved 0 orders 0
    = A2   reserved 5.05 orders 1
    = USD  fee_pool 0
)"));
}

TEST(order_table, orders_wait_for_their_trigger_and_for_their_date) {
    EXPECT_EQ("", run_ledger_script(order_market + R"(
    place  A X buy 1 0 #s stop trigger=105 applied
    = A    reserved 36.565 orders 1     // up to the band's edge: 30 + 130 * 5.05%
    place  A X buy 1 0 stop trigger=105 immediate_or_cancel terms_do_not_fit_together
    place  C X sell 1 105               applied
    place  C X sell 1 106               applied
    place  B X buy 1 105                applied         // trades at 105
    = A X  size 1 cost 106
    = A    cash 999.947 reserved 0 orders 0             // 106 * 500 ppm = 0.053
    place  B X buy 1 90 #g good_til_date until=30  applied
    = B    orders 1
    block  29
    deposit E 1                         applied
    = B    orders 1 reserved 5.05
    block  30
    amend  B #g 1 91                    order_is_not_open
    cancel B #g                         order_is_not_open
    = B    orders 0 reserved 0
)"));
}

TEST(order_table, a_block_trade_needs_both_and_both_must_carry_it) {
    EXPECT_EQ("", run_ledger_script(order_market + R"(
    account P 9 USD                     applied
    deposit P 10                        applied
    trade  A Z X buy 2 100 consent      counterparty_not_found
    trade  A A X buy 2 100 consent      accounts_must_be_different
    trade  A E X buy 2 100 consent      instrument_settles_in_another_asset
    trade  A B X buy 2 100              consent_is_missing
    trade  A B X buy 2 100 consent_first consent_is_missing
    trade  A A2 X buy 2 100 consent     owners_must_be_different
    trade  A B X buy 2 131 consent      price_is_outside_the_band
    trade  P A X buy 2 100 consent      account_lacks_free_cash     // 10.1 of 10
    trade  A P X buy 2 100 consent      counterparty_lacks_free_cash
    trade  A B X buy 2 100 #t consent   applied
    = #t   filled 2 fills 1 reserved 10.1
    = A    cash 999.9 reserved 0 orders 0               // both pay as takers: 200 * 500 ppm
    = B    cash 999.9 reserved 0 orders 0
    = P    cash 10 reserved 0
    = A X  size 2 cost 200 open_buy 0
    = B X  size -2 cost -200 open_sell 0
    = USD  fee_pool 0.2
    place  A X sell 1 100 reduce_only   applied         // the book knows of the position
    account N 0 USD                     applied         // accounts that are nobody's share nothing
    account M 0 USD                     applied
    deposit N 100                       applied
    deposit M 100                       applied
    trade  N M X buy 1 100 consent      applied
)"));
}

TEST(order_table, a_suspension_stops_orders_and_lets_cancels_pass) {
    EXPECT_EQ("", run_ledger_script(order_market + R"(
    place  A X sell 1 100 #x            applied
    place  A X sell 1 100 #y            applied
    suspend X                           applied
    place  B X buy 1 90                 applied         // it counts from the end of the block
    block  30
    place  B X buy 1 90                 instrument_is_suspended
    trade  A B X buy 1 100 consent      instrument_is_suspended
    cancel A #x                         applied
    mark   X 101                        applied
    resume X                            applied
    block  40
    place  B X buy 1 100 #b             applied
    = #b   filled 1
    suspend A                           applied
    place  A X sell 1 100               account_is_suspended
    place  A Y sell 1 50                account_is_suspended
    trade  B A X buy 1 100 consent      counterparty_is_suspended
    resume A                            applied
    place  A Y sell 1 50                applied
)"));
}

TEST(order_table, an_order_is_known_by_its_id) {
    EXPECT_EQ("", run_ledger_script(order_market + R"(
    place  A X sell 1 100 #a            applied
    place  A X sell 1 100 #a            exists
    place  A Y sell 1 100 #a            exists_with_different_instrument
    place  A X sell 1 101 #a            exists_with_different_price
    place  A X buy 1 100 #a             exists_with_different_terms
    block  30
    place  A X sell 1 100 #a            exists
    = A    orders 1
)"));
}

}  // namespace
}  // namespace lockstep
