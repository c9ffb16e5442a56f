// Isolated accounts: one instrument, a margin of their own, and losses that end with their cash.
#include <gtest/gtest.h>

#include <string>

#include "tests/host/block/ledger_script.h"

namespace lockstep {
namespace {

/// I is isolated to X at five times, and J at the most that X allows; both are owner 1's, as A is.
std::string const isolated = R"(
    asset      USD                      applied
    instrument X USD perpetual tick=0.01 lot=0.1 initial=50000 maintenance=25000 maker=0 taker=0 band=500000 applied
    instrument Y USD perpetual tick=0.01 lot=0.1 initial=50000 maintenance=25000 maker=0 taker=0 band=500000 applied
    mark       X 100                    applied
    mark       Y 100                    applied
    account    A  1 USD                 applied
    account    I  1 USD isolated only=X leverage=5 applied
    account    J  1 USD isolated only=X applied
    account    B  2 USD                 applied
    deposit    A  100                   applied
    deposit    I  30                    applied
    deposit    J  30                    applied
    deposit    B  10000                 applied
    insure     B  500                   applied
    block      20
)";

TEST(isolated_table, trades_one_instrument_with_margin_of_its_own) {
    EXPECT_EQ("", run_ledger_script(isolated + R"(
    place  B X sell 4 100               applied
    place  I Y buy 1 100                account_is_isolated
    trade  B I Y sell 1 100 consent     counterparty_is_isolated
    place  I X buy 1.6 100              account_lacks_free_cash    // a fifth of 160 are 32
    place  I X buy 1.5 100              applied
    place  J X buy 2 100                applied
    backstop I                          account_is_isolated
    block  30
    = I    requirement 30 maintenance 3.75
    = J    requirement 10 maintenance 5
)"));
}

TEST(isolated_table, is_made_as_its_instrument_allows) {
    EXPECT_EQ("", run_ledger_script(isolated + R"(
    asset   EUR                             applied
    account K  3 USD isolated only=Z        instrument_not_found
    account K  3 EUR isolated only=X        instrument_settles_in_another_asset
    account K  3 USD isolated only=X leverage=21 rate_is_out_of_range
)"));
}

// I buys 1 at 100, and X falls to 60: 40 lost of 30. The fund pays 10; A, of the same owner, pays
// nothing, as it would for a cross account.
TEST(isolated_table, its_losses_end_with_its_cash) {
    EXPECT_EQ("", run_ledger_script(isolated + R"(
    place  B X sell 1 100               applied
    place  I X buy 1 100                applied
    block  30
    mark   X 60                         applied
    session X                           applied
    block  40
    = I    cash 0
    = A    cash 100
    = J    cash 30
    = USD  insurance 490 deficit 0
)"));
}

// A buys 2 Y at 100 and loses 120 of 100. I is short 1 X with 20 of margin and 30 of cash, J holds
// nothing: of the 20 that A owes I, which comes first, can pay all and keep its maintenance margin.
TEST(isolated_table, pays_for_its_owners_others_as_any_account_does) {
    EXPECT_EQ("", run_ledger_script(isolated + R"(
    place  B X buy 1 100                applied
    place  I X sell 1 100               applied
    place  B Y sell 2 100               applied
    place  A Y buy 2 100                applied
    block  30
    = I    requirement 20
    mark   Y 40                         applied
    session Y                           applied
    block  40
    = A    cash 0
    = I    cash 10
    = J    cash 30
    = USD  insurance 500 deficit 0
)"));
}

}  // namespace
}  // namespace lockstep
