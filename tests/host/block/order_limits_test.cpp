// The worst case that an order sets aside is the worst that its book may do with it: the limit that
// is reserved at is the limit that the book keeps, and what no book takes is refused by name. And
// what an amendment fills at once stands in its receipt.
#include <gtest/gtest.h>

#include <string>

#include "margin/ledger/create.h"
#include "tests/host/block/ledger_script.h"

namespace lockstep {
namespace {

std::string const holders = R"(
    asset      USD                      applied
    account    A 1 USD                  applied
    account    B 2 USD                  applied
    account    C 3 USD                  applied
    deposit    A 10000                  applied
    deposit    B 1000                   applied
    deposit    C 10000                  applied
)";

std::string market(std::string const& terms, std::string const& mark) {
    return holders + "instrument X USD perpetual initial=50000 maintenance=25000 taker=500 " +
           terms + " applied\nmark X " + mark + " applied\nblock 20\n";
}

TEST(order_limits, without_a_tick_in_the_band_nobody_buys_at_any_price) {
    EXPECT_EQ("", run_ledger_script(market("tick=0.05 lot=1 band=500000", "10") + R"(
    place  A X sell 10 14               applied
    mark   X 0.02                       applied         // the band ends at 0.03, the first tick is
    block  30                                           // 0.05
    place  B X buy 10 0 market immediate_or_cancel      price_is_outside_the_band
    place  B X buy 10 0 stop trigger=1                  price_is_outside_the_band
    = B    cash 1000 reserved 0 orders 0 positions 0
    place  C X sell 1 0 market immediate_or_cancel      applied  // who sells has a lowest price
    mark   X 0.04                       applied         // 0.06: a tick
    block  40
    place  B X buy 10 0 market immediate_or_cancel #b   applied
    = #b   filled 0 reserved 0.12525                    // 10 * 0.01 above the mark, 5.05 % of 0.5
)"));
}

TEST(order_limits, a_stop_amended_without_a_price_is_limited_by_the_band) {
    EXPECT_EQ("", run_ledger_script(market("tick=0.01 lot=1 band=300000", "100") + R"(
    place  A X sell 1 100               applied
    place  A X sell 1 118               applied
    place  C X buy 1 100                applied         // the last trade
    place  B X buy 1 125 stop trigger=120 #s            applied
    = #s   reserved 31.3125                             // 25 above the mark, 5.05 % of 125
    mark   X 90                         applied
    block  30
    amend  B #s 1 0 #a                  applied
    = #a   reserved 32.9085                             // 117, the band's edge: 27 and 5.05 %
    = B    reserved 32.9085 orders 1
    amend  B #s 1 0 trigger=100         applied         // hit at once; 118 is too dear by now
    = B    cash 1000 reserved 0 orders 0
    = B X  size 0 open_buy 0
)"));
}

TEST(order_limits, an_agreed_trade_has_a_price_whatever_its_other_fields_say) {
    EXPECT_EQ("", run_ledger_script(market("tick=0.01 lot=1 band=300000", "100") + R"(
    trade  A B X buy 1 0 consent market                 price_must_be_positive
    trade  A B X buy 1 0 consent stop trigger=5         price_must_be_positive
    trade  A B X buy 1 69.99 consent market             price_is_outside_the_band
    trade  A B X buy 1 99 consent market display=7      applied
    = A X  size 1 cost 99
)"));
}

TEST(order_limits, a_book_has_bounds_and_says_which) {
    EXPECT_EQ("", run_ledger_script(market("tick=0.000000001 lot=0.000000001 band=500000", "60") +
                                    R"(
    deposit A 10000                                     applied
    place  A X sell 4398.046511105 60                   amount_exceeds_the_books_bound  // 2^42 + 1
    place  A X sell 1 68.719476736                      price_exceeds_the_books_bound   // 2^36
    place  A X sell 1 60 stop trigger=68.719476736      price_exceeds_the_books_bound
    place  A X buy 1 0 market immediate_or_cancel       price_exceeds_the_books_bound   // 90
    place  A X sell 1 68.719476735                      applied
    amend  A #none 1 60                                 target_not_found
    = A    orders 1
)"));
}

/// 2^62 nanos are 4611686018.427387904.
TEST(order_limits, a_position_has_no_more_lots_than_a_book_can_keep) {
    EXPECT_EQ("", run_ledger_script(
                      market("tick=0.000000001 lot=0.000000001 band=500000", "0.000000001") + R"(
    trade  A C X buy 4000000000 0.000000001 consent     applied
    trade  A C X buy 1000000000 0.000000001 consent     amount_overflows
    block  30
    trade  A C X buy 1000000000 0.000000001 consent     amount_overflows
    trade  A C X buy 600000000 0.000000001 consent      applied
    place  A X sell 1 0.000000001 reduce_only           applied
    = A X  size 4600000000 open_sell 1
)"));
}

TEST(order_limits, an_amendment_that_takes_says_what_it_took) {
    EXPECT_EQ("", run_ledger_script(market("tick=0.01 lot=1 band=300000", "100") + R"(
    place  A X sell 1 105               applied
    place  C X sell 2 106               applied
    place  B X buy 4 90 #b              applied
    amend  B #b 4 106 #up               applied
    = #up  filled 3 fills 2
    = B X  size 3 open_buy 1
    amend  B #b 4 99 #down              applied
    = #down filled 0 fills 0
)"));
}

TEST(order_limits, the_name_of_an_asset_can_be_read) {
    EXPECT_TRUE(is_asset_name({0x445355, 0}));            // USD
    EXPECT_TRUE(is_asset_name({0x3838383838383838, 0}));  // 88888888
    EXPECT_FALSE(is_asset_name({0, 0}));
    EXPECT_FALSE(is_asset_name({0x445355, 1}));
    EXPECT_FALSE(is_asset_name({0x44000055, 0})) << "a zero within";
    EXPECT_FALSE(is_asset_name({0x442055, 0})) << "a space";
    EXPECT_FALSE(is_asset_name({0x440a55, 0})) << "an end of line";
    EXPECT_FALSE(is_asset_name({0x44ff55, 0})) << "not ASCII";
}

}  // namespace
}  // namespace lockstep
