// At which prices accounts may open positions: no fill at the mark of its block leaves a debt that
// others pay.
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
    place  A X buy 17.4 150             account_lacks_free_cash     // 1,000.50 and a fee
    place  A X buy 17.3 150 #a          applied
    = #a   filled 17.3 reserved 996.0475               // 17.3 * (7.5 + 50), and 500 ppm of 2,595
    mark   X 100                        applied
    session X                           applied
    block  30
    = A    cash 133.7025
    = USD  insurance 20000 deficit 0
)"));
}

TEST(fair_prices, nor_sells_so_nor_agrees_to_it) {
    EXPECT_EQ("", run_ledger_script(friends + R"(
    place  A X sell 100 60              account_lacks_free_cash
    trade  A B X sell 100 60 consent    account_lacks_free_cash
    trade  A B X buy 100 140 consent    account_lacks_free_cash
    trade  B A X buy 100 60 consent     counterparty_lacks_free_cash
    place  A X sell 100 95.1            applied
    = A    reserved 995                 // margin of 500, a loss of 490, fees of 5
)"));
}

// Each sale may lose the margin of ten. Who opens ten more at 105 has lost 50 of it by then, and
// needs 52.5 beside, so that both are there.
TEST(fair_prices, what_opens_at_a_loss_has_its_margin_to_be_closed_again) {
    EXPECT_EQ("", run_ledger_script(friends + R"(
    fees   X maker=0 taker=0            applied
    block  25
    account P 4 USD                     applied
    deposit P 152.4                     applied
    trade  P B X buy 10 100 consent     applied
    block  30
    trade  P B X buy 10 105 consent     account_lacks_free_cash
    deposit P 0.1                       applied
    trade  P B X buy 10 105 consent     applied
    place  P X sell 10 95 reduce_only   applied
    place  P X sell 10 95 reduce_only   applied
    place  B X buy 20 95                applied
    = P X  size 0
    session X                           applied
    block  40
    = P    cash 2.5
    = USD  insurance 20000 deficit 0
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
    place  A X sell 91 50               account_lacks_free_cash     // and 5 % of 1.82
    place  A X sell 90 50 #s            applied
    = #s   reserved 0.99
    cancel A #s                         applied
    block  30
    place  A X buy 261 150              account_lacks_free_cash     // 2.61 - 1.74, 5 % of 2.61
    place  A X buy 260 150 #b           applied
    = #b   reserved 0.996666667
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
    place  A O sell 13 30               account_lacks_free_cash     // 13 * (30 + 10) = 520
    place  A O sell 12 30 #s            applied
    = #s   reserved 480
    cancel A #s                         applied
    block  30
    place  A O sell 16 55 #m            applied
    = #m   reserved 240                 // a tenth of 16 * 100, and 80 lost
)"));
}

// 60 of cash: 10 * (100.9 - 100) and 5.05 % of 1,009 are 59.9545, one tick more 60.06.
TEST(fair_prices, a_market_order_takes_no_price_that_leaves_its_account_short) {
    EXPECT_EQ("", run_ledger_script(friends + R"(
    account P 4 USD                     applied
    deposit P 60                        applied
    place  C X sell 4 100.9             applied
    place  C X sell 4 100.91            applied
    place  P X buy 10 0 market immediate_or_cancel #m   applied
    = #m   filled 4 reserved 59.9545
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
    place  P X buy 10 0 stop trigger=101        account_lacks_free_cash
    place  P X buy 10 0 trailing_stop trigger=1 account_lacks_free_cash     // from 100 up
    place  P X buy 10 0 stop trigger=100.5 #s   applied
    = #s   reserved 59.9545             // up to 100.90
)"));
}

// Tiers count margin in the requirement, which is counted again at the mark, netted with what else
// there is: what an order loses stays set aside beside it.
TEST(fair_prices, a_loss_stays_set_aside_beside_tiers) {
    EXPECT_EQ("", run_ledger_script(friends + R"(
    tier   X 50000 initial=400000 maintenance=200000    applied
    block  30
    place  A X buy 17 150 #a            applied
    = #a   reserved 851.275             // 17 * 50 and 500 ppm of 2,550
    = A    requirement 85               // 17 * 100 * 5 %
    block  40
    withdraw A 63.73                    account_lacks_free_cash
    place  B X sell 17 150              applied
    session X                           applied
    block  50
    = USD  insurance 20000 deficit 0
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

}  // namespace
}  // namespace lockstep
