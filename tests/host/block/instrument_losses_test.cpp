// Who bears what an account has lost, and what it may still do, as tables. Every number is worked
// out by hand beside its line; nothing here costs a fee.
#include <gtest/gtest.h>

#include <string>

#include "tests/host/block/instrument_table.h"
#include "tests/host/block/ledger_script.h"

namespace lockstep {
namespace {

TEST(instrument_table, the_fund_pays_losses_and_the_rest_is_owed) {
    EXPECT_EQ("", run_ledger_script(holders("20", "100", "15") + "instrument X USD perpetual" +
                                    plain_terms + R"(
    mark    X 100                       applied
    insure  C 15                        applied
    block   20
    trade   A B X buy 2 100 consent     applied
    place   A X buy 1 90                applied                     // 5 of the 10 left
    place   B X sell 1 120              applied
    = A     reserved 5 orders 1
    mark    X 80                        applied
    = A     cash 20 requirement 48 unrealised -40 flags 6           // 8 + 40; 20 - 40 < 4
    withdraw A 1                        account_lacks_free_cash
    session X                           applied                     // A loses 40 of its 20
    = A     cash 0 reserved 0 orders 0 unrealised 0
    = B     cash 140 orders 1 flags 0
    = USD   insurance 0 deficit 5 external 135                      // 20 - 15; 0 + 140 - 5
    = A X   size 2 cost 160 open_buy 0
    block   30
    mark    X 110                       applied
    session X                           applied
    = A     cash 60                                                 // 2 * 30
    = B     cash 80
    = USD   deficit 5
)"));
}

TEST(instrument_table, below_initial_margin_an_account_may_only_reduce) {
    EXPECT_EQ("", run_ledger_script(holders("20", "1000", "1000") + "instrument X USD perpetual" +
                                    plain_terms + "instrument Y USD perpetual" + plain_terms + R"(
    mark   X 100                        applied
    mark   Y 100                        applied
    block  20
    trade  A B X buy 2 100 consent      applied
    place  A X buy 0.1 80 #open         applied                     // 100 * 0.1 * 5% = 0.5
    mark   X 94.8                       applied
    = A    unrealised -10.4 flags 0                                 // 9.6 left, 189.6 * 5% = 9.48
    mark   X 94.7                       applied
    = A    unrealised -10.6 flags 2                                 // 9.4 left, 9.47 asked
    = B    flags 0
    place  A X buy 0.1 94               account_may_only_reduce
    place  A X sell 0.1 95              account_may_only_reduce     // does not say that it reduces
    place  A Y sell 0.1 100             account_may_only_reduce
    place  A Y sell 0.1 100 reduce_only order_would_not_reduce
    place  A X buy 0.1 94 reduce_only   order_would_not_reduce
    amend  A #open 0.2 80               account_may_only_reduce
    trade  A B Y buy 0.1 100 consent    account_may_only_reduce
    combo  A legs=2 linked              linked_command_failed
    leg    A X sell 1 95 reduce_only linked  linked_command_failed
    leg    A Y sell 1 95                account_may_only_reduce
    cancel A #open                      applied
    mark   X 92.3                       applied
    = A    unrealised -15.4 flags 6                                 // 4.6 left, 4.615 to keep
    place  B X buy 1 93                 applied
    place  A X sell 1 93 reduce_only    applied
    = A X  size 1 cost 107                                          // 200 - 93
    = A    unrealised -14.7 flags 0                                 // 5.3 left, 92.3 * 5% = 4.615
    place  A X buy 0.1 92               applied
    block  30
    mark   X 91                         applied
    = A    unrealised -16 flags 2                                   // 4 left, 4.55 asked
    deposit A 1                         applied
    = A    flags 0
)"));
}

TEST(instrument_table, a_loss_is_borne_by_the_accounts_own_promises_first) {
    EXPECT_EQ("", run_ledger_script(holders("40", "100", "15") + "instrument X USD perpetual" +
                                    plain_terms + R"(
    mark     X 100                      applied
    insure   C 15                       applied
    block    20
    trade    A B X buy 2 100 consent    applied
    transfer A C 4 #old pending         applied
    transfer A C 6 #mid pending         applied
    transfer A C 5 #new pending         applied
    place    A X buy 1 90               applied                     // 5
    = A      cash 40 reserved 20 pending_out 15 requirement 10
    mark     X 84                       applied
    session  X                          applied                     // A loses 32 of its 40
    = A      cash 8 reserved 4 orders 0 pending_out 4               // 15 - 5 = 10 > 8; 10 - 6 = 4
    = C      cash 0 pending_in 4
    = USD    insurance 15 deficit 0
    post     A #new 0                   pending_was_voided_by_loss
    void     A #mid                     pending_was_voided_by_loss
    mark     X 77                       applied
    session  X                          applied                     // 14 of its 8
    = A      cash 0 reserved 0 pending_out 0 flags 6
    post     A #old 0                   pending_was_voided_by_loss
    = C      cash 0 pending_in 0
    = USD    insurance 9 deficit 0 external 155                     // 15 - 6; not 15 - 10
)"));
}

TEST(instrument_table, who_has_no_position_neither_pays_nor_is_paid) {
    EXPECT_EQ("", run_ledger_script(holders("10", "100", "15") + "account D 4 USD applied\n" +
                                    "instrument X USD perpetual" + plain_terms + R"(
    mark     X 100                      applied
    deposit  D 10                       applied
    insure   C 5                        applied
    block    20
    trade    A B X buy 2 100 consent    applied
    transfer C D 10 #c pending          applied                     // all that they have
    transfer D C 10 #d pending          applied
    mark     X 80                       applied
    session  X                          applied                     // A loses 40 of its 10
    = A      cash 0
    = C      cash 10 reserved 10 pending_in 10
    = D      cash 10 reserved 10 pending_in 10
    = USD    insurance 0 deficit 25                                 // 40 - 10 - 5
    post     D #d 0                     applied
    post     C #c 0                     applied
    = C      cash 10 reserved 0
)"));
}

}  // namespace
}  // namespace lockstep
