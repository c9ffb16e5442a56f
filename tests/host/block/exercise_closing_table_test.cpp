// Exercise beside everything else, as tables: what sales, orders and liquidations do to notices
// and advice, and what an assignment does to orders and losses.
#include <gtest/gtest.h>

#include <string>

#include "tests/host/block/exercise_table.h"
#include "tests/host/block/ledger_script.h"

namespace lockstep {
namespace {

TEST(exercise_table, a_sale_keeps_notice_within_what_is_left) {
    EXPECT_EQ("", run_ledger_script(exercise_market + R"(
    trade    L S C buy 2 5 consent      applied
    block    30
    exercise L C 1.5                    applied
    advise   L C advice=1               applied
    trade    L T C sell 0.4 5 consent   applied
    = L C    size 1.6 noticed 1.5
    block    40
    trade    L T C sell 0.6 5 consent   applied
    = L C    size 1 noticed 1 advice 1                  // what was sold is exercised by nobody
    = T C    size 1 noticed 0
    exercise L C 0.1                    amount_exceeds_the_long_position
    block    50
    trade    L T C sell 1.5 5 consent   applied
    = L C    size -0.5 noticed 0 advice 0
    block    60
    trade    L T C buy 1 5 consent      applied
    = L C    size 0.5 noticed 0 advice 0                // what it buys anew has no notice
    assign   C 110                      nobody_has_given_notice
)"));
}

TEST(exercise_table, an_open_order_to_sell_leaves_less_to_exercise) {
    EXPECT_EQ("", run_ledger_script(exercise_market + R"(
    trade    L S C buy 2 5 consent      applied
    block    30
    place    L C sell 0.5 6 #o          applied
    block    40
    exercise L C 1.6                    amount_exceeds_the_long_position
    exercise L C 1.5                    applied
    block    50
    cancel   L #o                       applied
    exercise L C 0.5                    amount_exceeds_the_long_position    // books come later
    block    55
    exercise L C 0.5                    applied
    place    L C sell 2 6               applied         // what is noticed may still be sold
    block    60
    assign   C 110                      applied
    = L C    size 0 open_sell 2
    = L      cash 1010 orders 1                         // 990 + 20; the order is margined
)"));
}

// M is long and wants out, reduce-only; assignment of the notice is faster. The order that would
// have sold 2 finds nothing left to reduce.
TEST(exercise_table, the_book_knows_what_assignment_took) {
    EXPECT_EQ("", run_ledger_script(exercise_market + R"(
    trade    M S C buy 2 5 consent      applied
    trade    L T C buy 1 5 consent      applied
    block    30
    exercise M C 2                      applied
    place    M C sell 2 6 reduce_only   applied
    place    T C buy 1 4 reduce_only    applied
    block    40
    assign   C 110                      applied         // 20 lots among 20 and 10: 13.33, 6.67
    = S C    size -0.7
    = T C    size -0.3
    block    50
    place    V C buy 1 6 #v immediate_or_cancel applied
    = #v     filled 0
    = M C    size 0 open_sell 0
    place    L C sell 1 4 #l            applied         // T takes what it still has to close
    = #l     filled 0.3
    = T C    size 0 open_buy 0
)"));
}

// At 92 L has 190 of a maintenance of 230: its options are closed through the book, at their mark.
TEST(exercise_table, liquidation_keeps_notice_within_what_is_left) {
    EXPECT_EQ("", run_ledger_script(exercise_market + R"(
    trade    L S C buy 2 5 consent      applied
    trade    L T X buy 100 100 consent  applied
    block    30
    exercise L C 1.5                    applied
    place    M C buy 1 5                applied
    mark     X 92                       applied
    block    40
    liquidate L C sell 1 5 #l           applied
    = #l     filled 1
    = L C    size 1 noticed 1
    = M C    size 1 noticed 0
    assign   C 110                      applied
    = L C    size 0
    = M C    size 1
    = S C    size -1
)"));
}

// At 91 it has 90 of 227.5, below two thirds: the backstop takes the options, without the notice.
TEST(exercise_table, a_takeover_ends_the_notice) {
    EXPECT_EQ("", run_ledger_script(exercise_market + R"(
    backstop V                          applied
    trade    L S C buy 2 5 consent      applied
    trade    L T X buy 100 100 consent  applied
    block    30
    exercise L C 1.5                    applied
    advise   L C advice=2               applied
    mark     X 91                       applied
    block    40
    take_over L V C sell 2 5            applied
    = L C    size 0 noticed 0 advice 0
    = V C    size 2 noticed 0 advice 0
)"));
}

// S has 60 and owes 70: L, who holds the other side, is closed at 30, where S ends with nothing.
TEST(exercise_table, deleveraging_keeps_the_winners_notice_within_what_is_left) {
    EXPECT_EQ("", run_ledger_script(exercise_market + R"(
    trade    L S C buy 2 5 consent      applied
    withdraw S 950                      applied
    block    30
    exercise L C 1.5                    applied
    mark     C 35                       applied
    block    40
    deleverage S L C buy 1 30           applied
    = L C    size 1 noticed 1
    = S C    size -1
    = L      cash 1020
)"));
}

TEST(exercise_table, losses_of_an_assignment_go_the_way_of_all_losses) {
    EXPECT_EQ("", run_ledger_script(exercise_market + R"(
    insure   V 100                      applied
    withdraw S 950                      applied
    trade    L S C buy 2 5 consent      applied
    place    S X buy 1 90               applied
    block    30
    = S      cash 60 reserved 5 orders 1
    exercise L C 1                      applied
    assign   C 250                      applied         // S has 60 of 150
    = L      cash 1140                                  // 990 + 150
    = S      cash 0 reserved 0 orders 0
    = USD    insurance 10 deficit 0
    = S C    size -1
)"));
}

}  // namespace
}  // namespace lockstep
