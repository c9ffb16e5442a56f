// Combos and chains of orders, as tables: all of them are taken, by every book, or none. Every
// number is worked out by hand beside its line.
#include <gtest/gtest.h>

#include <string>

#include "tests/host/block/ledger_script.h"
#include "tests/host/block/order_table.h"

namespace lockstep {
namespace {

TEST(order_table, a_combo_is_filled_in_every_book_or_in_none) {
    EXPECT_EQ("", run_ledger_script(order_market + R"(
    place  C X sell 1 100               applied
    place  C Y buy 1 50                 applied
    combo  A legs=2 linked              combo_cannot_be_filled_whole
    leg    A X buy 1 100 linked         linked_command_failed
    leg    A Y sell 2 50                linked_command_failed       // only 1 is wanted
    = A    cash 1000 reserved 0 orders 0
    = A X  size 0 open_buy 0
    combo  A legs=2 linked              linked_command_failed
    leg    A X buy 1 100 linked         linked_command_failed
    leg    A Y sell 900 50              account_lacks_free_cash
    combo  A legs=2 linked              applied
    leg    A X buy 1 100 #l linked      applied
    leg    A Y sell 1 50                applied
    = #l   filled 1
    = A    cash 999.925 reserved 0 orders 0             // 0.05 + 0.025
    = A X  size 1 cost 100
    = A Y  size -1 cost -50
    = C    cash 999.97                                  // 0.02 + 0.01
    leg    A X buy 1 100                leg_stands_alone
    combo  A legs=1 linked              combo_legs_are_missing_or_too_many
    leg    A X buy 1 100                leg_stands_alone
    combo  A legs=2 linked              combo_leg_repeats_an_instrument
    leg    A X buy 1 100 linked         chain_repeats_an_instrument
    leg    A X buy 1 100                chain_repeats_an_instrument
    block  20
    combo  A legs=2                     combo_legs_are_missing_or_too_many  // and nothing else
)"));
}

TEST(order_table, a_chain_of_orders_is_taken_by_every_book_or_by_none) {
    EXPECT_EQ("", run_ledger_script(order_market + R"(
    place  C X sell 1 100               applied
    place  C Y sell 1 50                applied
    place  A X buy 1 99 #x linked       linked_command_failed
    place  A Y buy 1 50 #y post_only    order_would_take_liquidity  // says the book, after admission
    = A    cash 1000 reserved 0 orders 0
    = A X  open_buy 0
    = C    orders 2
    cancel A #x                         order_is_not_open
    place  A X buy 1 100 #f linked      linked_command_failed
    place  A Y buy 2 50 fill_or_kill    order_cannot_be_filled_whole
    = #f   filled 0 reserved 0
    = A X  size 0
    trade  A B X buy 1 100 consent #t linked  linked_command_failed
    place  A Y buy 1 51 linked          linked_command_failed
    place  B N buy 1 51                 instrument_has_no_mark
    trade  A B X buy 1 100 consent linked     linked_command_failed
    place  A Y buy 1 51 post_only       order_would_take_liquidity
    = A    cash 1000 reserved 0 orders 0
    = B    cash 1000 reserved 0 orders 0
    = A X  size 0 open_buy 0
    = B X  size 0 open_sell 0
    trade  A B X buy 1 100 consent #u linked  applied
    place  B Y buy 1 50 #v              applied
    = #u   filled 1
    = #v   filled 1
    = A X  size 1
    = B Y  size 1
)"));
}

TEST(order_table, a_combo_may_stand_in_a_chain) {
    EXPECT_EQ("", run_ledger_script(order_market + R"(
    instrument Z USD perpetual tick=0.01)" +
                                    terms_with_fees + R"(
    mark   Z 20                         applied
    place  C X sell 1 100               applied
    place  C Y buy 1 50                 applied
    block  30
    place  A Z buy 1 20 #z linked       linked_command_failed
    combo  A legs=2 linked              combo_cannot_be_filled_whole
    leg    A X buy 1 100 linked         linked_command_failed
    leg    A Y sell 2 50                linked_command_failed
    = A    reserved 0 orders 0
    combo  A legs=2 linked              linked_command_failed
    leg    A X buy 1 100 linked         linked_command_failed
    leg    A Y sell 1 50 linked         linked_command_failed
    place  A Z buy 1 20 reduce_only     order_would_not_reduce
    combo  A legs=2 linked              applied
    leg    A X buy 1 100 linked         applied
    leg    A Y sell 1 50 linked         applied
    place  A Z buy 1 20                 applied
    = A    orders 1
    = A X  size 1
    = A Y  size -1
)"));
}

TEST(order_table, a_chain_moves_cash_or_goes_to_books_and_holds_nothing_else) {
    EXPECT_EQ("", run_ledger_script(order_market + R"(
    place    B X sell 1 100 linked      chain_mixes_cash_and_orders
    withdraw B 5                        chain_mixes_cash_and_orders
    place    B X sell 1 100 linked      chain_repeats_an_instrument
    place    A X buy 1 100              chain_repeats_an_instrument
    deposit  B 5 linked                 linked_command_failed
    mark     X 101                      kind_may_not_be_in_a_chain
    deposit  B 5 linked                 linked_command_failed
    account  D 9 USD                    kind_may_not_be_in_a_chain
    place    B X sell 1 100 linked      linked_command_failed
    cancel   B #none                    kind_may_not_be_in_a_chain
    deposit  D 5                        account_not_found           // it was never made
    = X      mark 100
    = B      cash 1000 reserved 0 orders 0
)"));
}

}  // namespace
}  // namespace lockstep
