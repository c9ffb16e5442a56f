// What an order that closes has set aside for its loss and its fee is there as far as equity is.
#include <gtest/gtest.h>

#include <string>

#include "tests/host/block/ledger_script.h"
#include "tests/host/block/left_behind.h"

namespace lockstep {
namespace {

// 95 are set aside for what it would lose at 71 beyond its margin. At 86 equity is 55: 75 would be
// lost.
TEST(closing_reserve, is_lost_no_further_than_equity_is_there) {
    EXPECT_EQ("", run_ledger_script(people + R"(
    instrument X USD perpetual tick=0.1 lot=1 initial=100000 maintenance=50000 band=300000 applied
    mark       X 100                    applied
    insure     C  1000                  applied
    deposit    A  900                   applied
    block  20
    trade  A B X buy 10 100 consent     applied
    block  30
    place  A X sell 5 71 reduce_only    applied
    = A    reserved 95
    withdraw A 805                      applied
    mark   X 90                         applied
    block  40
    deposit C 1                         applied
    = A    orders 1
    mark   X 86                         applied
    block  50
    place  B X buy 5 71                 applied
    = A    orders 0
    = A X  size 10
)"));
}

// The price of 100 options is there in cash, but not in equity: 3,000 of it are a loss that no
// session has taken, and the bid that the mark has run past may lose 990 of the rest.
TEST(closing_reserve, buys_back_no_dearer_than_equity_is_there) {
    EXPECT_EQ("", run_ledger_script(people + R"(
    instrument O USD option strike=100 until=1000000 tick=0.1 lot=1 initial=100000 maintenance=50000 taker=0 band=800000 applied
    mark       O 10                     applied
    instrument X USD perpetual tick=0.1 lot=1 initial=10000 maintenance=5000 taker=0 band=300000 applied
    mark       X 100                    applied
    insure     C  1000                  applied
    deposit    A  19900                 applied
    deposit    B  50000                 applied
    block  20
    trade  A B O sell 1 10 consent      applied
    trade  A B X buy 120 100 consent    applied
    block  30
    place  A O sell 99 10               applied
    withdraw A 16435                    applied
    mark   O 13                         applied
    mark   X 80                         applied
    block  40
    place  B O buy 99 10                applied
    place  B O sell 100 22              applied
    place  A O buy 100 22 reduce_only #back     applied
    = #back    filled 0
    session X                           applied
    = USD  insurance 1000 deficit 0
)"));
}

// One is held, so it is 0.99 and what cash is free that pay for the fee, also where a bid that the
// mark has run past makes it a thousand.
TEST(closing_reserve, pays_fees_for_no_more_than_is_held) {
    EXPECT_EQ("", run_ledger_script(people + R"(
    instrument X USD perpetual tick=0.1 lot=1 initial=10000 maintenance=5000 taker=500 band=300000 applied
    mark       X 100                    applied
    instrument Y USD perpetual tick=0.1 lot=1 initial=10000 maintenance=5000 taker=0 band=300000 applied
    mark       Y 100                    applied
    insure     C  1000                  applied
    deposit    A  49900                 applied
    deposit    B  400000                applied
    block  20
    trade  A B X buy 1 100 consent      applied
    trade  A B Y buy 10 100 consent     applied
    block  30
    place  A X buy 999 100              applied
    withdraw A 48737                    applied
    mark   X 99                         applied
    mark   Y 80                         applied
    block  40
    place  B X sell 999 100             applied
    place  B X buy 2000 99              applied
    place  A X sell 1000 99 reduce_only #close  applied
    = #close   filled 1000 reserved 5
    session X                           applied
    session Y                           applied
    = USD  insurance 1000 deficit 0
)"));
}

}  // namespace
}  // namespace lockstep
