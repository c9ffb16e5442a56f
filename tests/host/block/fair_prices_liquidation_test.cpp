// At which prices the liquidated are closed and taken over: what the fund is promised for, and what
// is left for fees.
#include <gtest/gtest.h>

#include <string>

#include "tests/host/block/fair_prices.h"
#include "tests/host/block/ledger_script.h"

namespace lockstep {
namespace {

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
