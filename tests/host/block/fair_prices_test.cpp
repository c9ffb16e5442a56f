// At which prices accounts may trade: no fill at the mark of its block leaves a debt that others
// pay.
#include <gtest/gtest.h>

#include <string>

#include "tests/host/block/ledger_script.h"

namespace lockstep {
namespace {

/// Two accounts of people who know each other, and a fund.
std::string const friends = R"(
    asset      USD                      applied
    account    A  1 USD                 applied
    account    B  2 USD                 applied
    account    C  3 USD                 applied
    deposit    A  1000                  applied
    deposit    B  1000                  applied
    deposit    C  21000                 applied
    insure     C  20000                 applied
    instrument X USD perpetual tick=0.01 lot=0.1 initial=50000 maintenance=25000 taker=500 band=500000 applied
    mark       X 100                    applied
    block      20
)";

// With 5 % of margin A could have bought 132 at 150: 6,600 lost at once, won by B, paid by the
// fund.
TEST(fair_prices, nobody_opens_at_a_loss_that_it_cannot_carry) {
    EXPECT_EQ("", run_ledger_script(friends + R"(
    place  B X sell 130 150             applied
    place  A X buy 130 150              account_lacks_free_cash
    place  A X buy 20 150               account_lacks_free_cash     // 1,000 and a fee
    place  A X buy 19.9 150 #a          applied
    = #a   filled 19.9 reserved 996.4925               // 19.9 * 50, and 500 ppm of 2,985
    mark   X 100                        applied
    session X                           applied
    block  30
    = A    cash 3.5075
    = USD  insurance 20000 deficit 0
)"));
}

TEST(fair_prices, nor_sells_so_nor_agrees_to_it) {
    EXPECT_EQ("", run_ledger_script(friends + R"(
    place  A X sell 100 60              account_lacks_free_cash
    trade  A B X sell 100 60 consent    account_lacks_free_cash
    trade  A B X buy 100 140 consent    account_lacks_free_cash
    trade  B A X buy 100 60 consent     counterparty_lacks_free_cash
    place  A X sell 100 95.1            applied                     // 490, under the margin of 500
    = A    reserved 505                 // fees of 5
)"));
}

// 100 USD of coin at 100 is 1 BTC, at 50 it would be 2: a short that sells there owes one more.
TEST(fair_prices, of_an_inverse_contract) {
    EXPECT_EQ("", run_ledger_script(R"(
    asset      BTC                      applied
    account    A  1 BTC                 applied
    deposit    A  1                     applied
    instrument X BTC perpetual inverse tick=1 lot=1 initial=50000 maintenance=25000 taker=0 band=500000 applied
    mark       X 100                    applied
    block      20
    place  A X sell 101 50              account_lacks_free_cash
    place  A X sell 100 50 #s           applied
    = #s   reserved 1
    cancel A #s                         applied
    block  30
    place  A X buy 301 150              account_lacks_free_cash     // 3.01 - 2.006667
    place  A X buy 300 150 #b           applied
    = #b   reserved 1
)"));
}

// An option's seller owes its mark, and is paid less.
TEST(fair_prices, of_a_sold_option) {
    EXPECT_EQ("", run_ledger_script(R"(
    asset      USD                      applied
    account    A  1 USD                 applied
    deposit    A  500                   applied
    instrument O USD option strike=100 until=1000000 tick=0.1 lot=1 initial=100000 maintenance=50000 taker=0 band=500000 applied
    mark       O 60                     applied
    block      20
    place  A O sell 17 30               account_lacks_free_cash     // 17 * 30 = 510
    place  A O sell 16 30 #s            applied
    = #s   reserved 480
    cancel A #s                         applied
    block  30
    place  A O sell 16 55 #m            applied
    = #m   reserved 160                 // a tenth of 16 * 100; 80 would be lost
)"));
}

// 60 of cash: 10 * (100.9 - 100) and 5.05 % of 1,009 are 59.9545, one tick more 60.06.
TEST(fair_prices, a_market_order_takes_no_price_that_leaves_its_account_short) {
    EXPECT_EQ("", run_ledger_script(friends + R"(
    account P 4 USD                     applied
    deposit P 60                        applied
    place  C X sell 4 100.9             applied
    place  C X sell 4 100.91            applied
    place  P X buy 10 0 market immediate_or_cancel #m   applied
    = #m   filled 4 reserved 59.9545
    = P    orders 0 reserved 0
    = P X  size 4
    place  P X buy 120 0 market immediate_or_cancel     account_lacks_free_cash // margin at the mark
)"));
}

// A stop that could not even be filled at its trigger is refused.
TEST(fair_prices, a_stop_is_borne_at_its_trigger_or_refused) {
    EXPECT_EQ("", run_ledger_script(friends + R"(
    account P 4 USD                     applied
    deposit P 60                        applied
    place  P X buy 10 0 stop trigger=101        account_lacks_free_cash
    place  P X buy 10 0 trailing_stop trigger=1 account_lacks_free_cash     // from 100 up
    place  P X buy 10 0 stop trigger=100.5 #s   applied
    = #s   reserved 59.9545             // up to 100.90
)"));
}

// Tiers count margin in the requirement, which is counted again at the mark, netted with what else
// there is: what an order loses stays set aside beside it.
TEST(fair_prices, a_loss_stays_set_aside_beside_tiers) {
    EXPECT_EQ("", run_ledger_script(friends + R"(
    tier   X 50000 initial=400000 maintenance=200000    applied
    block  30
    place  A X buy 17 150 #a            applied
    = #a   reserved 851.275             // 17 * 50 and 500 ppm of 2,550
    = A    requirement 85               // 17 * 100 * 5 %
    block  40
    withdraw A 63.73                    account_lacks_free_cash
    place  B X sell 17 150              applied
    session X                           applied
    block  50
    = USD  insurance 20000 deficit 0
)"));
}

// A's bid was taken while the mark stood at 100. At 70 nobody may sell to it at more than 77 any
// more: it is cancelled, and the next bid is the best. Its 300 of margin would not have borne the
// 1,800 that 60 contracts lose.
TEST(fair_prices, nothing_trades_beyond_the_band_of_its_block) {
    EXPECT_EQ("", run_ledger_script(R"(
    asset      USD                      applied
    account    A  1 USD                 applied
    account    B  2 USD                 applied
    account    C  3 USD                 applied
    deposit    A  400                   applied
    deposit    B  1000                  applied
    deposit    C  1000                  applied
    instrument X USD perpetual tick=0.01 lot=1 initial=50000 maintenance=25000 taker=0 band=100000 applied
    mark       X 100                    applied
    block      20
    place  A X buy 60 100 #a            applied
    place  C X buy 5 70 #low            price_is_outside_the_band
    mark   X 70                         applied
    block  30
    place  C X buy 5 77                 applied
    place  B X sell 60 70 #s            applied
    = #s   filled 5
    = A    orders 0 reserved 0
    = B    orders 1
    block  40
    amend  A #a 60 70                   order_is_not_open
    place  A X buy 50 70                applied
    = A X  size 50
)"));
}

/// A is long 10 at 100 with 60; the mark is 96: equity 20 of an initial margin of 48 and a
/// maintenance margin of 24.
std::string const fallen = R"(
    asset      USD                      applied
    account    A  1 USD                 applied
    account    B  2 USD                 applied
    account    C  3 USD                 applied
    deposit    A  60                    applied
    deposit    B  1000                  applied
    deposit    C  1000                  applied
    instrument X USD perpetual tick=0.01 lot=0.1 initial=50000 maintenance=25000 maker=1000 taker=1000 band=500000 applied
    mark       X 100                    applied
    block      20
    trade  A B X buy 10 100 consent     applied
    mark       X 96                     applied
    block      30
    = A    cash 59 unrealised -40 maintenance 24
)";

// 19 of equity: all 10 may cost that, fees of 0.96 included: 96 - 1.80.
TEST(fair_prices, who_may_only_reduce_sells_no_lower_than_its_equity_allows) {
    EXPECT_EQ("", run_ledger_script(fallen + R"(
    place  A X sell 10 94.19 reduce_only        account_lacks_free_cash
    place  A X sell 10 94.2 reduce_only #a      applied
    = #a   reserved 0.96
    cancel A #a                         applied
    block  40
    place  A X sell 5 94.2 reduce_only  applied         // part by part the same, but that its fee
    place  A X sell 5 94.24 reduce_only account_lacks_free_cash     // of 0.48 is promised already
    place  A X sell 5 94.25 reduce_only applied
    place  C X buy 10 94.2              applied
    place  C X buy 10 94.25             applied
    = A X  size 0
    block  50
    = A    cash 58.05775 unrealised -57.75              // 942.25 * 0.1 % of fees
)"));
}

// In the market it goes as far as that.
TEST(fair_prices, who_may_only_reduce_closes_in_the_market_as_far_as_its_equity_goes) {
    EXPECT_EQ("", run_ledger_script(fallen + R"(
    place  C X buy 4 94.2               applied
    place  C X buy 6 94.19              applied
    place  A X sell 10 0 market immediate_or_cancel reduce_only #a  applied
    = #a   filled 4
)"));
}

// B has gained 40 and has 999: beyond the margin of 48 it may lose its free cash, which is set
// aside.
TEST(fair_prices, who_has_free_cash_sets_aside_what_closing_loses_beyond_its_margin) {
    EXPECT_EQ("", run_ledger_script(fallen + R"(
    place  B X buy 10 100 reduce_only #b        applied
    = #b   reserved 1                   // 40 lost
    cancel B #b                         applied
    place  B X buy 10 104 reduce_only #c        applied
    = #c   reserved 33.04               // 80 lost and 1.04 of fees, less 48
)"));
}

// D is long 10 with its initial margin and nothing else: it may lose all of it, and no more.
TEST(fair_prices, who_has_its_margin_closes_in_the_market) {
    EXPECT_EQ("", run_ledger_script(fallen + R"(
    account D 4 USD                     applied
    deposit D 48.96                     applied
    trade  D C X buy 10 96 consent      applied
    block  40
    = D    cash 48 requirement 48
    place  C X buy 4 91.3               applied
    place  C X buy 6 91.29              applied
    place  D X sell 10 0 market immediate_or_cancel reduce_only #d  applied
    = #d   filled 4
)"));
}

// The mark may fall by 4.7 before D, with 48 of cash, has lost it: a trailing stop that could be
// hit only below that would never be filled.
TEST(fair_prices, a_trailing_stop_is_borne_where_it_would_be_hit) {
    EXPECT_EQ("", run_ledger_script(fallen + R"(
    account D 4 USD                     applied
    deposit D 48.96                     applied
    trade  D C X buy 10 96 consent      applied
    place  C X sell 1 96                applied
    place  B X buy 1 96 reduce_only     applied
    block  40
    place  D X sell 10 0 trailing_stop trigger=4.75 reduce_only     account_lacks_free_cash
    place  D X sell 10 0 trailing_stop trigger=4.7 reduce_only      applied
)"));
}

// Parts pay no more fees together than A has equity: 0.5 of it, half of that for the first.
TEST(fair_prices, fees_of_many_parts_are_paid_from_equity_once) {
    EXPECT_EQ("", run_ledger_script(fallen + R"(
    mark   X 94.15                      applied
    block  40
    = A    cash 59 unrealised -58.5
    place  C X buy 10 94.15             applied
    place  A X sell 5 94.15 reduce_only #a      applied
    place  A X sell 5 94.15 reduce_only #b      applied
    = #a   reserved 0.25
    = #b   reserved 0.125               // of the 0.25 that is not promised
    block  50
    = A    cash 58.625
)"));
}

/// A is long 10 X at 100 with 100 of cash; Y stands at 100 all the time.
std::string const across = R"(
    asset      USD                      applied
    account    A  1 USD                 applied
    account    B  2 USD                 applied
    account    C  3 USD                 applied
    deposit    A  100                   applied
    deposit    B  1000                  applied
    deposit    C  1000                  applied
    instrument X USD perpetual tick=0.01 lot=0.1 initial=50000 maintenance=25000 taker=0 band=47000 applied
    instrument Y USD perpetual tick=0.01 lot=0.1 initial=50000 maintenance=25000 taker=0 band=47000 applied
    mark       X 100                    applied
    mark       Y 100                    applied
    block      20
    trade  A B X buy 10 100 consent     applied
    block      30
)";

// A bid may lose 49.7. When X has taken 60 of the 100, 40 are left: the bid goes with the mark.
TEST(fair_prices, orders_go_when_their_account_has_lost_what_they_hold) {
    EXPECT_EQ("", run_ledger_script(across + R"(
    place  A Y buy 9.5 104.7 #y         applied
    = #y   reserved 49.7325
    mark   X 95                         applied
    block  40
    = A    orders 1 flags 0             // 50 of equity
    mark   X 94                         applied
    block  50
    = A    orders 0 reserved 0 flags 2
)"));
}

// A stop that only reduces holds 450 from when the mark stood at 100. What the mark has fallen
// since it can lose no more, so it stays for what it is for, here beside 450 of equity and then
// 300.
TEST(fair_prices, a_protective_stop_stays_while_the_mark_runs_toward_it) {
    EXPECT_EQ("", run_ledger_script(R"(
    asset      USD                      applied
    account    A  1 USD                 applied
    account    B  2 USD                 applied
    account    C  3 USD                 applied
    deposit    A  510                   applied
    deposit    B  1000                  applied
    deposit    C  1000                  applied
    instrument X USD perpetual tick=0.01 lot=0.1 initial=50000 maintenance=25000 taker=0 band=500000 applied
    mark       X 100                    applied
    block      20
    trade  A B X buy 10 100 consent     applied
    block      30
    place  A X sell 10 0 stop trigger=80 reduce_only #s applied
    = #s   reserved 450
    mark   X 93.9                       applied
    block  40
    = A    orders 1 reserved 450
    mark   X 79                         applied
    block  50
    = A    orders 1 reserved 450
    place  C X buy 11 78                applied
    place  B X sell 1 78                applied         // the stop is hit
    = A X  size 0 cost 220
)"));
}

// At 135 A has lost 70 of 60. What its bid holds is a fee, which does not make it a promise of
// another kind.
TEST(fair_prices, an_order_that_closes_stays_with_its_fee) {
    for (std::string const fee : {"0", "500"})
        EXPECT_EQ("", run_ledger_script(R"(
    asset      USD                      applied
    account    A  1 USD                 applied
    account    B  2 USD                 applied
    deposit    A  60                    applied
    deposit    B  1000                  applied
    instrument X USD perpetual tick=0.01 lot=0.1 initial=50000 maintenance=25000 maker=0 taker=)" +
                                        fee + R"( band=500000 applied
    mark       X 100                    applied
    block      20
    trade  A B X sell 2 100 consent     applied
    block      30
    place  A X buy 2 100 reduce_only    applied
    mark   X 135                        applied
    block      40
    = A    orders 1
)"));
}

// A bid for 10 at 100 may lose its 50; so closing in the same block may lose no more than 10.
TEST(fair_prices, closing_loses_nothing_that_an_order_holds) {
    EXPECT_EQ("", run_ledger_script(across + R"(
    place  A X buy 10 100               applied
    mark   X 96                         applied
    block  40
    = A    orders 1 flags 0 reserved 50 // 60 of equity, 48 of margin
    place  A X sell 10 94.99 reduce_only        account_lacks_free_cash
    place  A X sell 10 95 reduce_only           applied
)"));
}

// What is promised to somebody is not there to be lost.
TEST(fair_prices, a_pending_transfer_goes_when_equity_does_not_cover_it) {
    EXPECT_EQ("", run_ledger_script(across + R"(
    transfer A C 50 #p pending          applied
    mark   X 95.5                       applied
    block  40
    = A    reserved 50                  // 55 of equity
    place  A X sell 10 94.9 reduce_only account_lacks_free_cash
    mark   X 94.9                       applied
    block  50
    = A    reserved 0 pending_out 0
    post   A #p 0                       pending_was_voided_by_loss
)"));
}

// Below zero nothing can be lost any more, and there is nothing to pay a fee from.
TEST(fair_prices, who_owes_more_than_it_has_closes_at_the_mark) {
    EXPECT_EQ("", run_ledger_script(fallen + R"(
    mark   X 94                         applied
    block  40
    place  A X sell 10 93.99 reduce_only        account_lacks_free_cash
    place  A X sell 10 94 reduce_only #a        applied
    = #a   reserved 0
)"));
}

/// A and D are long 10 at 100 with 59 each; the mark is 93: both lack 11.
std::string const bankrupt = R"(
    asset      USD                      applied
    account    A  1 USD                 applied
    account    B  2 USD                 applied
    account    D  3 USD                 applied
    account    V  4 USD                 applied
    deposit    A  59                    applied
    deposit    B  1000                  applied
    deposit    D  59                    applied
    deposit    V  1000                  applied
    backstop   V                        applied
    instrument X USD perpetual tick=0.01 lot=0.1 initial=50000 maintenance=25000 taker=0 band=500000 applied
    mark       X 100                    applied
    block      20
    trade  A B X buy 10 100 consent     applied
    trade  D B X buy 10 100 consent     applied
    mark       X 93                     applied
)";

// A fund of 15 pays for one of them, not for both; nor for the second in a later block, before a
// session has taken what it owes for the first.
TEST(fair_prices, the_fund_is_promised_once) {
    EXPECT_EQ("", run_ledger_script(bankrupt + R"(
    insure B 15                         applied
    block  30
    take_over A V X sell 10 93          applied
    take_over D V X sell 10 93          price_is_not_the_takeover_price
    take_over D V X sell 5 94.1         applied
    block  40
    take_over D V X sell 5 93           price_is_not_the_takeover_price
    take_over D V X sell 5 94.1         applied
    session X                           applied
    block  50
    = A    cash 0
    = D    cash 0
    = USD  insurance 4 deficit 0
)"));
}

// A still holds a suspended Y: what it owes is owed all the same.
TEST(fair_prices, the_fund_owes_who_waits_with_a_suspended_position) {
    EXPECT_EQ("", run_ledger_script(bankrupt + R"(
    instrument Y USD perpetual tick=0.01 lot=1 initial=50000 maintenance=25000 taker=0 band=500000 applied
    mark   Y 1                          applied
    insure B 15                         applied
    mark   X 100                        applied
    block  30
    trade  A B Y buy 1 1 consent        applied
    suspend Y                           applied
    mark   X 93                         applied
    block  40
    take_over A V X sell 10 93          applied
    block  50
    take_over D V X sell 10 93          price_is_not_the_takeover_price
    take_over D V X sell 10 94.1        applied
)"));
}

// At the price that takes all of its share the liquidated pays no fee, above it what is left.
TEST(fair_prices, a_liquidation_fee_is_paid_from_equity_alone) {
    EXPECT_EQ("", run_ledger_script(fallen + R"(
    mark   X 95.9                       applied         // equity 18
    block  40
    place  C X buy 10 94.1              applied
    liquidate A X sell 5 94.1 #l        applied
    = #l   filled 5 reserved 0
    liquidate A X sell 5 94.15 #m       applied
    = #m   filled 0 reserved 0.25       // 5 * 0.05 of 5 * 95.9 * 0.1 %
    block  50
    = A    cash 59
)"));
}

}  // namespace
}  // namespace lockstep
