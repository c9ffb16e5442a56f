// What marks, funding, sessions and expiries do to cash, as tables. Every number is worked out by
// hand beside its line; nothing here costs a fee unless it says so.
#include <gtest/gtest.h>

#include <string>

#include "tests/host/block/instrument_table.h"
#include "tests/host/block/ledger_script.h"

namespace lockstep {
namespace {

TEST(instrument_table, a_mark_moves_requirements_and_funding_moves_cash) {
    EXPECT_EQ("", run_ledger_script(holders("1000", "1000", "1000") + "instrument X USD perpetual" +
                                    plain_terms + R"(
    funding X 0.0001                    instrument_has_no_mark
    mark    X 0                         price_must_be_positive
    mark    Q 5                         instrument_not_found
    mark    X 100                       applied
    trade   A B X buy 2 100 consent     instrument_has_no_mark      // marks count from the end
    block   20
    trade   A B X buy 2 100 consent     applied
    mark    X 110                       applied
    = A     cash 1000 unrealised 20 requirement 0 maintenance 5.5   // 220 * 2.5%; 11 - 20 < 0
    = B     cash 1000 unrealised -20 requirement 31                 // 220 * 5% + 20
    funding X 1.000000001               rate_is_out_of_range
    funding X 0.0001                    applied
    = A     cash 999.978                                            // 220 * 0.0001 = 0.022
    = B     cash 1000.022
    funding X -0.001                    applied
    = A     cash 1000.198                                           // shorts pay 0.22
    = B     cash 999.802
    = USD   remainder 0
    expiry  X 100                       contract_is_not_valid
)"));
}

TEST(instrument_table, what_funding_cannot_divide_is_left_over) {
    EXPECT_EQ("", run_ledger_script(holders("1000", "1000", "1000") + "instrument X USD perpetual" +
                                    plain_terms + R"(
    mark    X 33.333333333              applied
    block   20
    trade   A B X buy 0.1 33.33 consent applied
    funding X 0.1                       applied
    = A     cash 999.666666666          // 0.1 * 33.333333333 = 3.333333333 down; a tenth of it up
    = B     cash 1000.333333333         // a tenth of it down
    = USD   remainder 0.000000001 external 3000
)"));
}

/// Whoever pays rounds up twice, also where the notional is less than a nano.
TEST(instrument_table, what_funding_leaves_over_is_never_negative) {
    EXPECT_EQ("", run_ledger_script(holders("1000", "1000", "1000") + R"(
    instrument X USD perpetual tick=0.1 lot=0.000000001 initial=50000 maintenance=25000 band=500000 applied
    mark    X 0.5                       applied
    block   20
    trade   A B X buy 0.000000001 0.5 consent applied
    trade   A C X buy 0.000000001 0.5 consent applied
    funding X -1                        applied
    = A     cash 1000.000000001         // 2 * 0.5 = 1
    = B     cash 999.999999999          // 0.5 up
    = C     cash 999.999999999
    = USD   remainder 0.000000001 external 3000
    funding X 1                         applied
    = A     cash 1000                   // 1 again
    = B     cash 999.999999999          // 0.5 down
    = USD   remainder 0.000000002
)"));
}

TEST(instrument_table, a_session_turns_gains_into_cash) {
    EXPECT_EQ("", run_ledger_script(holders("1000", "1000", "1000") + "instrument X USD perpetual" +
                                    plain_terms + R"(
    session X                           instrument_has_no_mark
    mark    X 100                       applied
    block   20
    trade   A B X buy 2 100 consent     applied
    mark    X 110                       applied
    session X                           applied
    = A     cash 1020 unrealised 0 requirement 11                   // 220 - 200; 220 * 5%
    = B     cash 980 unrealised 0 requirement 11
    = A X   size 2 cost 220
    = B X   size -2 cost -220
    session X                           applied                     // once is enough
    = A     cash 1020
)"));
}

TEST(instrument_table, inverse_gains_are_rounded_against_each_account) {
    EXPECT_EQ("", run_ledger_script(holders("1", "1", "1") + "instrument I USD perpetual inverse" +
                                    plain_terms + R"(
    mark    I 30000                     applied
    block   20
    trade   A B I buy 100 30000 consent applied
    = A I   size 100 cost -0.003333333                              // -(100 / 30000), down
    = B I   size -100 cost 0.003333333
    mark    I 40000                     applied
    session I                           applied
    = A     cash 1.000833333            // -0.0025 + 0.003333333
    = B     cash 0.999166667
    = USD   remainder 0
    = I     cost_sum 0
    mark    I 70000                     applied                     // 100 / 70000 = 0.00142857142...
    session I                           applied
    = A I   cost -0.001428572
    = B I   cost 0.001428571
    = A     cash 1.001904761            // 1.000833333 + 0.0025 - 0.001428572
    = B     cash 0.998095238            // 0.999166667 - 0.0025 + 0.001428571
    = I     cost_sum -0.000000001
    = USD   remainder 0.000000001 external 3
    mark    I 40000                     applied
    session I                           applied                     // what was left over comes back
    = USD   remainder 0
)"));
}

TEST(instrument_table, a_future_expires_into_cash_and_its_book_is_closed) {
    EXPECT_EQ("", run_ledger_script(holders("1000", "1000", "1000") +
                                    "instrument F USD future until=100" + plain_terms + R"(
    mark    F 100                       applied
    block   20
    trade   A B F buy 2 100 consent     applied
    place   C F buy 1 90                applied
    = C     reserved 5 orders 1                                     // 100 * 5%
    block   99
    expiry  F 95                        instrument_has_not_expired_yet
    block   100
    expiry  F 0                         price_must_be_positive
    expiry  F 95                        applied
    expiry  F 96                        instrument_has_expired
    = A     cash 990 positions 0 requirement 0 unrealised 0         // 2 * (95 - 100)
    = B     cash 1010 positions 0 requirement 0
    = A F   size 0 cost 0
    = C     reserved 0 orders 0
    = C F   open_buy 0
    = F     open_interest 0 cost_sum 0 mark 95 flags 4
    place   C F buy 1 90                instrument_has_expired
    mark    F 100                       instrument_has_expired
)"));
}

TEST(instrument_table, an_option_is_paid_for_at_once_and_pays_at_expiry) {
    EXPECT_EQ("", run_ledger_script(
                      holders("1000", "1000", "1000") +
                      "instrument O USD option strike=100 until=100 taker=500" + plain_terms +
                      "instrument P USD option put strike=100 until=100" + plain_terms + R"(
    mark    O 5                         applied
    mark    P 5                         applied
    session O                           contract_is_not_valid
    funding O 0.01                      contract_is_not_valid
    block   20
    trade   A B O buy 2 5 #t consent    applied
    trade   A B P buy 2 5 consent       applied
    = #t    reserved 10.1                           // the premium, and 2 * strike 100 * 500 ppm
    = A     cash 979.9 requirement 0                // 1000 - 10 - 0.1 - 10
    = B     cash 1019.9 requirement 40              // each 200 * 5% + 2 * 5 to buy it back
    = A O   size 2 cost 0
    = USD   fee_pool 0.2
    block   100
    expiry  O 112                       applied
    expiry  P 112                       applied
    = A     cash 1003.9 positions 0                 // + 2 * 12; the put is worth nothing
    = B     cash 995.9 positions 0 requirement 0
    = USD   remainder 0 external 3000
)"));
}

TEST(instrument_table, an_inverse_option_leaves_what_it_cannot_divide) {
    EXPECT_EQ("", run_ledger_script(holders("10", "10", "10") +
                                    "instrument O USD option inverse strike=100 until=100" +
                                    plain_terms + R"(
    mark    O 0.1                       applied
    block   20
    trade   A B O buy 3 0.1 consent     applied
    = A     cash 9.7
    = B     cash 10.3
    block   100
    expiry  O 110                       applied     // 3 * 10 / 110 = 0.272727272727...
    = A     cash 9.972727272
    = B     cash 10.027272727                       // pays 0.272727273
    = USD   remainder 0.000000001 external 30
)"));
}

TEST(instrument_table, fees_change_from_the_end_of_the_block) {
    EXPECT_EQ("", run_ledger_script(holders("1000", "1000", "1000") + "instrument X USD perpetual" +
                                    plain_terms + R"(
    mark    X 100                       applied
    block   20
    fees    X maker=1000001             rate_is_out_of_range
    fees    X maker=1000 taker=2000     applied
    trade   A B X buy 1 100 consent     applied                     // still nothing
    = A     cash 1000
    place   A X sell 1 100              applied
    place   B X buy 1 100               applied
    = A     cash 999.9                                              // 100 * 0.1%
    = B     cash 999.8                                              // 100 * 0.2%
    = USD   fee_pool 0.3
)"));
}

}  // namespace
}  // namespace lockstep
