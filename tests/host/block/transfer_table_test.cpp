// Cash that moves between accounts, as tables. Every number is worked out by hand beside its line.
#include <gtest/gtest.h>

#include <string>

#include "tests/host/block/ledger_script.h"

namespace lockstep {
namespace {

/// Three holders of dollars with 100, 20 and nothing, and one of euros.
std::string const holders = R"(
    asset    USD                        applied
    asset    EUR                        applied
    account  A 1 USD                    applied
    account  B 2 USD                    applied
    account  C 3 USD                    applied
    account  E 4 EUR                    applied
    deposit  A 100                      applied
    deposit  B 20                       applied
    block    20
)";

TEST(transfer_table, cash_comes_in_and_goes_out) {
    EXPECT_EQ("", run_ledger_script(holders + R"(
    deposit  Z 5                        account_not_found
    deposit  A 0                        amount_must_be_positive
    deposit  A -1                       amount_must_be_positive
    withdraw A -1                       amount_must_be_positive
    withdraw A 100.000000001            account_lacks_free_cash
    withdraw A 40                       applied
    withdraw A 60.000000001             account_lacks_free_cash
    insure   A 61                       account_lacks_free_cash
    insure   A 10                       applied
    = A      cash 50                                                // 100 - 40 - 10
    = USD    external 80 insurance 10                               // 120 - 40; the fund is inside
    = EUR    external 0
)"));
}

TEST(transfer_table, refusals_stand_in_their_order) {
    EXPECT_EQ("", run_ledger_script(holders + R"(
    transfer Z Y 0                      account_not_found
    transfer A Z 0                      counterparty_not_found
    transfer A A 0                      accounts_must_be_different
    transfer A E 0                      accounts_hold_different_assets
    transfer A B 0                      amount_must_be_positive
    transfer A B 0 pending until=20     amount_must_be_positive
    transfer A B 500 pending until=20   until_is_in_the_past        // not after this block's time
    transfer A B 100.000000001          account_lacks_free_cash
    transfer A B 60                     applied
    transfer B C 80.000000001           account_lacks_free_cash
    transfer B C 80                     applied                     // 20 + 60, in the same block
    deposit  A 1 #zero                  id_must_not_be_zero
    deposit  A 1 pending                flags_do_not_fit_the_kind
    deposit  A 1 reserved               reserved_field_must_be_zero
    = A      cash 40
    = B      cash 0
    = C      cash 80
    = USD    external 120
)"));
}

TEST(transfer_table, an_asset_holds_no_more_than_its_row_can_say) {
    EXPECT_EQ("", run_ledger_script(holders + R"(
    deposit  C 9223371916.854775808     amount_overflows  // beside the 120 that are there
    deposit  C 9223371906.854775807     applied           // 10 below the most
    withdraw A 50                       applied
    suspend  B                          applied
    deposit  B 11                       account_is_suspended        // comes before the overflow
    deposit  A 10.000000001             amount_overflows            // this block counts no withdrawal
    deposit  A 10                       applied
    deposit  E 9223372036.854775807     applied                     // another asset
    block    30
    deposit  A 50.000000001             amount_overflows
    deposit  A 50                       applied
    = A      cash 110                                               // 100 - 50 + 10 + 50
    = USD    external 9223372036.854775807
)"));
}

TEST(transfer_table, a_pending_transfer_reserves_until_it_is_posted) {
    EXPECT_EQ("", run_ledger_script(holders + R"(
    transfer A B 30 #p pending          applied
    = A      cash 100 reserved 30 pending_out 30
    = B      cash 20 pending_in 30
    withdraw A 70.000000001             account_lacks_free_cash     // 100 - 30 are free
    withdraw A 70                       applied
    deposit  A 1 #d                     applied
    post     A #nothing 0               target_not_found
    post     A #d 0                     target_is_of_another_kind
    post     B #p 0                     target_belongs_to_another_account
    post     A #p -1                    amount_must_be_positive
    post     A #p 30.000000001          amount_exceeds_the_pending_amount
    post     A #p 20                    applied                     // the other 10 go back
    post     A #p 5                     pending_was_posted
    void     A #p                       pending_was_posted
    = A      cash 11 reserved 0 pending_out 0                       // 100 - 70 + 1 - 20
    = B      cash 40 pending_in 0
    = USD    external 51                                            // 120 - 70 + 1
)"));
}

TEST(transfer_table, a_pending_transfer_is_voided_or_times_out) {
    EXPECT_EQ("", run_ledger_script(holders + R"(
    transfer A B 30 #v pending          applied
    void     A #v                       applied                     // in the same block
    void     A #v                       pending_was_voided
    post     A #v 0                     pending_was_voided
    transfer A B 10 #t pending until=30 applied
    transfer A B 1000 #f pending        account_lacks_free_cash
    post     A #f 0                     target_not_found            // it never was
    = A      cash 100 reserved 10 pending_out 10
    block    29
    deposit  C 1                        applied
    = A      cash 100 reserved 10
    block    30
    post     A #t 0                     pending_has_timed_out
    withdraw A 100                      applied                     // free again in the same block
    = A      cash 0 reserved 0 pending_out 0
    = B      cash 20 pending_in 0
    void     A #t                       pending_has_timed_out
)"));
}

/// Rows, then values, then state; and alike in the block of what is named and after it.
TEST(transfer_table, refusals_of_what_is_promised_stand_in_their_order) {
    EXPECT_EQ("", run_ledger_script(holders + R"(
    transfer A B 30 #p pending          applied
    transfer A B 1000 #f pending        account_lacks_free_cash
    transfer Z B 1 #z pending           account_not_found
    post     B #f 0                     target_not_found            // before whose it would be
    void     B #f                       target_not_found
    post     A #f -1                    target_not_found            // before the amount
    post     B #p -1                    target_belongs_to_another_account
    post     Z #p 0                     account_not_found
    void     Z #nothing                 account_not_found
    post     A #p 10                    applied
    post     A #p 30.000000001          amount_exceeds_the_pending_amount
    post     A #p -1                    amount_must_be_positive
    post     A #p 30                    pending_was_posted
    block    30
    post     B #f 0                     target_not_found
    void     B #f                       target_not_found
    post     A #f -1                    target_not_found
    post     B #p 31                    target_belongs_to_another_account
    void     B #p                       target_belongs_to_another_account
    post     Z #z 0                     account_not_found
    post     A #p 30.000000001          amount_exceeds_the_pending_amount
    = A      cash 90 reserved 0 pending_out 0
    = B      cash 30 pending_in 0
)"));
}

/// Those that can be refused before any is carried out, each; of the others the first.
TEST(transfer_table, of_a_chain_several_may_say_why) {
    EXPECT_EQ("", run_ledger_script(holders + R"(
    transfer A B 10 #p pending          applied
    transfer A B 1000 #f pending        account_lacks_free_cash
    withdraw A 1 linked                 linked_command_failed
    post     A #nothing 0 linked        target_not_found
    deposit  Z 1 linked                 account_not_found
    transfer A B 10 #p linked pending   exists_with_different_flags
    withdraw A 5000                     linked_command_failed
    withdraw A 1 linked                 linked_command_failed
    post     B #p 0 linked              target_belongs_to_another_account
    post     A #f 0 linked              linked_command_failed
    withdraw A 5000                     linked_command_failed
    = A      cash 100 reserved 10
)"));
}

TEST(transfer_table, a_chain_succeeds_or_fails_as_a_whole) {
    EXPECT_EQ("", run_ledger_script(holders + R"(
    transfer A B 50 linked              applied
    transfer B C 70                     applied                     // 20 + 50
    = A      cash 50
    = B      cash 0
    = C      cash 70
    transfer A B 10 linked              linked_command_failed
    transfer B C 5 #x linked            linked_command_failed
    transfer B C 5.000000001 linked     account_lacks_free_cash     // 10 - 5
    transfer A B 1                      linked_command_failed
    transfer A B 1                      applied                     // a neighbour is not touched
    = A      cash 49
    = B      cash 1
    = C      cash 70
    transfer A B 1 linked               linked_command_failed       // refused before it begins
    transfer A Z 1                      counterparty_not_found
    transfer A C 5 #p linked pending    linked_command_failed
    withdraw C 70.1                     account_lacks_free_cash
    post     A #p 0                     target_not_found
    = A      cash 49 reserved 0 pending_out 0
    = C      cash 70 pending_in 0
    = USD    external 120
)"));
}

TEST(transfer_table, a_chain_must_end_within_its_block) {
    EXPECT_EQ("", run_ledger_script(holders + R"(
    deposit  A 1 #a linked              chain_is_open_at_the_end_of_the_block
    deposit  A 1 #b linked              chain_is_open_at_the_end_of_the_block
    block    30
    deposit  A 1 #a linked              id_already_failed
    deposit  A 1 #b linked              id_already_failed
    deposit  A 1                        linked_command_failed
    = A      cash 100
)"));
}

TEST(transfer_table, a_chain_of_64_is_the_longest) {
    for (int const length : {64, 65}) {
        std::string const status = length == 64 ? "applied\n" : "chain_is_too_long\n";
        std::string script = holders;
        for (int i = 1; i < length; ++i) script += "deposit A 1 linked " + status;
        script += "deposit A 1 " + status;
        script += length == 64 ? "= A cash 164\n" : "= A cash 100\n";
        EXPECT_EQ("", run_ledger_script(script)) << length;
    }
}

TEST(transfer_table, an_id_means_one_command_for_good) {
    EXPECT_EQ("", run_ledger_script(holders + R"(
    transfer A B 10 #t                  applied
    transfer A B 10 #t                  exists                      // in the same block
    block    30
    transfer A B 10 #t                  exists
    void     A #t #t                    exists_with_different_kind
    transfer A B 10 #t pending          exists_with_different_flags
    transfer B A 10 #t                  exists_with_different_account
    transfer A C 11 #t                  exists_with_different_counterparty
    transfer A B 11 #t until=5          exists_with_different_amount
    transfer A B 10 #t until=5          exists_with_different_terms
    transfer A B 10 #t user=5           exists_with_different_terms
    account  A 1 USD #acc               applied
    account  A 1 EUR #acc               exists_with_different_asset
    transfer A B 500 #f                 account_lacks_free_cash
    deposit  A 500                      applied
    transfer A B 500 #f                 id_already_failed           // though there is cash now
    transfer A B 501 #f                 exists_with_different_amount
    = A      cash 590                                               // 100 - 10 + 500
    = B      cash 30
)"));
}

TEST(transfer_table, a_chain_sent_again_is_answered_as_a_whole) {
    EXPECT_EQ("", run_ledger_script(holders + R"(
    transfer A B 10 #1 linked           applied
    transfer B C 30 #2                  applied
    block    30
    transfer A B 10 #1 linked           exists
    transfer B C 30 #2                  exists
    transfer A B 10 #1 linked           exists
    transfer A C 5                      linked_command_failed       // a chain of old and new
    = A      cash 90
    = B      cash 0
    = C      cash 30
)"));
}

TEST(transfer_table, a_suspended_account_neither_pays_nor_is_paid_but_keeps_its_promises) {
    EXPECT_EQ("", run_ledger_script(holders + R"(
    transfer A B 10 #p pending          applied
    suspend  B                          applied
    deposit  B 1                        account_is_suspended
    withdraw B 1                        account_is_suspended
    transfer B A 1                      account_is_suspended
    transfer A B 1                      counterparty_is_suspended
    transfer A B 1 pending              counterparty_is_suspended
    post     A #p 0                     applied
    resume   B                          applied
    transfer B A 1                      applied
    suspend  Z                          account_not_found
    = A      cash 91                                                // 100 - 10 + 1
    = B      cash 29 flags 0                                        // 20 + 10 - 1
)"));
}

}  // namespace
}  // namespace lockstep
