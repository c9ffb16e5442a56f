// The end of the waterfall and what stands beside it, worked by hand as tables: losses that the
// fund could not pay are shared by those who gained, nobody pays what a session will, a price that
// is not trusted liquidates nobody, and the holder's own orders go first.
#include <gtest/gtest.h>

#include <string>

#include "tests/host/block/ledger_script.h"

namespace lockstep {
namespace {

/// L is long 3 X at 100 and has 30; S is short 1, T is short 2; nobody pays fees. Initial margin
/// 5 %, maintenance 2.5 %. H holds cash and nothing else.
std::string const market = R"(
    asset      USD                      applied
    account    L  1 USD                 applied
    account    S  2 USD                 applied
    account    T  3 USD                 applied
    account    H  4 USD                 applied
    deposit    L  30                    applied
    deposit    S  1000                  applied
    deposit    T  1000                  applied
    deposit    H  1000                  applied
    instrument X USD perpetual tick=0.01 lot=0.1 initial=50000 maintenance=25000 maker=0 taker=0 band=500000 applied
    mark       X 100                    applied
    block      20
    place  S X sell 1 100               applied
    place  T X sell 2 100               applied
    place  L X buy 3 100                applied
    block      30
)";

// 100 to 80: L loses 60 of 30. S has gained 20 and T 40: a third and two thirds of the 30.
TEST(socialise_table, the_winners_of_the_settlement_pay_in_proportion) {
    EXPECT_EQ("", run_ledger_script(market + R"(
    mark      X 80                      applied
    session   X                         applied
    block     40
    = USD     deficit 30
    = S X     gained 20
    = T X     gained 40
    = L X     gained 0
    socialise USD 30.000000001          amount_exceeds_the_deficit
    socialise USD 0                     amount_must_be_positive
    socialise USD 30                    applied
    = USD     deficit 0 remainder 0 insurance 0
    = S       cash 1010
    = T       cash 1020
    = H       cash 1000
    = S X     gained 10
    = T X     gained 20
)"));
}

// Of 10 a third is 3.333333333...: both pay up to the next nano, which is one too many.
TEST(socialise_table, rounding_goes_to_the_remainder) {
    EXPECT_EQ("", run_ledger_script(market + R"(
    mark      X 80                      applied
    session   X                         applied
    block     40
    socialise USD 10                    applied
    = USD     deficit 20 remainder 0.000000001
    = S       cash 1016.666666666
    = T       cash 1033.333333333
)"));
}

// T withdraws what it has gained and more, and S has left: who holds nothing pays nothing, and what
// cannot be had stays deficit.
TEST(socialise_table, nobody_pays_without_a_position_nor_more_than_there_is) {
    EXPECT_EQ("", run_ledger_script(market + R"(
    mark      X 80                      applied
    session   X                         applied
    block     40
    trade     S H X buy 1 80 consent    applied
    withdraw  T 1032                    applied    // 8 are its margin
    block     50
    = S       positions 0
    insure    H 5                       applied
    socialise USD 30                    applied
    = USD     deficit 22 insurance 5    // the fund does not pay for T
    = S       cash 1020
    = H       cash 995
    = T       cash 0
)"));
}

TEST(socialise_table, needs_somebody_who_has_gained) {
    EXPECT_EQ("", run_ledger_script(market + R"(
    mark      X 80                      applied
    session   X                         applied
    block     40
    session   X                         applied    // nothing has moved since: nobody has gained
    socialise USD 30                    nobody_has_gained
)"));
}

// What was paid once is not paid again: of 50 and 100 half is left, and of that two fifths.
TEST(socialise_table, never_takes_more_than_was_gained) {
    EXPECT_EQ("", run_ledger_script(market + R"(
    mark      X 50                      applied
    session   X                         applied
    block     40
    = USD     deficit 120
    socialise USD 75                    applied
    socialise USD 45                    applied
    = USD     deficit 0
    = S       cash 1010
    = T       cash 1020
)"));
}

// A is long 10 X at 100 and has sold 10 options at 5. At 110 the future has gained 100 that no
// session has paid yet, and the options cost 260 to buy back: equity 10 of 52.5. Both are taken
// over, each with its share of the 10: the options at 26.47 for 264.7 in cash, of which A has 170,
// the future at 109.48. The session pays the 94.7 that are lacking, so neither the fund nor the
// owner's other account W may.
TEST(pending_gains_table, nobody_pays_what_the_next_session_will) {
    EXPECT_EQ("", run_ledger_script(R"(
    asset      USD                      applied
    account    A  1 USD                 applied
    account    W  1 USD                 applied
    account    B  2 USD                 applied
    account    V  3 USD                 applied
    deposit    A  120                   applied
    deposit    W  500                   applied
    deposit    B  2000                  applied
    deposit    V  2000                  applied
    insure     B  500                   applied
    backstop   V                        applied
    instrument X USD perpetual tick=0.01 lot=0.1 initial=50000 maintenance=25000 maker=0 taker=0 band=500000 applied
    instrument O USD option strike=100 until=1000 tick=0.01 lot=0.1 initial=50000 maintenance=25000 maker=0 taker=0 band=500000 applied
    mark       X 100                    applied
    mark       O 5                      applied
    block      20
    trade  A B X buy 10 100 consent     applied
    trade  A B O sell 10 5 consent      applied
    block      30
    mark       X 110                    applied
    mark       O 26                     applied
    block      40
    = A        cash 170 unrealised 100 maintenance 312.5
    take_over  A V O buy 10 26.47       applied
    take_over  A V X sell 10 109.48     applied
    block      50
    = A        cash -94.7 unrealised 94.8 positions 0
    = W        cash 500
    = USD      insurance 500 deficit 0
    withdraw   A 0.1                    account_lacks_free_cash
    session    X                        applied
    block      60
    = A        cash 0.1 unrealised 0
    = W        cash 500
    = USD      insurance 500 deficit 0
)"));
}

// A bought the option back for 75, of which it had 40, against 30 that X had gained: the 5 beyond
// them are nobody's. X then gives back 10 of the gains, and they are paid in that block, whatever
// else stands in it: a command that is refused changes nothing.
TEST(pending_gains_table, what_a_mark_takes_of_the_gains_is_paid_at_once) {
    for (std::string const refused : {"", "    session O contract_is_not_valid\n"})
        EXPECT_EQ("", run_ledger_script(R"(
    asset      USD                      applied
    account    A  1 USD                 applied
    account    B  2 USD                 applied
    account    C  3 USD                 applied
    account    V  4 USD                 applied
    deposit    A  30                    applied
    deposit    B  1000                  applied
    deposit    C  1000                  applied
    deposit    V  1000                  applied
    instrument O USD option strike=100 until=1000 tick=0.01 lot=1 initial=10000 maintenance=5000 maker=0 taker=0 band=1000000 applied
    instrument X USD perpetual tick=0.01 lot=1 initial=10000 maintenance=5000 maker=0 taker=0 band=500000 applied
    backstop   V                        applied
    mark       O 1                      applied
    mark       X 100                    applied
    block      20
    trade  A B O sell 10 1 consent      applied
    trade  A C X buy 10 100 consent     applied
    block      30
    mark       O 8                      applied
    mark       X 103                    applied
    block      40
    take_over  A V O buy 10 7.5         applied
    block      50
    = A        cash -30 unrealised 30
    = USD      deficit 5
    mark       X 102                    applied
)" + refused + R"(
    block      60
    = A        cash -20 unrealised 20
    = USD      deficit 15
)"));
}

TEST(quarantine_table, lets_through_what_reduces) {
    EXPECT_EQ("", run_ledger_script(market + R"(
    suspend X reduce_only               applied
    block  40
    = X    flags 2
    place  H X buy 1 100                instrument_is_quarantined
    trade  H T X buy 1 100 consent      instrument_is_quarantined
    place  S X buy 1 100 reduce_only    applied
    resume X                         applied
    block  50
    = X    flags 0
    place  H X buy 1 100                applied
)"));
}

// At a mark of 90.4 L has 1.2 of 6.78. The mark is not trusted then: there is no verdict, and no
// liquidation; a good price that is as low liquidates it.
TEST(quarantine_table, liquidates_nobody) {
    EXPECT_EQ("", run_ledger_script(market + R"(
    mark   X 90.4                       applied
    block  40
    = L    flags 6
    suspend X reduce_only               applied
    block  50
    = L    flags 2
    liquidate L X sell 3 90             instrument_is_quarantined
    take_over L H X sell 3 90           instrument_is_quarantined
    deleverage L S X sell 1 90          instrument_is_quarantined
    resume X                         applied
    mark   X 90.4                       applied
    block  60
    = L    flags 6
)"));
}

// Long 2 X and 1 Y. The quarantined Y has lost 20 by its last mark: without it equity is 30 + 0 of
// 5, and L is safe. Once X itself has fallen to 85 it is under water both ways.
TEST(quarantine_table, a_verdict_must_stand_without_the_quarantined_position) {
    EXPECT_EQ("", run_ledger_script(R"(
    asset      USD                      applied
    account    L  1 USD                 applied
    account    B  2 USD                 applied
    deposit    L  30                    applied
    deposit    B  1000                  applied
    instrument X USD perpetual tick=0.01 lot=0.1 initial=50000 maintenance=25000 maker=0 taker=0 band=500000 applied
    instrument Y USD perpetual tick=0.01 lot=0.1 initial=50000 maintenance=25000 maker=0 taker=0 band=500000 applied
    mark       X 100                    applied
    mark       Y 100                    applied
    block      20
    trade  L B X buy 2 100 consent      applied
    trade  L B Y buy 1 100 consent      applied
    block  30
    mark   Y 70                         applied
    suspend Y reduce_only            applied
    block  40
    = L    maintenance 6.75 unrealised -30 flags 2
    mark   X 99.99                      applied
    block  50
    liquidate L X sell 2 99             account_is_not_under_water
    mark   X 86                         applied
    block  60
    = L    flags 6
)"));
}

// L has 1.2 of 6.78 at 90.4. Its own order to close stands before the liquidation of the same block
// and takes the bid; the liquidation closes no more than is left then.
TEST(self_rescue_table, the_holders_own_order_goes_first) {
    EXPECT_EQ("", run_ledger_script(market + R"(
    mark   X 90.4                       applied
    block  40
    = L    flags 6
    place  H X buy 3 90.2               applied
    place  L X sell 2 90.2 reduce_only  applied
    liquidate L X sell 3 90 #l          applied
    block  50
    = #l   filled 1
    = L X  size 0
    = H X  size 3
)"));
}

}  // namespace
}  // namespace lockstep
