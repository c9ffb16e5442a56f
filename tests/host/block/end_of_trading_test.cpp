// What expires trades no more from its expiry on, whenever it is delivered: by then everybody knows
// what it will be worth.
#include <gtest/gtest.h>

#include <string>

#include "tests/host/block/ledger_script.h"

namespace lockstep {
namespace {

/// A has sold B two calls of 100 that expire at 100, and a future. An ask of C's rests in the
/// calls' book.
std::string const before_expiry = R"(
    asset      USD                      applied
    account    A  1 USD                 applied
    account    B  2 USD                 applied
    account    C  3 USD                 applied
    account    V  4 USD                 applied
    deposit    A  50                    applied
    deposit    B  1000                  applied
    deposit    C  1000                  applied
    deposit    V  1000                  applied
    backstop   V                        applied
    instrument O USD option strike=100 until=100 tick=0.01 lot=1 initial=100000 maintenance=50000 maker=0 taker=0 band=1000000 applied
    instrument F USD future until=100 tick=0.01 lot=1 initial=50000 maintenance=25000 maker=0 taker=0 band=500000 applied
    instrument X USD perpetual tick=0.01 lot=1 initial=50000 maintenance=25000 maker=0 taker=0 band=500000 applied
    mark       O 5                      applied
    mark       F 100                    applied
    mark       X 100                    applied
    block      20
    trade  A B O sell 2 5 consent       applied
    trade  A B F sell 1 100 consent     applied
    block      30
    place  C O sell 1 8                 applied
)";

TEST(end_of_trading, is_the_expiry_and_not_the_delivery) {
    EXPECT_EQ("", run_ledger_script(before_expiry + R"(
    block      99
    place  C O buy 1 4.99 #bid          applied
    block      100
    place  B O buy 1 8                  instrument_has_expired
    place  B O sell 1 4.99 reduce_only  instrument_has_expired
    place  B F buy 1 100                instrument_has_expired
    trade  C B O sell 1 8 consent       instrument_has_expired
    trade  C B F sell 1 100 consent     instrument_has_expired
    place  B X buy 1 100                applied
    cancel C #bid                       applied
    block      101
    = C O  size 0 open_sell 1
    place  B O buy 1 8                  instrument_has_expired
    expiry O 120                        applied
    expiry F 120                        applied
    block      102
    = A    cash 0                       // 60 with the premium, and 40 + 20 to pay
    = C    cash 1000 orders 0
)"));
}

// At 40 the calls cost more than A has; nobody can take them over any more.
TEST(end_of_trading, holds_for_liquidations) {
    EXPECT_EQ("", run_ledger_script(before_expiry + R"(
    mark   O 40                         applied
    block      99
    = A    flags 6
    block      100
    liquidate  A O buy 1 40             instrument_has_expired
    take_over  A V O buy 2 30           instrument_has_expired
    deleverage A B O buy 2 30           instrument_has_expired
)"));
}

}  // namespace
}  // namespace lockstep
