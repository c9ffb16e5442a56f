// The mark moves while orders wait: none is filled that its account could not bear by then.
#include <gtest/gtest.h>

#include <string>

#include "tests/host/block/ledger_script.h"
#include "tests/host/block/left_behind.h"

namespace lockstep {
namespace {

// A set 50 aside for its bid, B 50 for its offer: 5 for each of 10.
TEST(left_behind, an_order_leaves_when_it_would_lose_more_than_it_has_set_aside) {
    EXPECT_EQ("", run_ledger_script(wide_market + R"(
    place  A X buy 10 100               applied
    mark   X 95                         applied
    block  30
    deposit C 1                         applied
    = A    orders 1 reserved 50
    mark   X 94.99                      applied
    block  40
    place  C X sell 1 99                applied
    = A    orders 0 reserved 0 cash 100
    = A X  size 0 open_buy 0
    = C    orders 1
)"));
    EXPECT_EQ("", run_ledger_script(wide_market + R"(
    place  B X sell 10 100              applied
    mark   X 105                        applied
    block  30
    deposit C 1                         applied
    = B    orders 1 reserved 50
    mark   X 105.01                     applied
    block  40
    deposit C 1                         applied
    = B    orders 0 reserved 0 cash 5000
)"));
}

// Both of D's bids would lose 20 at the new mark, with 5 and 10 set aside.
TEST(left_behind, no_fill_leaves_its_account_short_of_its_other_orders) {
    EXPECT_EQ("", run_ledger_script(wide_market + R"(
    account D 4 USD                     applied
    deposit D 30                        applied
    block  30
    place  D X buy 1 100                applied
    place  D X buy 2 90                 applied
    mark   X 80                         applied
    = D    orders 2 reserved 15
    block  40
    place  B X sell 1 100               applied
    = D    orders 0 reserved 0 cash 30 unrealised 0
)"));
}

// Nor does it come back when the position does.
TEST(left_behind, an_order_that_closes_leaves_with_its_position) {
    EXPECT_EQ("", run_ledger_script(wide_market + R"(
    trade  A B X buy 10 100 consent     applied
    block  30
    place  A X sell 10 100.01 reduce_only   applied
    block  40
    trade  A B X sell 10 100 consent    applied
    = A    orders 0 reserved 0
    = A X  size 0 open_sell 0
    block  50
    trade  A B X buy 10 100 consent     applied
    place  C X buy 10 100.01            applied
    = A X  size 10
    = C    orders 1
)"));
}

// The session pays A's gain of 200, which it takes home: the 60 that are left are no longer there
// for an offer 20 below the mark.
TEST(left_behind, nor_for_gains_that_have_been_taken_home) {
    EXPECT_EQ("", run_ledger_script(wide_market + R"(
    trade  A B X buy 10 100 consent     applied
    block  30
    place  A X sell 10 100.01 reduce_only   applied
    mark   X 120                        applied
    = A    unrealised 200
    block  40
    deposit C 1                         applied
    = A    orders 0                     // loses 199.9 where 60 are bound
)"));
    EXPECT_EQ("", run_ledger_script(wide_market + R"(
    trade  A B X buy 10 100 consent     applied
    block  30
    place  A X sell 10 100.01 reduce_only   applied
    mark   X 105                        applied
    block  40
    deposit C 1                         applied
    = A    orders 1                     // loses 49.9 of 52.5
    place  C X buy 10 100.01            applied
    = A X  size 0
)"));
}

// 19 of equity are all that the account has: closing at 94.2 costs it 18 of them, and of each mark
// higher as much more as it has gained by it.
TEST(left_behind, who_can_bear_it_still_closes) {
    EXPECT_EQ("", run_ledger_script(people + R"(
    instrument X USD perpetual tick=0.01 lot=0.1 initial=50000 maintenance=25000 band=500000 applied
    mark       X 100                    applied
    withdraw   A 41                     applied
    block  20
    trade  A B X buy 10 100 consent     applied
    mark   X 96                         applied
    block  30
    place  A X sell 10 94.2 reduce_only applied
    mark   X 97                         applied
    block  40
    deposit C 1                         applied
    = A    orders 1 unrealised -30
    place  C X buy 10 94.2              applied
    = A X  size 0
    mark   X 97                         applied
    session X                           applied
    block  50
    = A    cash 1
)"));
}

std::string const two_markets = wide_market + R"(
    instrument Y USD perpetual tick=0.01 lot=0.1 initial=50000 maintenance=25000 band=500000 applied
    mark   Y 100                        applied
)";

// A set 50 aside for what its offer at 90 would lose beyond the margin of 50. Now 50 are all that
// it has, and 70 would be lost.
TEST(left_behind, what_an_order_has_set_aside_bears_it_once) {
    EXPECT_EQ("", run_ledger_script(two_markets + R"(
    deposit A 50                        applied
    block  30
    trade  A B X buy 10 100 consent     applied
    trade  A B Y buy 10 100 consent     applied
    block  40
    place  A X sell 10 90 reduce_only   applied
    mark   X 97                         applied
    mark   Y 93                         applied
    block  50
    place  B X buy 10 90                applied
    = A    orders 0 reserved 0
    = A X  size 10
)"));
}

// All of A's 100 are bound: 50 by the position, 50 by the offer.
TEST(left_behind, it_does_bear_it) {
    EXPECT_EQ("", run_ledger_script(wide_market + R"(
    trade  A B X buy 10 100 consent     applied
    block  30
    place  A X sell 10 90 reduce_only   applied
    block  40
    deposit C 1                         applied
    = A    orders 1 reserved 50
    place  B X buy 10 90                applied
    = A X  size 0
)"));
}

// 25 and a fee of 2 % of 1,000 are more than the 31 of equity bear beside Y.
TEST(left_behind, a_fee_is_borne_too) {
    EXPECT_EQ("", run_ledger_script(wide_market + R"(
    instrument Y USD perpetual tick=0.01 lot=0.1 initial=10000 maintenance=5000 band=500000 applied
    mark   Y 100                        applied
    withdraw A 20                       applied
    block  30
    trade  A B X buy 10 100 consent     applied
    trade  A B Y buy 10 100 consent     applied
    fees   X maker=20000 taker=20000    applied
    block  40
    place  A X sell 10 97.5 reduce_only applied
    mark   Y 95.1                       applied
    block  50
    place  B X buy 10 97.5              applied
    = A    orders 0
    = A X  size 10
)"));
}

// Y has cost A 60 of its 120, less than the 97 that both positions ask: of the 50 that X binds the
// offer may lose 30.9, not 40.
TEST(left_behind, an_order_that_closes_may_lose_its_share_of_equity) {
    EXPECT_EQ("", run_ledger_script(wide_market + R"(
    instrument Y USD perpetual tick=0.01 lot=0.1 initial=50000 maintenance=25000 band=500000 applied
    mark   Y 100                        applied
    deposit A 20                        applied
    block  30
    trade  A B X buy 10 100 consent     applied
    trade  A B Y buy 10 100 consent     applied
    block  40
    place  A X sell 10 96 reduce_only   applied
    mark   Y 99                         applied
    block  50
    deposit C 1                         applied
    = A    orders 1
    mark   Y 94                         applied
    block  60
    deposit C 1                         applied
    = A    orders 0
)"));
}

// Each half is rounded on its own, and nothing has moved.
TEST(left_behind, an_order_that_is_filled_in_part_stays) {
    EXPECT_EQ("", run_ledger_script(people + R"(
    instrument X USD perpetual tick=0.01 lot=0.1 initial=50000 maintenance=25000 band=500000 applied
    mark       X 104.815451299          applied
    deposit    A 1000                   applied
    block      20
    trade  A B X buy 4.3 104 consent    applied
    block  30
    place  A X sell 4.3 98.52 reduce_only   applied
    place  C X buy 2.5 98.52            applied
    block  40
    deposit C 1                         applied
    = A    orders 1
    = A X  size 1.8
)"));
}

// A tenth of the strike for each of 16 is set aside to sell, the premium to buy.
TEST(left_behind, an_option_is_sold_no_cheaper_than_its_margin_bears) {
    EXPECT_EQ("", run_ledger_script(people + R"(
    instrument O USD option strike=100 until=1000000 tick=0.1 lot=1 initial=100000 maintenance=50000 taker=0 band=500000 applied
    mark       O 60                     applied
    block      20
    place  B O sell 16 55               applied
    place  C O buy 16 54                applied
    mark   O 70                         applied
    block  30
    deposit A 1                         applied
    = B    orders 1
    mark   O 70.1                       applied
    block  40
    deposit A 1                         applied
    = B    orders 0
    mark   O 36                         applied     // the band's edge is 54
    block  50
    deposit A 1                         applied
    = C    orders 1
    mark   O 35.9                       applied
    block  60
    deposit A 1                         applied
    = C    orders 0 reserved 0 cash 5000
)"));
}

// It was paid for, and counts for nothing.
TEST(left_behind, an_option_that_is_held_may_be_sold_at_any_price) {
    EXPECT_EQ("", run_ledger_script(people + R"(
    instrument O USD option strike=100 until=1000000 tick=0.1 lot=1 initial=100000 maintenance=50000 taker=0 band=500000 applied
    mark       O 20                     applied
    block      20
    trade  A B O buy 5 20 consent       applied
    block  30
    place  A O sell 5 21 reduce_only    applied
    mark   O 40                         applied
    block  40
    place  C O buy 5 21                 applied
    = A O  size 0
)"));
}

TEST(left_behind, what_has_left_stands_in_nobodys_way) {
    EXPECT_EQ("", run_ledger_script(wide_market + R"(
    place  B X sell 5 100               applied
    mark   X 130                        applied
    block  30
    place  C X buy 1 120 post_only      applied
    = C    orders 1
)"));
}

}  // namespace
}  // namespace lockstep
