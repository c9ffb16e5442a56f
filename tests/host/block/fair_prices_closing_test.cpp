// At which prices accounts may close what they hold, and what becomes of their orders and promises
// when the equity behind them is gone.
#include <gtest/gtest.h>

#include <string>

#include "tests/host/block/fair_prices.h"
#include "tests/host/block/ledger_script.h"

namespace lockstep {
namespace {

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

// What the requirement counted for 1,000 that can only close would cover 500 that open.
TEST(fair_prices, orders_that_close_cover_no_margin_of_what_opens) {
    EXPECT_EQ("", run_ledger_script(R"(
    asset      USD                      applied
    account    A  1 USD                 applied
    account    B  2 USD                 applied
    deposit    A  50                    applied
    deposit    B  50000                 applied
    instrument X USD perpetual tick=0.01 lot=0.1 initial=50000 maintenance=25000 taker=0 band=500000 applied
    tier       X 1000000 initial=400000 maintenance=200000     applied
    mark       X 100                    applied
    block      20
    trade  A B X buy 10 100 consent     applied
    block      30
    place  A X sell 10 120 reduce_only  applied
    place  A X sell 10 120 reduce_only  applied         // 20 - 10 is no more than 10
    place  A X sell 1000 120 reduce_only        account_lacks_free_cash
    trade  A B X buy 0.1 100 consent    account_lacks_free_cash
    = A    requirement 50
)"));
}

// The margin of ten may be lost in the perpetual, less what is set aside for a fee: one on the
// notional of 250 options that bring 2.50 would be paid from the same 52.50.
TEST(fair_prices, who_sells_an_option_pays_no_more_in_fees_than_it_brings) {
    EXPECT_EQ("", run_ledger_script(R"(
    asset      USD                      applied
    account    A  1 USD                 applied
    account    B  2 USD                 applied
    account    C  3 USD                 applied
    deposit    A  52.5                  applied
    deposit    B  50000                 applied
    deposit    C  9000                  applied
    insure     C  2000                  applied
    instrument O USD option strike=100 until=1000000 tick=0.01 lot=1 initial=50000 maintenance=25000 taker=0 band=500000 applied
    instrument X USD perpetual tick=0.01 lot=0.1 initial=50000 maintenance=25000 taker=0 band=500000 applied
    mark       O 0.01                   applied
    mark       X 100                    applied
    block      20
    trade  A B O buy 250 0.01 consent   applied
    trade  A B X buy 10 100 consent     applied
    fees   O maker=2000 taker=2000      applied
    block      30
    place  B X buy 10 95.25             applied
    place  A X sell 10 95 immediate_or_cancel reduce_only       applied
    place  B O buy 250 0.01             applied
    place  A O sell 250 0.01 immediate_or_cancel reduce_only #o applied
    = #o   reserved 2.5 filled 250
    session X                           applied
    block      40
    = A    cash 2.5
    = A X  size 0
    = USD  insurance 2000 deficit 0
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

// A bid holds 49.7. When X has taken 60 of the 100, 40 are left: the bid goes with the mark.
TEST(fair_prices, orders_go_when_their_account_has_lost_what_they_hold) {
    EXPECT_EQ("", run_ledger_script(across + R"(
    place  A Y buy 5 104.7 #y           applied
    = #y   reserved 49.675              // 5 * (5.235 + 4.7)
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

}  // namespace
}  // namespace lockstep
