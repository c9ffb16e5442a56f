// What an order is measured by at which moment of its block. X is a linear perpetual at 100 that
// asks 5% initial and 2.5% maintenance margin, 200 ppm of makers and 500 ppm of takers.
#include <gtest/gtest.h>

#include <string>

#include "tests/host/block/ledger_script.h"

namespace lockstep {
namespace {

std::string const quiet_market = R"(
    asset      USD                      applied
    account    A  1 USD                 applied
    account    B  2 USD                 applied
    account    C  3 USD                 applied
    deposit    A  1000                  applied
    deposit    B  1000                  applied
    deposit    C  1000                  applied
    instrument X USD perpetual tick=0.01 lot=0.1 initial=50000 maintenance=25000 maker=200 taker=500 band=300000 applied
    mark       X 100                    applied
    block      20
)";

/// The block began without a position of A's; its stop is cut when it enters, not when it is taken.
TEST(order_moments, an_order_reduces_the_position_that_the_block_began_with) {
    EXPECT_EQ("", run_ledger_script(quiet_market + R"(
    place  A X buy 1 100                applied
    place  B X sell 1 100               applied
    place  A X sell 1 100 reduce_only   order_would_not_reduce
    block  30
    place  A X sell 3 90 stop_limit trigger=95 reduce_only #s   applied
    place  A X sell 3 100 reduce_only #l                        applied
    = #s   reserved 5.15                // 10 lost and 300 * 500 ppm of fee, less 100 * 5%
    = #l   reserved 0.15
    = A X  size 1 open_sell 4           // 3 of the stop, 1 of the other
)"));
}

/// By a cancellation, by an order that ends with the block's time, by an amendment.
TEST(order_moments, what_a_block_sets_free_is_free_for_the_next) {
    EXPECT_EQ("", run_ledger_script(quiet_market + R"(
    place  C X buy 1 100 #g             applied
    place  C X buy 2 100                applied
    block  30
    cancel C #g                         applied
    withdraw C 984.850000001            account_lacks_free_cash     // 1000 - 5.05 - 10.1
    withdraw C 984.85                   applied
    block  31
    withdraw C 5.05                     applied
    = C    cash 10.1 reserved 10.1
)"));
    EXPECT_EQ("", run_ledger_script(quiet_market + R"(
    place  C X buy 1 100 good_til_date until=30                 applied
    block  30
    withdraw C 994.950000001            account_lacks_free_cash     // 1000 - 5.05
    block  31
    withdraw C 1000                     applied
)"));
    EXPECT_EQ("", run_ledger_script(quiet_market + R"(
    place  A X buy 2 100 #a             applied
    place  B X sell 1 100               applied
    = A    cash 999.98 reserved 5.05 requirement 5                  // 100 * 200 ppm
    block  30
    amend  A #a 3 100 #more             applied
    withdraw A 974.780000001            account_lacks_free_cash     // less 5.05 + 5 + 15.15
    = #more reserved 15.15              // of all 3, though 1 is filled
    = A    reserved 10.1
)"));
}

/// O takes 1, and of the rest the stop that it has set off.
TEST(order_moments, a_receipt_counts_what_its_command_takes) {
    EXPECT_EQ("", run_ledger_script(quiet_market + R"(
    place  B X buy 1 100                applied
    place  C X buy 1 101 stop_limit trigger=100                 applied
    place  A X sell 3 100 #o            applied
    = #o   filled 1 fills 1
    = A X  size -2 open_sell 1
    = C X  size 1
)"));
}

}  // namespace
}  // namespace lockstep
