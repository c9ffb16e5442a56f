// Exercise, worked by hand as tables: notices for American options and who is assigned, advice at
// expiry, and what is refused.
#include <gtest/gtest.h>

#include <string>

#include "tests/host/block/exercise_table.h"
#include "tests/host/block/ledger_script.h"

namespace lockstep {
namespace {

TEST(exercise_table, a_call_pays_on_notice_and_leaves_the_book) {
    EXPECT_EQ("", run_ledger_script(exercise_market + R"(
    trade    L S C buy 2 5 consent      applied
    = C      flags 8 open_interest 2                    // american
    = S      requirement 20                             // 2 * 100 * 5 %, and 10 to buy them back
    block    30
    exercise L C 0.5                    applied
    = L C    size 2 noticed 0.5                         // nothing moves until the operator assigns
    = L      cash 990
    block    40
    exercise L C 0.3                    applied
    assign   C 112                      applied
    = L      cash 999.6 positions 1                     // 990 + 0.8 * 12
    = S      cash 1000.4 requirement 12                 // 1.2 * (5 + 5)
    = L C    size 1.2 noticed 0
    = S C    size -1.2
    = C      open_interest 1.2
    = USD    remainder 0 external 5000
    block    50
    assign   C 112                      nobody_has_given_notice
    block    60
    exercise L C 1.2                    applied
    assign   C 105.5                    applied
    = L      cash 1006.2 positions 0                    // + 1.2 * 5.5
    = S      cash 993.8 positions 0 requirement 0
    = C      open_interest 0
)"));
}

TEST(exercise_table, a_put_pays_what_the_price_is_below_the_strike) {
    EXPECT_EQ("", run_ledger_script(exercise_market + R"(
    trade    L S P buy 2 5 consent      applied
    block    30
    exercise L P 1                      applied
    assign   P 91.25                    applied
    = L      cash 998.75                                // 990 + 8.75
    = S      cash 1001.25
    = L P    size 1
    = S P    size -1
)"));
}

// 3 * 10 / 110 = 0.2727...: the short pays a nano more than the long is paid.
TEST(exercise_table, an_inverse_option_pays_coins_and_leaves_what_it_cannot_divide) {
    EXPECT_EQ("", run_ledger_script(R"(
    asset      BTC                      applied
    account    L  1 BTC                 applied
    account    S  2 BTC                 applied
    deposit    L  10                    applied
    deposit    S  10                    applied
    instrument I BTC option inverse american strike=100 until=100 tick=0.01 lot=0.1 initial=50000 maintenance=25000 band=300000 applied
    instrument J BTC option inverse american put strike=100 until=100 tick=0.01 lot=0.1 initial=50000 maintenance=25000 band=300000 applied
    mark       I 0.1                    applied
    mark       J 0.1                    applied
    block      20
    trade    L S I buy 5 0.1 consent    applied
    trade    L S J buy 5 0.1 consent    applied
    block    30
    exercise L I 3                      applied
    exercise L J 3                      applied
    assign   I 110                      applied
    = L      cash 9.272727272                           // 10 - 1 + 0.272727272
    = S      cash 10.727272727
    = BTC    remainder 0.000000001 external 20
    assign   J 70                       applied         // 3 * 30 / 70 = 1.285714285714...
    = L      cash 10.558441557
    = S      cash 9.441558441
    = BTC    remainder 0.000000002
)"));
}

TEST(exercise_table, what_is_not_in_the_money_lapses_and_stays) {
    EXPECT_EQ("", run_ledger_script(exercise_market + R"(
    trade    L S C buy 2 5 consent      applied
    block    30
    exercise L C 1                      applied
    assign   C 100                      applied
    = L C    size 2 noticed 0
    = S C    size -2
    = L      cash 990
    block    40
    exercise L C 1                      applied
    assign   C 99                       applied
    = L C    size 2 noticed 0
    = S      cash 1010
    = C      open_interest 2
)"));
}

// 7 lots of 10 among shorts of 5, 3 and 2: 3.5, 2.1 and 1.4 lots. The last lot goes to S.
TEST(exercise_table, shorts_are_assigned_by_size_and_largest_remainder) {
    EXPECT_EQ("", run_ledger_script(exercise_market + R"(
    trade    L S C buy 0.5 5 consent    applied
    trade    L T C buy 0.3 5 consent    applied
    trade    M V C buy 0.2 5 consent    applied
    block    30
    exercise L C 0.6                    applied
    exercise M C 0.1                    applied
    assign   C 110                      applied
    = S C    size -0.1
    = T C    size -0.1
    = V C    size -0.1
    = L C    size 0.2
    = M C    size 0.1
    = S      cash 998.5                                 // 1000 + 2.5 - 0.4 * 10
    = T      cash 999.5                                 // 1000 + 1.5 - 0.2 * 10
    = V      cash 1000                                  // 1000 + 1 - 0.1 * 10
    = L      cash 1002                                  // 1000 - 4 + 0.6 * 10
    = M      cash 1000                                  // 1000 - 1 + 0.1 * 10
)"));
}

// 2 lots among three shorts of one: two thirds each. Of equal claims the smaller numbers go first.
TEST(exercise_table, ties_go_by_account_number) {
    EXPECT_EQ("", run_ledger_script(exercise_market + R"(
    trade    L V C buy 0.1 5 consent    applied
    trade    L T C buy 0.1 5 consent    applied
    trade    L S C buy 0.1 5 consent    applied
    block    30
    exercise L C 0.2                    applied
    assign   C 110                      applied
    = S C    size 0
    = T C    size 0
    = V C    size -0.1
)"));
}

TEST(exercise_table, a_notice_at_expiry_is_advice_and_the_rest_is_by_exception) {
    EXPECT_EQ("", run_ledger_script(exercise_market + R"(
    trade    L S C buy 2 5 consent      applied
    trade    M T C buy 2 5 consent      applied
    block    30
    exercise L C 0.5                    applied
    block    100
    expiry   C 100.4 exception=0.5      applied         // not by exception; 5 lots of 40 are
    = L      cash 990.2 positions 0                     // 990 + 0.5 * 0.4
    = M      cash 990
    = S      cash 1009.88                               // half of 5 lots is 2.5: S before T
    = T      cash 1009.92                               // 1010 - 0.2 * 0.4
    = L C    size 0 noticed 0
    = C      open_interest 0
)"));
}

TEST(exercise_table, contrary_advice_decides_for_either_style) {
    EXPECT_EQ("", run_ledger_script(exercise_market + R"(
    trade    L S E buy 2 5 consent      applied
    trade    M S E buy 1 5 consent      applied
    trade    M S C buy 1 5 consent      applied
    block    30
    advise   L E advice=2               applied         // 1: exercise, 2: do not, 0: withdrawn
    advise   M E advice=1               applied
    advise   M C advice=2               applied
    = L E    advice 2
    advise   M C advice=0               applied
    = M C    advice 0
    block    100
    expiry   E 100.4 exception=0.5      applied
    = L      cash 990
    = M      cash 990.4                                 // 1000 - 10 + 0.4, as it was advised
    = S      cash 1019.6
    expiry   C 110 exception=0.5        applied
    = M      cash 1000.4
    = S      cash 1009.6
    = L E    size 0 advice 0
)"));
}

// Without a word L would be exercised: 2 * 10. Of M's three a notice for one stands.
TEST(exercise_table, who_declines_leaves_the_money_and_a_notice_outdoes_the_advice) {
    EXPECT_EQ("", run_ledger_script(exercise_market + R"(
    trade    L S C buy 2 5 consent      applied
    trade    M T C buy 3 5 consent      applied
    block    30
    advise   L C advice=2               applied
    advise   M C advice=2               applied
    exercise M C 1                      applied
    block    100
    expiry   C 110                      applied         // 10 lots among 20 and 30: 4 and 6
    = L      cash 990
    = M      cash 995
    = S      cash 1006
    = T      cash 1009
)"));
}

TEST(exercise_table, refusals_of_notices_by_precedence) {
    EXPECT_EQ("", run_ledger_script(exercise_market + R"(
    asset    BTC                        applied
    account  B 9 BTC                    applied
    trade    L S C buy 2 5 consent      applied
    trade    L S E buy 2 5 consent      applied
    block    30
    exercise Z C 1                      account_not_found
    exercise L Z 1                      instrument_not_found
    exercise B C 0                      instrument_settles_in_another_asset
    exercise L X 0                      amount_must_be_positive
    exercise L C -1                     amount_must_be_positive
    exercise L X 0.15                   amount_is_not_a_multiple_of_the_lot
    exercise L X 1                      instrument_is_not_an_option
    exercise L E 1                      option_is_european
    exercise L C 4611686018.5           amount_overflows
    exercise L C 2.1                    amount_exceeds_the_long_position
    exercise S C 1                      amount_exceeds_the_long_position
    exercise M C 1                      amount_exceeds_the_long_position
    exercise L C 1 post_only            flags_do_not_fit_the_kind
    suspend  L                          applied
    exercise L C 1                      account_is_suspended
    exercise L E 1                      option_is_european
    resume   L                          applied
    suspend  C                          applied         // trading stops, rights do not
    block    40
    exercise L C 1                      applied
    block    100
    exercise L C 1                      instrument_has_expired      // delivered or not
    assign   C 110                      instrument_has_expired
    expiry   C 110                      applied
    = L      cash 1000                                  // 1000 - 20 + 2 * 10
    exercise L C 1                      instrument_has_expired
)"));
}

TEST(exercise_table, refusals_of_advice_and_assignment_by_precedence) {
    EXPECT_EQ("", run_ledger_script(exercise_market + R"(
    asset    BTC                        applied
    account  B 9 BTC                    applied
    trade    L S E buy 2 5 consent      applied
    block    30
    advise   B E advice=3               instrument_settles_in_another_asset
    advise   L X advice=3               instrument_is_not_an_option
    advise   L E advice=3               advice_is_not_known
    advise   S E advice=1               account_holds_no_long_position
    advise   M E advice=0               account_holds_no_long_position
    suspend  L                          applied
    advise   L E advice=1               account_is_suspended
    resume   L                          applied
    assign   Z 0                        instrument_not_found
    assign   X 0                        price_must_be_positive
    assign   X 1                        instrument_is_not_an_option
    assign   E 1                        option_is_european
    assign   C 1                        nobody_has_given_notice
    block    100
    advise   L E advice=1               instrument_has_expired
)"));
}

TEST(exercise_table, only_an_option_has_a_style) {
    EXPECT_EQ("", run_ledger_script(exercise_market + R"(
    instrument Y USD perpetual american tick=0.01 lot=0.1 initial=50000 maintenance=25000 band=900000 contract_is_not_valid
)"));
}

}  // namespace
}  // namespace lockstep
