// At which prices accounts may trade: no fill at the mark of its block leaves a debt that others
// pay.
#include <gtest/gtest.h>

#include <string>

#include "tests/host/block/ledger_script.h"

namespace lockstep {
namespace {

/// Two accounts of people who know each other, and a fund.
std::string const friends = R"(
    asset      USD                      applied
    account    A  1 USD                 applied
    account    B  2 USD                 applied
    account    C  3 USD                 applied
    deposit    A  1000                  applied
    deposit    B  1000                  applied
    deposit    C  21000                 applied
    insure     C  20000                 applied
    instrument X USD perpetual tick=0.01 lot=0.1 initial=50000 maintenance=25000 taker=500 band=500000 applied
    mark       X 100                    applied
    block      20
)";

// With 5 % of margin A could have bought 132 at 150: 6,600 lost at once, won by B, paid by the
// fund.
TEST(fair_prices, nobody_opens_at_a_loss_that_it_cannot_carry) {
    EXPECT_EQ("", run_ledger_script(friends + R"(
    place  B X sell 130 150             applied
    place  A X buy 130 150              account_lacks_free_cash
    place  A X buy 20 150               account_lacks_free_cash     // 1,000 and a fee
    place  A X buy 19.9 150 #a          applied
    = #a   filled 19.9 reserved 996.4925               // 19.9 * 50, and 500 ppm of 2,985
    mark   X 100                        applied
    session X                           applied
    block  30
    = A    cash 3.5075
    = USD  insurance 20000 deficit 0
)"));
}

TEST(fair_prices, nor_sells_so_nor_agrees_to_it) {
    EXPECT_EQ("", run_ledger_script(friends + R"(
    place  A X sell 100 60              account_lacks_free_cash
    trade  A B X sell 100 60 consent    account_lacks_free_cash
    trade  A B X buy 100 140 consent    account_lacks_free_cash
    trade  B A X buy 100 60 consent     counterparty_lacks_free_cash
    place  A X sell 100 95.1            applied                     // 490, under the margin of 500
    = A    reserved 505                 // fees of 5
)"));
}

// 100 USD of coin at 100 is 1 BTC, at 50 it would be 2: a short that sells there owes one more.
TEST(fair_prices, of_an_inverse_contract) {
    EXPECT_EQ("", run_ledger_script(R"(
    asset      BTC                      applied
    account    A  1 BTC                 applied
    deposit    A  1                     applied
    instrument X BTC perpetual inverse tick=1 lot=1 initial=50000 maintenance=25000 taker=0 band=500000 applied
    mark       X 100                    applied
    block      20
    place  A X sell 101 50              account_lacks_free_cash
    place  A X sell 100 50 #s           applied
    = #s   reserved 1
    cancel A #s                         applied
    block  30
    place  A X buy 301 150              account_lacks_free_cash     // 3.01 - 2.006667
    place  A X buy 300 150 #b           applied
    = #b   reserved 1
)"));
}

// An option's seller owes its mark, and is paid less.
TEST(fair_prices, of_a_sold_option) {
    EXPECT_EQ("", run_ledger_script(R"(
    asset      USD                      applied
    account    A  1 USD                 applied
    deposit    A  500                   applied
    instrument O USD option strike=100 until=1000000 tick=0.1 lot=1 initial=100000 maintenance=50000 taker=0 band=500000 applied
    mark       O 60                     applied
    block      20
    place  A O sell 17 30               account_lacks_free_cash     // 17 * 30 = 510
    place  A O sell 16 30 #s            applied
    = #s   reserved 480
    cancel A #s                         applied
    block  30
    place  A O sell 16 55 #m            applied
    = #m   reserved 160                 // a tenth of 16 * 100; 80 would be lost
)"));
}

// 60 of cash: 10 * (105.94 - 100) + 0.5297 of fees is 59.93, one tick more 60.03.
TEST(fair_prices, a_market_order_takes_no_price_that_its_account_cannot_bear) {
    EXPECT_EQ("", run_ledger_script(friends + R"(
    account P 4 USD                     applied
    deposit P 60                        applied
    place  C X sell 4 105.94            applied
    place  C X sell 4 105.95            applied
    place  P X buy 10 0 market immediate_or_cancel #m   applied
    = #m   filled 4 reserved 59.9297
    = P    orders 0 reserved 0
    = P X  size 4
    place  P X buy 120 0 market immediate_or_cancel     account_lacks_free_cash // margin at the mark
)"));
}

// A stop that could not even be filled at its trigger is refused.
TEST(fair_prices, a_stop_is_borne_at_its_trigger_or_refused) {
    EXPECT_EQ("", run_ledger_script(friends + R"(
    account P 4 USD                     applied
    deposit P 60                        applied
    place  P X buy 10 0 stop trigger=106        account_lacks_free_cash
    place  P X buy 10 0 stop trigger=105 #s     applied
    = #s   reserved 59.9297             // up to 105.94
)"));
}

// A's bid was taken while the mark stood at 100. At 70 nobody may sell to it at more than 77 any
// more: it is cancelled, and the next bid is the best. Its 300 of margin would not have borne the
// 1,800 that 60 contracts lose.
TEST(fair_prices, nothing_trades_beyond_the_band_of_its_block) {
    EXPECT_EQ("", run_ledger_script(R"(
    asset      USD                      applied
    account    A  1 USD                 applied
    account    B  2 USD                 applied
    account    C  3 USD                 applied
    deposit    A  400                   applied
    deposit    B  1000                  applied
    deposit    C  1000                  applied
    instrument X USD perpetual tick=0.01 lot=1 initial=50000 maintenance=25000 taker=0 band=100000 applied
    mark       X 100                    applied
    block      20
    place  A X buy 60 100 #a            applied
    place  C X buy 5 70 #low            price_is_outside_the_band
    mark   X 70                         applied
    block  30
    place  C X buy 5 77                 applied
    place  B X sell 60 70 #s            applied
    = #s   filled 5
    = A    orders 0 reserved 0
    = B    orders 1
    block  40
    amend  A #a 60 70                   order_is_not_open
    place  A X buy 50 70                applied
    = A X  size 50
)"));
}

/// A is long 10 at 100 with 60; the mark is 96: equity 20 of an initial margin of 48 and a
/// maintenance margin of 24.
std::string const fallen = R"(
    asset      USD                      applied
    account    A  1 USD                 applied
    account    B  2 USD                 applied
    account    C  3 USD                 applied
    deposit    A  60                    applied
    deposit    B  1000                  applied
    deposit    C  1000                  applied
    instrument X USD perpetual tick=0.01 lot=0.1 initial=50000 maintenance=25000 maker=1000 taker=1000 band=500000 applied
    mark       X 100                    applied
    block      20
    trade  A B X buy 10 100 consent     applied
    mark       X 96                     applied
    block      30
    = A    cash 59 unrealised -40 maintenance 24
)";

// 19 of equity: all 10 may cost that, fees of 0.96 included: 96 - 1.80.
TEST(fair_prices, who_may_only_reduce_sells_no_lower_than_its_equity_allows) {
    EXPECT_EQ("", run_ledger_script(fallen + R"(
    place  A X sell 10 94.19 reduce_only        account_lacks_free_cash
    place  A X sell 10 94.2 reduce_only #a      applied
    = #a   reserved 0.96
    cancel A #a                         applied
    place  A X sell 5 94.2 reduce_only  applied         // part by part the same
    place  A X sell 5 94.19 reduce_only account_lacks_free_cash
    place  A X sell 5 94.2 reduce_only  applied
    place  C X buy 10 94.2              applied
    = A X  size 0
    block  40
    = A    cash 58.058 unrealised -58   // 942 * 0.1 % of fees
)"));
}

// In the market it goes as far as that.
TEST(fair_prices, who_may_only_reduce_closes_in_the_market_as_far_as_its_equity_goes) {
    EXPECT_EQ("", run_ledger_script(fallen + R"(
    place  C X buy 4 94.2               applied
    place  C X buy 6 94.19              applied
    place  A X sell 10 0 market immediate_or_cancel reduce_only #a  applied
    = #a   filled 4
)"));
}

// B has gained 40 and has 999: beyond the margin of 24 it may lose its free cash, which is set
// aside.
TEST(fair_prices, who_has_free_cash_sets_aside_what_closing_loses_beyond_its_margin) {
    EXPECT_EQ("", run_ledger_script(fallen + R"(
    place  B X buy 10 100 reduce_only #b        applied
    = #b   reserved 17                  // 40 lost and 1 of fees, less 24
    cancel B #b                         applied
    place  B X buy 10 96 reduce_only #c applied
    = #c   reserved 0.96
)"));
}

// Below zero nothing can be lost any more, and there is nothing to pay a fee from.
TEST(fair_prices, who_owes_more_than_it_has_closes_at_the_mark) {
    EXPECT_EQ("", run_ledger_script(fallen + R"(
    mark   X 94                         applied
    block  40
    place  A X sell 10 93.99 reduce_only        account_lacks_free_cash
    place  A X sell 10 94 reduce_only #a        applied
    = #a   reserved 0
)"));
}

/// A and D are long 10 at 100 with 59 each; the mark is 93: both lack 11.
std::string const bankrupt = R"(
    asset      USD                      applied
    account    A  1 USD                 applied
    account    B  2 USD                 applied
    account    D  3 USD                 applied
    account    V  4 USD                 applied
    account    A2 1 USD                 applied
    deposit    A  59                    applied
    deposit    B  1000                  applied
    deposit    D  59                    applied
    deposit    V  1000                  applied
    backstop   V                        applied
    instrument X USD perpetual tick=0.01 lot=0.1 initial=50000 maintenance=25000 taker=0 band=500000 applied
    mark       X 100                    applied
    block      20
    trade  A B X buy 10 100 consent     applied
    trade  D B X buy 10 100 consent     applied
    mark       X 93                     applied
)";

// A fund of 15 pays for one of them, not for both; nor for the second in a later block, before a
// session has taken what it owes for the first.
TEST(fair_prices, the_fund_is_promised_once) {
    EXPECT_EQ("", run_ledger_script(bankrupt + R"(
    insure B 15                         applied
    block  30
    take_over A V X sell 10 93          applied
    take_over D V X sell 10 93          price_is_not_the_takeover_price
    take_over D V X sell 5 94.1         applied
    block  40
    take_over D V X sell 5 93           price_is_not_the_takeover_price
    take_over D V X sell 5 94.1         applied
    session X                           applied
    block  50
    = A    cash 0
    = D    cash 0
    = USD  insurance 4 deficit 0
)"));
}

TEST(fair_prices, an_owner_who_can_pay_does_so_without_a_fund_too) {
    EXPECT_EQ("", run_ledger_script(bankrupt + R"(
    deposit A2 10                       applied
    insure B 1                          applied
    block  30
    take_over D V X sell 10 93          price_is_not_the_takeover_price
    take_over A V X sell 10 94.1        price_is_not_the_takeover_price
    take_over A V X sell 10 93          applied
    session X                           applied
    block  40
    = A    cash 0
    = A2   cash 0
    = USD  insurance 0
)"));
}

// At the price that takes all of its share the liquidated pays no fee, above it what is left.
TEST(fair_prices, a_liquidation_fee_is_paid_from_equity_alone) {
    EXPECT_EQ("", run_ledger_script(fallen + R"(
    mark   X 95.9                       applied         // equity 18
    block  40
    place  C X buy 10 94.1              applied
    liquidate A X sell 5 94.1 #l        applied
    = #l   filled 5 reserved 0
    liquidate A X sell 5 94.15 #m       applied
    = #m   filled 0 reserved 0.25       // 5 * 0.05 of 5 * 95.9 * 0.1 %
    block  50
    = A    cash 59
)"));
}

}  // namespace
}  // namespace lockstep
