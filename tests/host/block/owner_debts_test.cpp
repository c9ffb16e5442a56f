// What one account of an owner cannot pay, the others do: from what they have not promised first,
// then from what they have, and what is left of their promises must still be carried.
#include <gtest/gtest.h>

#include <string>

#include "tests/host/block/ledger_script.h"

namespace lockstep {
namespace {

/// A, V and W are one owner's. A has 60 and is long 10 X at 100, which asks 50.
std::string const one_owner = R"(
    asset      USD                      applied
    account    A  1 USD                 applied
    account    V  1 USD                 applied
    account    W  1 USD                 applied
    account    B  2 USD                 applied
    deposit    A  60                    applied
    deposit    B  30000                 applied
    insure     B  20000                 applied
    instrument X USD perpetual tick=0.01 lot=0.1 initial=50000 maintenance=25000 maker=0 taker=0 band=500000 applied
    instrument Y USD perpetual tick=0.01 lot=0.1 initial=50000 maintenance=25000 maker=0 taker=0 band=500000 applied
    instrument Z USD perpetual tick=0.01 lot=0.1 initial=50000 maintenance=25000 maker=0 taker=0 band=500000 applied
    mark       X 100                    applied
    mark       Y 100                    applied
    mark       Z 100                    applied
    block      20
    trade  A B X buy 10 100 consent     applied
)";

// W has 120, has lost 50 with Y and bids for Z: 9.5 * 104.7 * 5 % = 49.7325. A owes 50: W pays
// them, and its equity of 20 cannot carry the bid any more, which at 104.7 would lose 44.65.
TEST(owner_debts, who_pays_keeps_no_order_that_it_cannot_carry) {
    EXPECT_EQ("", run_ledger_script(one_owner + R"(
    deposit W 120                       applied
    trade  W B Y buy 10 100 consent     applied
    block  30
    place  W Z buy 5 104.7              applied
    mark   Y 95                         applied
    block  40
    = W    orders 1 reserved 49.675 unrealised -50
    mark   X 89                         applied
    session X                           applied
    block  50
    = A    cash 0
    = W    cash 70 orders 0 reserved 0
    place  B Z sell 9.5 104.7 immediate_or_cancel applied
    session Y                           applied
    session Z                           applied
    block  60
    = W    cash 20
    = USD  insurance 20000 deficit 0
)"));
}

// W has set all of its 500 aside for a bid. In one account the loss would have been its own.
TEST(owner_debts, cash_is_not_kept_from_them_in_orders) {
    EXPECT_EQ("", run_ledger_script(one_owner + R"(
    deposit W 500                       applied
    place  W Z buy 100 100              applied
    block  30
    = W    orders 1 reserved 500
    mark   X 84                         applied
    session X                           applied
    block  40
    = A    cash 0
    = W    cash 400 orders 0 reserved 0
    = USD  insurance 20000 deficit 0
)"));
}

// A owes 100. V can spare 30 beside its bid, W holds 70 for nothing: the bid stays.
TEST(owner_debts, what_is_promised_is_paid_last) {
    EXPECT_EQ("", run_ledger_script(one_owner + R"(
    deposit V 80                        applied
    deposit W 70                        applied
    place  V Z buy 10 100               applied
    block  30
    mark   X 84                         applied
    session X                           applied
    block  40
    = V    cash 50 orders 1 reserved 50
    = W    cash 0
    = A    cash 0
    = USD  insurance 20000 deficit 0
)"));
}

// V has promised B 20 and 30, in this order, and pays 60 of its 100: the 30 go.
TEST(owner_debts, pending_transfers_go_as_in_a_loss_of_its_own) {
    EXPECT_EQ("", run_ledger_script(one_owner + R"(
    deposit  V 100                      applied
    transfer V B 20 #old pending        applied
    transfer V B 30 #new pending        applied
    block    30
    mark     X 88                       applied
    session  X                          applied
    block    40
    = A      cash 0
    = V      cash 40 reserved 20
    post     V #new 0                   pending_was_voided_by_loss
    post     V #old 0                   applied
    = USD    insurance 20000 deficit 0
)"));
}

// A lost with X what W has won with Y, but the session of X comes first.
TEST(owner_debts, gains_that_wait_pay_too) {
    std::string const apart = one_owner + R"(
    deposit W 60                        applied
    trade  W B Y sell 10 100 consent    applied
    block  30
    mark   X 85                         applied
    mark   Y 85                         applied
    session X                           applied
    block  40
    = A    cash 0
    = W    cash -30 unrealised 150      // 90 paid
    = USD  insurance 20000 deficit 0
    withdraw W 1                        account_lacks_free_cash
)";
    EXPECT_EQ("", run_ledger_script(apart + R"(
    session Y                           applied
    block  50
    = W    cash 120                     // of 60 and 60
    = USD  insurance 20000 deficit 0
)"));
    EXPECT_EQ("", run_ledger_script(apart + R"(
    mark   Y 99                         applied     // which takes 140 of the gains
    block  50
    = W    cash -10 unrealised 10
    = USD  insurance 19980 deficit 0
)"));
}

// W has paid 35 of its gains for A, and takes them: below zero it may close, without a fee.
TEST(owner_debts, who_paid_from_gains_can_still_close) {
    EXPECT_EQ("", run_ledger_script(one_owner + R"(
    fees   X maker=500 taker=500        applied
    fees   Y maker=500 taker=500        applied
    deposit W 55                        applied
    trade  W B Y sell 10 100 consent    applied
    block  30
    mark   X 85                         applied
    mark   Y 85                         applied
    session X                           applied
    block  40
    = W    cash -35 unrealised 150
    place  W Y buy 10 90 reduce_only    account_lacks_free_cash // 50 at once, of 42.5 of margin
    place  B Y sell 10 85               applied
    place  W Y buy 10 85 reduce_only    applied
    mark   Y 110                        applied
    session Y                           applied
    block  50
    = W    cash 115
    = W Y  size 0
    = USD  insurance 20000 deficit 0
)"));
}

// I is isolated and comes first: K, which is not, pays from its gains, and I from cash alone.
TEST(owner_debts, gains_of_isolated_accounts_pay_last) {
    EXPECT_EQ("", run_ledger_script(one_owner + R"(
    account I  1 USD isolated only=Y    applied
    account K  1 USD                    applied
    deposit I 60                        applied
    deposit K 60                        applied
    trade  I B Y sell 10 100 consent    applied
    trade  K B Z sell 10 100 consent    applied
    block  30
    mark   X 77                         applied
    mark   Y 77                         applied
    mark   Z 77                         applied
    session X                           applied
    block  40
    = A    cash 0
    = I    cash 0 unrealised 230
    = K    cash -50 unrealised 230      // of 170, 120 were cash
    = USD  insurance 20000 deficit 0
)"));
}

// A owes 100, W has 70 of it: the fund pays the rest, and nobody of another owner does.
TEST(owner_debts, the_fund_pays_what_the_owner_cannot) {
    EXPECT_EQ("", run_ledger_script(one_owner + R"(
    deposit W 70                        applied
    place  W Z buy 1 100                applied
    block  30
    mark   X 84                         applied
    session X                           applied
    block  40
    = A    cash 0
    = W    cash 0 orders 0
    = USD  insurance 19970 deficit 0
)"));
}

}  // namespace
}  // namespace lockstep
