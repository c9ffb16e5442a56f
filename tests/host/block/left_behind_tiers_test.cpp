// The mark moves while orders on an instrument with tiers wait, whose margin is the requirement's.
#include <gtest/gtest.h>

#include <string>

#include "tests/host/block/ledger_script.h"
#include "tests/host/block/left_behind.h"

namespace lockstep {
namespace {

// 680 set aside for the loss at 100, and 5 % of 17 contracts in the requirement: 761.005 at 95.3,
// where 759.9 would be lost, and 760.75 at 95, where it is 765.
TEST(left_behind_tiers, with_tiers_the_margin_bears_beside) {
    EXPECT_EQ("", run_ledger_script(wide_market + R"(
    tier   X 50000 initial=400000 maintenance=200000    applied
    deposit A 900                       applied
    block  30
    place  A X buy 17 140               applied
    = A    reserved 680 requirement 85
    mark   X 95.3                       applied
    block  40
    deposit C 1                         applied
    = A    orders 1
    mark   X 95                         applied
    block  50
    deposit C 1                         applied
    = A    orders 0 reserved 0 requirement 0
)"));
}

// 41 would be lost on the bid where the account has 24 of the 46.2 that its position asks.
TEST(left_behind_tiers, with_tiers_margin_that_is_gone_bears_nothing) {
    EXPECT_EQ("", run_ledger_script(wide_market + R"(
    tier   X 50000 initial=400000 maintenance=200000    applied
    block  30
    trade  A B X buy 10 100 consent     applied
    block  40
    place  A X buy 10 96.5              applied
    mark   X 92.4                       applied
    block  50
    place  B X sell 10 96.5             applied
    = A    orders 0
    = A X  size 10
)"));
}

// Sold twice, the position is as large as before: the requirement counts nothing for the offer.
TEST(left_behind_tiers, with_tiers_an_order_against_the_position_has_no_margin) {
    EXPECT_EQ("", run_ledger_script(wide_market + R"(
    tier   X 50000 initial=400000 maintenance=200000    applied
    block  30
    trade  A B X buy 10 100 consent     applied
    block  40
    place  A X sell 20 100.01           applied
    mark   X 104.9                      applied
    session X                           applied
    block  50
    place  B X buy 20 100.01            applied
    = A    orders 0 cash 149
    = A X  size 10
)"));
}

// One takes the profit, the other would have stopped the loss: who holds nothing needs no margin.
TEST(left_behind_tiers, no_margin_is_asked_for_what_could_have_closed) {
    EXPECT_EQ("", run_ledger_script(wide_market + R"(
    tier   X 50000 initial=400000 maintenance=200000    applied
    block  30
    trade  A B X buy 10 100 consent     applied
    block  40
    place  A X sell 10 105 reduce_only  applied
    place  A X sell 10 95 stop_limit trigger=96 reduce_only     applied
    = A    requirement 50
    block  50
    place  C X buy 10 105               applied
    = A X  size 0 open_sell 0
    = A    orders 0 reserved 0
    session X                           applied
    block  60
    = A    requirement 0
    withdraw A 150                      applied
)"));
}

}  // namespace
}  // namespace lockstep
