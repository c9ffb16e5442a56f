// Liquidation: the steps as commands, worked by hand as tables.
#include <gtest/gtest.h>

#include <string>

#include "tests/host/block/ledger_script.h"

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

}  // namespace
}  // namespace lockstep
