// Interest on cash, out of the fees or into them.
#include <gtest/gtest.h>

#include <string>

#include "tests/host/block/ledger_script.h"

namespace lockstep {
namespace {

constexpr char const* year = "31536000000000020";

// 5 % on 250 and on 650 for a year, out of the 100 that their trade has paid in fees.
TEST(interest_table, is_paid_out_of_fees_for_the_time_since) {
    EXPECT_EQ("", run_ledger_script(R"(
    asset      USD                      applied
    account    A  1 USD                 applied
    account    B  2 USD                 applied
    deposit    A  300                   applied
    deposit    B  700.000000001         applied
    instrument X USD perpetual tick=0.01 lot=0.1 initial=50000 maintenance=25000 maker=0 taker=0 band=500000 applied
    mark       X 100                    applied
    block      20
    fees   X maker=500000 taker=500000  applied
    interest USD 1.000000001            rate_is_out_of_range
    interest USD 0.05                   applied
    block      30
    place  A X buy 1 100                applied
    place  B X sell 1 100               applied
    block      40
    = USD  fee_pool 100
    = A    cash 250
    = B    cash 650.000000001
    block      )" + std::string(year) +
                                    R"(
    interest USD 0.2                    fee_pool_lacks_cash
    interest USD 0.05                   applied
    = A    cash 262.5
    = B    cash 682.500000001
    = USD  fee_pool 54.999999999 remainder 0.000000001
    interest USD 0.05                   applied
    = A    cash 262.5
)"));
}

/// 1 % of a nanosecond is 0.317 of a billionth of a billionth, of which nothing is left.
TEST(interest_table, is_nothing_for_a_time_too_short) {
    EXPECT_EQ("", run_ledger_script(R"(
    asset    USD                        applied
    account  A 1 USD                    applied
    deposit  A 7999.8                   applied
    interest USD 0.01                   applied         // starts the clock
    block    2
    interest USD 0.01                   applied         // the pool is empty, and owes nothing
    = A      cash 7999.8
    block    10
    interest USD 0.01                   fee_pool_lacks_cash         // 2e-18 of cash, rounded up
)"));
}

/// A year counts at most, however far the time is from the last payment.
TEST(interest_table, counts_time_that_64_bits_do_not) {
    EXPECT_EQ("", run_ledger_script(R"(
    block    -9000000000000000000
    asset    USD                        applied
    account  A 1 USD                    applied
    deposit  A 100                      applied
    interest USD -0.05                  applied         // starts the clock
    block    9000000000000000000
    interest USD -0.05                  applied
    = A      cash 95
    = USD    fee_pool 5 remainder 0
)"));
}

}  // namespace
}  // namespace lockstep
