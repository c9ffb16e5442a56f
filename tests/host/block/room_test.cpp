// Totals that no account bounds by itself: what would take one out of its 64 bits is refused, and
// whatever is admitted keeps every invariant.
#include <gtest/gtest.h>

#include <string>

#include "tests/host/block/ledger_script.h"

namespace lockstep {
namespace {

std::string text(int n) { return std::to_string(n); }

/// Accounts A0 to An of one owner each.
std::string accounts(int n, std::string const& cash) {
    std::string script = "asset USD applied\n";
    for (int a = 0; a < n; ++a) {
        script += "account A" + text(a) + " " + text(a + 1) + " USD applied\n";
        script += "deposit A" + text(a) + " " + cash + " applied\n";
    }
    return script;
}

/// A contract that costs next to nothing: 2^63 nanos of it are 9,223,372,036.85 and cost 92.
std::string const penny = R"(
    instrument X USD option strike=0.00000001 until=100 tick=0.000000001 lot=1 initial=50000 maintenance=25000 band=500000 applied
    mark       X 0.00000001                               applied
    block      20
)";

TEST(open_interest, is_bounded_over_all_accounts) {
    EXPECT_EQ("", run_ledger_script(accounts(4, "1000") + penny + R"(
    trade A0 A1 X buy 4611686018 0.00000001 consent       applied
    trade A2 A3 X buy 4611686020 0.00000001 consent       amount_overflows
    trade A2 A3 X buy 4611686018 0.00000001 consent       applied
    place A2 X buy 300 0.000000012                        amount_overflows
    = X   open_interest 9223372036
    block 30
    place A2 X buy 1 0.000000012                          amount_overflows
    place A0 X sell 18 0.000000008 reduce_only            applied
    place A1 X buy 18 0.000000008 reduce_only             applied   // who closes may
    = X   open_interest 9223372018
    block 40
    place A2 X buy 18 0.000000008                         applied
    place A3 X sell 1 0.000000008                         amount_overflows
    block 100
    expiry X 0.00000002                                   applied
    = A0  cash 999.999999964
    = A3  cash 1000
)"));
}

TEST(open_interest, counts_orders_that_rest) {
    EXPECT_EQ("", run_ledger_script(accounts(3, "1000") + penny + R"(
    place A0 X buy 4000000000 0.00000001                  applied
    place A1 X buy 4000000000 0.00000001                  applied
    block 30
    place A2 X sell 1300000000 0.00000001                 amount_overflows
    place A2 X sell 1200000000 0.00000001                 applied
    = X   open_interest 1200000000
    block 40
    cancel_all A1                                         applied
    place A2 X sell 1300000000 0.00000001                 amount_overflows   // it was open when the block began
    block 50
    place A2 X sell 1300000000 0.00000001                 applied
)"));
}

/// Every round the mark falls from 1,999 to 1 and brings A0 a gain of 1,998 a contract that no
/// session has paid yet. In the sixth a million contracts at twice the mark of 1,000, the bid that
/// would close included, have no room beside it.
TEST(cost, of_round_trips_is_bounded) {
    std::string script = accounts(7, "1000000") + R"(
    instrument X USD perpetual tick=1 lot=1 initial=100 maintenance=50 band=999999 applied
)";
    for (int round = 1; round <= 6; ++round) {
        std::string const other = "A" + text(round);
        auto const block = [&](int part) { return "block " + text(40 * round + part) + "\n"; };
        script += "mark X 1999 applied\n" + block(0);
        script += "trade A0 " + other + " X sell 500000 1999 consent applied\n";
        script += "mark X 1000 applied\n" + block(10);
        script += std::string("place A0 X buy 500000 1 ") +
                  (round < 6 ? "applied\n" : "amount_overflows\n");
        if (round == 6) continue;
        script += "mark X 1 applied\n" + block(20);
        script += "place " + other + " X sell 500000 1 reduce_only applied\n";
    }
    EXPECT_EQ("", run_ledger_script(script + R"(
    = A0 X     size -500000 cost -5994500000
    block      300
    session    X                                          applied   // which pays the gains
    block      310
    place A0 X buy 500000 1                               applied
)"));
}

/// A mark far too high: six winners would have 2,000,000,000 each from losers of 1,000,000.
TEST(gains, that_no_row_could_hold_are_not_paid) {
    std::string script = accounts(12, "1000000") + R"(
    instrument X USD perpetual tick=1 lot=1 initial=1000 maintenance=500 band=999999 applied
    mark       X 1000                                     applied
    block      20
)";
    for (int pair = 0; pair < 6; ++pair)
        script += "trade A" + text(2 * pair) + " A" + text(2 * pair + 1) +
                  " X buy 1000000 1000 consent applied\n";
    EXPECT_EQ("", run_ledger_script(script + R"(
    block      30
    mark       X 3000                                     applied
    session    X                                          amount_overflows
    = A0       cash 1000000
    = A1       cash 1000000
)"));
}

TEST(deposits, leave_room_for_what_is_promised) {
    EXPECT_EQ("", run_ledger_script(accounts(3, "3000000000") + R"(
    transfer A0 A1 3000000000 pending                     applied
    transfer A2 A1 3000000000 pending                     applied
    block      20
    deposit    A1 224000000                               amount_overflows
    deposit    A1 223000000                               applied
    = A1       cash 3223000000
)"));
}

}  // namespace
}  // namespace lockstep
