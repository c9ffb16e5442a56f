// The mark moves while a stop waits: it goes no further than its account could bear by then.
#include <gtest/gtest.h>

#include <string>

#include "tests/host/block/ledger_script.h"
#include "tests/host/block/left_behind.h"

namespace lockstep {
namespace {

// At 94 a purchase loses 102.5, all that is set aside, at 104.25. C's sale at 104 sets the stop
// off: it takes the rest at 103, and leaves before 104.5.
TEST(left_behind_stops, a_stop_goes_no_further_than_it_has_set_aside) {
    std::string const stop = R"(
    deposit A 900                       applied
    place  A X buy 10 105 stop_limit trigger=104 #s  applied
    = #s   reserved 102.5             // 52.5 and a loss of 50
)";
    std::string const sale = R"(
    place  C X sell 5 104.5             applied
    place  B X buy 1 104                applied
    place  C X sell 6 103               applied
)";
    EXPECT_EQ("", run_ledger_script(wide_market + stop + "block 30\n" + sale + R"(
    = A X  size 10 cost 1037.5
)"));
    EXPECT_EQ("",
              run_ledger_script(wide_market + stop + "mark X 94 applied\nblock 30\n" + sale + R"(
    = A X  size 5 cost 515 open_buy 0
    = A    orders 0 reserved 0
)"));
}

// Nor does it rest at the limit that it had.
TEST(left_behind_stops, a_stop_that_finds_nobody_leaves) {
    EXPECT_EQ("", run_ledger_script(wide_market + R"(
    deposit A 900                       applied
    place  A X buy 10 105 stop_limit trigger=104     applied
    mark   X 94                         applied
    block  30
    place  B X buy 1 104                applied
    place  C X sell 1 104               applied
    = A    orders 0 reserved 0
)"));
}

// No tick is as low as the mark of 67: every one costs more than the 50 set aside.
TEST(left_behind_stops, a_stop_finds_no_price_above_a_mark_under_one_tick) {
    EXPECT_EQ("", run_ledger_script(people + R"(
    instrument X USD perpetual tick=100 lot=0.1 initial=50000 maintenance=25000 band=500000 applied
    mark       X 100                    applied
    block      20
    place  A X buy 10 100 stop_limit trigger=100  applied
    mark   X 67                         applied
    block  30
    place  B X sell 1 100               applied
    place  C X buy 1 100                applied
    place  B X sell 10 100              applied
    = A X  size 0
    = A    orders 0 cash 100
)"));
}

// Isolated at five times: 20 % of 1,000 may be lost, not 5.
TEST(left_behind_stops, a_stop_of_an_isolated_account_has_its_own_margin) {
    EXPECT_EQ("", run_ledger_script(wide_market + R"(
    account I 5 USD isolated only=X leverage=5   applied
    deposit I 200                       applied
    block  30
    trade  I B X buy 10 100 consent     applied
    block  40
    place  I X sell 10 90 stop_limit trigger=96 reduce_only  applied
    place  C X buy 1 96                 applied
    place  C X buy 10 92                applied
    place  B X sell 1 96                applied
    = I X  size 0
)"));
}

// What it may lose is not less because the mark has fallen towards it.
TEST(left_behind_stops, a_stop_that_closes_is_filled_at_its_limit) {
    EXPECT_EQ("", run_ledger_script(wide_market + R"(
    trade  A B X buy 10 100 consent     applied
    block  30
    place  A X sell 10 96 stop_limit trigger=98 reduce_only  applied
    mark   X 99                         applied
    block  40
    place  B X buy 10 96                applied
    place  C X buy 1 98                 applied
    place  B X sell 1 98                applied
    = A X  size 0
    = A    orders 0
)"));
}

}  // namespace
}  // namespace lockstep
