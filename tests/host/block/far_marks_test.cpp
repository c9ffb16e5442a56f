// Marks that run far: what a position is worth by then leaves 64 bits long before anybody has done
// anything. Nothing is cut, who opens is refused, and whoever must close can.
#include <gtest/gtest.h>

#include <string>

#include "tests/host/block/ledger_script.h"

namespace lockstep {
namespace {

/// A is long 4,000,000,000 X at 1 and B is short; a nano is 1 / 9,223,372,036 of what a row holds.
std::string const market = R"(
    asset      USD                      applied
    account    A  1 USD                 applied
    account    B  2 USD                 applied
    account    V  3 USD                 applied
    deposit    A  1000000000            applied
    deposit    B  1040000000            applied
    deposit    V  4000000000            applied
    backstop   V                        applied
    instrument X USD perpetual tick=0.001 lot=1 initial=20000 maintenance=10000 maker=0 taker=0 band=100000 applied
    mark       X 1                      applied
    block      20
    trade  A B X buy 4000000000 1 consent applied
    block      30
)";

TEST(far_marks, no_session_makes_a_cost_of_what_no_row_holds) {
    EXPECT_EQ("", run_ledger_script(R"(
    asset      USD                      applied
    account    A  1 USD                 applied
    account    B  2 USD                 applied
    deposit    A  90000000              applied
    deposit    B  90000000              applied
    instrument X USD perpetual tick=0.001 lot=1 initial=20000 maintenance=10000 maker=0 taker=0 band=1000 applied
    mark       X 1                      applied
    block      20
    trade  A B X buy 4500000000 1 consent applied
    block      30
    mark    X 2.06                      applied
    session X                           amount_overflows    // it would cost 9,270,000,000
    = A X   cost 4500000000
    = B X   cost -4500000000
    = A     cash 90000000
    block   40
    mark    X 2.04                      applied
    session X                           applied
    = A X   cost 9180000000 gained 4680000000
    = B X   cost -9180000000
    = A     cash 4770000000
)"));
}

// At 1.25 twice the position is more than 2^63 nanos: B's equity is 40,000,000 of a maintenance of
// 50,000,000. A fifth may lose a fifth of it, 0.01 a contract.
TEST(far_marks, who_closes_has_room_and_who_opens_has_none) {
    EXPECT_EQ("", run_ledger_script(market + R"(
    mark    X 1.25                      applied
    block   40
    = B     maintenance 50000000 unrealised -1000000000
    place   A X buy 1 1.25              amount_overflows
    trade   A V X buy 1 1.25 consent    amount_overflows
    place   A X sell 800000000 1.25 reduce_only     applied
    liquidate B X buy 800000000 1.26 #l applied
    = #l    filled 800000000
    = A X   size 3200000000 cost 3000000000
    = B X   size -3200000000 cost -3000000000
    place   A X sell 3200000000 1.25 reduce_only    applied
    place   A X sell 3200000000 1.25 reduce_only    applied    // never more than it has
    place   A X sell 3200000000 1.25 reduce_only    amount_overflows
)"));
}

// At 1.255 the book is not asked any more: 20,000,000 are left of 50,200,000, half a cent a
// contract. For the backstop it would be a new position.
TEST(far_marks, a_holder_of_the_other_side_can_be_deleveraged) {
    EXPECT_EQ("", run_ledger_script(market + R"(
    mark       X 1.255                  applied
    block      40
    take_over  B V X buy 4000000000 1.26    amount_overflows
    deleverage B A X buy 4000000000 1.26    applied
    = A X      size 0 cost -1040000000
    = B X      size 0 cost 1040000000
    session    X                        applied
    = A        cash 2040000000
    = B        cash 0
)"));
}

// A has lost 11,880,000,000 with the Ys, of which X would have to make good 12.33 a contract: more
// than a cost can be of 1,000,000,000 of them. Nobody takes them so.
TEST(far_marks, no_takeover_price_leads_out_of_a_row) {
    std::string script = R"(
    asset      USD                      applied
    account    A  1 USD                 applied
    account    B  2 USD                 applied
    account    C  3 USD                 applied
    account    V  4 USD                 applied
    deposit    A  300000000             applied
    deposit    B  1000000000            applied
    deposit    C  1000000000            applied
    deposit    V  5000000000            applied
    backstop   V                        applied
)";
    std::string const terms =
        " USD perpetual tick=0.001 lot=1 initial=1000 maintenance=500 maker=0 taker=0 band=1000 "
        "applied\n";
    for (std::string const name : {"X", "Y1", "Y2", "Y3"})
        script += "instrument " + name + terms + "mark " + name + " 1 applied\n";
    script += "block 20\ntrade A B X buy 1000000000 1 consent applied\n";
    for (std::string const name : {"Y1", "Y2", "Y3"})
        script += "trade A C " + name + " buy 4000000000 1 consent applied\n";
    script += "block 30\nmark X 4 applied\n";
    for (std::string const name : {"Y1", "Y2", "Y3"}) script += "mark " + name + " 0.01 applied\n";
    EXPECT_EQ("", run_ledger_script(script + R"(
    block      40
    deleverage A B X sell 1000000000 12.33     price_is_not_the_takeover_price
    deleverage A B X sell 1000000000 12.331    amount_overflows
    take_over  A V X sell 1000000000 12.331    amount_overflows
    = A X      size 1000000000 cost 1000000000
    = B X      size -1000000000 cost -1000000000
)"));
}

// Bids for 5,000,000,000 and offers of 8,000,000,000 are more than a row holds together.
TEST(far_marks, orders_of_both_sides_are_seen_however_many) {
    EXPECT_EQ("", run_ledger_script(R"(
    asset      USD                      applied
    account    A  1 USD                 applied
    account    B  2 USD                 applied
    deposit    A  20000000              applied
    deposit    B  20000000              applied
    instrument X USD perpetual tick=0.01 lot=1 initial=20000 maintenance=10000 maker=0 taker=0 band=500000 applied
    mark       X 0.1                    applied
    block      20
    trade  A B X buy 4000000000 0.1 consent             applied
    block      30
    place  A X buy 5000000000 0.09                      applied
    place  A X sell 4000000000 0.11 reduce_only         applied
    place  A X sell 4000000000 0.11 reduce_only         applied
    = A    cash 20000000 reserved 10000000 orders 3
    funding X 0.03                      applied
    = A    cash 8000000 reserved 0 orders 0             // less than was reserved
    = A X  open_buy 0 open_sell 0
)"));
}

// V's bid may become 3,800,000,000 of cost, and holds nothing that a session could make dear.
TEST(far_marks, a_bid_far_away_keeps_no_session_up) {
    EXPECT_EQ("", run_ledger_script(R"(
    asset      USD                      applied
    account    A  1 USD                 applied
    account    B  2 USD                 applied
    account    V  3 USD                 applied
    deposit    A  100                   applied
    deposit    B  100                   applied
    deposit    V  90000000              applied
    instrument X USD perpetual tick=0.01 lot=1 initial=20000 maintenance=10000 maker=0 taker=0 band=100000 applied
    mark       X 1                      applied
    block      20
    trade  A B X buy 10 1 consent       applied
    place  V X buy 4000000000 0.95      applied
    block      30
    mark    X 2.2                       applied
    session X                           applied
    = A     cash 112
    = A X   cost 22
)"));
}

// Of 9,000,000,000 the band goes from 8,910,000,000 to 9,090,000,000; ticks are at 5 and at 10
// thousand million, which no price can be.
TEST(far_marks, a_seller_whose_next_tick_is_no_price_is_refused) {
    EXPECT_EQ("", run_ledger_script(R"(
    asset      USD                      applied
    account    A  1 USD                 applied
    deposit    A  4000000000            applied
    instrument X USD perpetual tick=5000000000 lot=0.1 initial=100 maintenance=50 band=10000 applied
    mark       X 9000000000             applied
    block      20
    place  A X sell 0.1 0 market immediate_or_cancel price_is_outside_the_band
    place  A X buy 0.1 0 market immediate_or_cancel applied
)"));
}

/// A is long 10 X at 100, has sold calls and pays for them: its cash is below zero, and what X has
/// gained is not paid yet. B is short the X.
std::string const owing = R"(
    asset      USD                      applied
    account    A  1 USD                 applied
    account    B  2 USD                 applied
    account    C  3 USD                 applied
    account    D  4 USD                 applied
    deposit    A  300                   applied
    deposit    B  1200                  applied
    deposit    C  10000                 applied
    deposit    D  10000                 applied
    instrument X USD perpetual tick=0.01 lot=1 initial=100000 maintenance=50000 maker=0 taker=500 band=500000 applied
    instrument O USD option strike=100 until=40 tick=0.01 lot=1 initial=10000 maintenance=5000 band=500000 applied
    mark       X 100                    applied
    mark       O 5                      applied
    block      20
    trade  A B X buy 10 100 consent     applied
    trade  A C O sell 10 5 consent      applied
    block      30
)";

// 152.5: equity -460.5 + 525 = 64.5 (half a dollar was the fee) of 76.25. All 10 may lose it.
TEST(owing_cash, is_no_reason_not_to_be_liquidated_through_the_book) {
    EXPECT_EQ("", run_ledger_script(owing + R"(
    mark   X 152.5                      applied
    block  40
    expiry O 181                        applied
    block  50
    = A    cash -460.5 unrealised 525 maintenance 76.25
    place  D X buy 5 147                applied
    liquidate A X sell 10 146.05 #l     applied
    = #l   filled 5
    = A X  size 5 cost 265
    = A    cash -460.5 reserved 0       // there is nothing to pay a fee with
)"));
}

// B's equity is 1,199.5 - 1,300 = -100.5: who buys from A must gain 10.05 a contract.
TEST(owing_cash, is_no_reason_not_to_be_deleveraged) {
    EXPECT_EQ("", run_ledger_script(owing + R"(
    mark   X 230                        applied
    block  40
    expiry O 181                        applied
    block  50
    deleverage B A X buy 10 219.95      applied
    = A X  size 0 cost -1199.5
    = A    cash -460.5
)"));
}

}  // namespace
}  // namespace lockstep
