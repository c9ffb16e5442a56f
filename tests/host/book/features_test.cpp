// Every feature of host/book/README.md as a table.
#include <gtest/gtest.h>

#include "tests/host/book/book_script.h"

namespace lockstep {
namespace {

using test::play;

TEST(book_features, price_then_time_at_the_resting_price) {
    play(R"(
        sell 1 A 5@101              | accepted; rests 5
        sell 2 B 5@100              | accepted; rests 5
        sell 3 C 5@100              | accepted; rests 5
        buy  4 D 7@105              | accepted; 4 takes 5@100 from 2; 4 takes 2@100 from 3
        buy  5 D 20@101             | accepted; 5 takes 3@100 from 3; 5 takes 5@101 from 1; rests 12
        sell 6 A 1@90               | accepted; 6 takes 1@101 from 5
        cancel 5 D                  | 5 leaves with 11 by_request
        cancel 5 D                  | order_is_not_open
    )");
}

TEST(book_features, orders_that_never_rest) {
    play(R"(
        sell 1 A 5@100              | accepted; rests 5
        buy  2 B 8@100 ioc          | accepted; 2 takes 5@100 from 1; 2 leaves with 3 nothing_left_to_match
        buy  3 B 8@mkt              | accepted; 3 leaves with 8 nothing_left_to_match
        sell 4 A 5@100              | accepted; rests 5
        sell 5 A 5@102              | accepted; rests 5
        buy  6 B 11@102 fok         | order_cannot_be_filled_whole
        buy  6 B 10@101 fok         | order_cannot_be_filled_whole
        buy  6 B 6@mkt cap=100      | accepted; 6 takes 5@100 from 4; 6 leaves with 1 nothing_left_to_match
        buy  7 B 6@102 fok          | order_cannot_be_filled_whole
        buy  7 B 5@102 fok          | accepted; 7 takes 5@102 from 5
    )");
}

TEST(book_features, post_only) {
    play(R"(
        sell 1 A 5@100              | accepted; rests 5
        buy  2 B 5@100 post         | order_would_take_liquidity
        buy  2 A 5@101 post         | order_would_take_liquidity
        buy  2 B 5@99 post          | accepted; rests 5
        amend 2 B price=100         | order_would_take_liquidity
        amend 2 B price=98          | 2 comes again with 5; rests 5
    )");
}

TEST(book_features, iceberg_shows_again_at_the_tail) {
    play(R"(
        sell 1 A 10@100 show=3      | accepted; rests 3 of 10
        sell 2 B 2@100              | accepted; rests 2
        buy  3 C 4@100              | accepted; 3 takes 3@100 from 1; 1 shows 3; 3 takes 1@100 from 2
        buy  4 C 2@100              | accepted; 4 takes 1@100 from 2; 4 takes 1@100 from 1
        amend 1 A qty=8             | 1 amended to 4
        buy  5 C 9@100 fok          | order_cannot_be_filled_whole
        buy  5 C 4@100 fok          | accepted; 5 takes 2@100 from 1; 1 shows 2; 5 takes 2@100 from 1
    )");
}

TEST(book_features, amending) {
    play(R"(
        buy 1 A 10@100              | accepted; rests 10
        buy 2 B 10@100              | accepted; rests 10
        amend 1 A qty=8             | 1 amended to 8
        sell 3 C 2@100              | accepted; 3 takes 2@100 from 1
        amend 1 A qty=8             | 1 amended to 6
        amend 1 A qty=9             | 1 comes again with 7; rests 7
        sell 4 C 1@100              | accepted; 4 takes 1@100 from 2
        amend 2 B qty=1             | 2 leaves with 9 amended_to_no_more_than_filled
        sell 5 D 5@103              | accepted; rests 5
        amend 1 A price=103         | 1 comes again with 7; 1 takes 5@103 from 5; rests 2
        amend 1 B qty=1             | order_belongs_to_another_account
        amend 9 B qty=1             | order_is_not_open
        reduce 1 A qty=1            | 1 loses 1 by_request, 1 left
        reduce 1 A qty=9            | 1 leaves with 1 by_request
    )");
}

TEST(book_features, nothing_trades_beyond_the_band) {
    play(R"(
        buy  1 A 5@100              | accepted; rests 5
        buy  2 B 5@99               | accepted; rests 5
        buy  3 C 4@80               | accepted; rests 4
        band 70 90                  |
        sell 4 D 3@90               | accepted; 1 leaves with 5 beyond_the_band; 2 leaves with 5 beyond_the_band; rests 3
        buy  5 A 2@90               | accepted; 5 takes 2@90 from 4
        sell 6 B 9@95               | accepted; rests 9
        buy  7 C 4@95               | accepted; 7 takes 1@90 from 4; 7 leaves with 3 beyond_the_band
        sell 8 A 1@80 fok           | accepted; 8 takes 1@80 from 3
        buy  9 D 5@88               | accepted; rests 5
        band 100 120                |
        sell 10 A 1@88              | accepted; 10 leaves with 1 beyond_the_band
        buy 11 A 1@110 fok          | order_cannot_be_filled_whole
        sell 12 C 1@110             | accepted; rests 1
        buy 13 A 1@110 fok          | accepted; 6 leaves with 9 beyond_the_band; 13 takes 1@110 from 12
    )");
}

TEST(book_features, self_trade_prevention) {
    play(R"(
        sell 1 A 5@100 of=A         | accepted; rests 5
        sell 2 B 5@100 of=B         | accepted; rests 5
        buy  3 C 9@100 of=A newest  | accepted; 3 leaves with 9 self_trade_newest
        buy  4 C 7@100 of=A oldest  | accepted; 1 leaves with 5 self_trade_oldest; 4 takes 5@100 from 2; rests 2
        sell 5 D 5@100 of=A both    | accepted; 4 leaves with 2 self_trade_both; 5 leaves with 5 self_trade_both
        sell 6 A 5@100              | accepted; rests 5
        buy  7 A 3@100 decrement    | accepted; 7 and 6 lose 3
        buy  8 A 3@100 decrement    | accepted; 8 and 6 lose 2; rests 1
        sell 9 A 4@100 show=2 post  | order_would_take_liquidity
        cancel 8 A                  | 8 leaves with 1 by_request
        sell 9 A 4@100 show=2       | accepted; rests 2 of 4
        buy 10 A 3@100 decrement    | accepted; 10 and 9 lose 2; 9 shows 2; 10 and 9 lose 1
    )");
}

TEST(book_features, reduce_only) {
    play(R"(
        sell 1 A 5@100 reduce       | order_would_not_reduce
        position A 4                | 
        sell 2 A 5@100 reduce       | accepted; 2 loses 1 beyond_the_position, 4 left; rests 4
        sell 3 A 3@101 reduce       | accepted; rests 3
        buy  4 B 3@100              | accepted; 4 takes 3@100 from 2
        buy  5 B 9@101              | accepted; 5 takes 1@100 from 2; 3 leaves with 3 would_not_reduce; rests 8
        sell 6 B 5@101 reduce       | accepted; 6 loses 1 beyond_the_position, 4 left; 6 leaves with 4 self_trade_newest
        sell 7 C 5@101              | accepted; 7 takes 5@101 from 5
        position A -2               | 
        buy  8 A 9@99 reduce show=1 | accepted; 8 loses 7 beyond_the_position, 2 left; rests 1 of 2
        position A -1               | 
        sell 9 D 9@99               | accepted; 9 takes 3@101 from 5; 8 loses 1 beyond_the_position, 1 left; 9 takes 1@99 from 8; rests 5
    )");
}

TEST(book_features, reduce_only_orders_leave_with_their_position) {
    play(R"(
        position A 4                |
        sell 1 A 4@110 reduce       | accepted; rests 4
        sell 2 A 4@mkt stop=90 reduce   | accepted
        sell 3 A 4@111              | accepted; rests 4
        sell 4 A 3@120 reduce       | accepted; rests 3
        buy  5 B 3@110              | accepted; 5 takes 3@110 from 1
        buy  6 B 2@110              | accepted; 6 takes 1@110 from 1; rests 1; 2 leaves with 4 would_not_reduce; 4 leaves with 3 would_not_reduce
        position C -5               |
        buy  7 C 5@100 reduce       | accepted; rests 5
        position C -1               |
        position C 1                | 7 leaves with 5 would_not_reduce
        buy  8 B 4@111              | accepted; 8 takes 4@111 from 3
    )");
}

TEST(book_features, stops_wait_for_a_trade) {
    play(R"(
        sell 1 A 5@mkt stop=95      | accepted
        sell 2 A 5@94 stop=96       | accepted
        buy  3 B 3@97               | accepted; rests 3
        buy  4 B 3@96               | accepted; rests 3
        buy  5 B 20@93              | accepted; rests 20
        sell 6 C 4@90               | accepted; 6 takes 3@97 from 3; 6 takes 1@96 from 4; 2 triggers at 96; 2 takes 2@96 from 4; rests 3
        cancel 1 A                  | 1 leaves with 5 by_request
        sell 7 C 1@mkt stop=96      | accepted; 7 triggers at 96; 7 takes 1@93 from 5
        amend 2 A qty=1             | 2 leaves with 3 amended_to_no_more_than_filled
    )");
}

TEST(book_features, stops_set_off_stops_in_order_of_trigger_then_time) {
    play(R"(
        buy  1 A 1@100              | accepted; rests 1
        buy  2 A 1@99               | accepted; rests 1
        buy  3 A 1@98               | accepted; rests 1
        buy  4 A 9@90               | accepted; rests 9
        sell 5 B 1@mkt stop=99      | accepted
        sell 6 C 1@mkt stop=100     | accepted
        sell 7 D 1@mkt stop=100     | accepted
        sell 8 E 1@mkt stop=98      | accepted
        sell 9 F 1@100              | accepted; 9 takes 1@100 from 1; 6 triggers at 100; 7 triggers at 100; 6 takes 1@99 from 2; 5 triggers at 99; 7 takes 1@98 from 3; 8 triggers at 98; 5 takes 1@90 from 4; 8 takes 1@90 from 4
    )");
}

TEST(book_features, at_most_so_many_triggered_orders_enter_after_one_command) {
    book_limits limits;
    limits.triggers_max = 1;
    play(R"(
        buy  1 A 9@100              | accepted; rests 9
        sell 2 B 1@mkt stop=100     | accepted
        sell 3 C 1@mkt stop=100     | accepted
        sell 4 D 1@mkt stop=100     | accepted
        sell 5 E 1@100              | accepted; 5 takes 1@100 from 1; 2 triggers at 100; 3 triggers at 100; 4 triggers at 100; 2 takes 1@100 from 1
        amend 4 D qty=2             | order_has_triggered; 3 takes 1@100 from 1
        suspend                     | 
        cancel 9 A                  | order_is_not_open
        cancel 4 D                  | 4 leaves with 1 by_request
    )",
         limits);
}

TEST(book_features, trailing_stops_follow) {
    play(R"(
        sell 1 A 1@mkt trail=3      | trailing_order_has_no_price_to_follow
        sell 1 A 1@mkt trail=3 mark | trailing_order_has_no_price_to_follow
        mark 100                    | 
        sell 1 A 1@mkt trail=3 mark | accepted
        buy  2 B 1@mkt trailppm=20000 mark | accepted
        mark 101                    | 
        mark 102                    | 2 triggers at 102; 2 leaves with 1 nothing_left_to_match
        mark 100                    | 
        mark 99                     | 1 triggers at 99; 1 leaves with 1 nothing_left_to_match
        buy  3 B 1@mkt trail=2 mark | accepted
        amend 3 B stop=5            | trigger_cannot_be_set
        mark 95                     | 
        mark 96                     | 
        mark 97                     | 3 triggers at 97; 3 leaves with 1 nothing_left_to_match
    )");
}

TEST(book_features, good_til_date) {
    play(R"(
        time 10                     | 
        buy 1 A 1@100 until=10      | time_is_in_the_past
        buy 1 A 1@100 until=13      | accepted; rests 1
        buy 2 A 1@100 until=12      | accepted; rests 1
        buy 3 A 1@100 until=13      | accepted; rests 1
        sell 4 A 1@mkt stop=50 until=12 | accepted
        buy 5 A 1@100               | accepted; rests 1
        time 11                     | 
        time 13                     | 2 leaves with 1 expired; 4 leaves with 1 expired; 1 leaves with 1 expired; 3 leaves with 1 expired
        time 12                     | time_is_in_the_past
    )");
}

TEST(book_features, mass_cancel_and_suspension) {
    play(R"(
        sell 1 A 1@105              | accepted; rests 1
        buy  2 A 1@100              | accepted; rests 1
        buy  3 B 1@100              | accepted; rests 1
        buy  4 A 1@101              | accepted; rests 1
        buy  5 A 1@mkt stop=110     | accepted
        suspend                     | 
        buy  6 A 1@101              | book_is_suspended
        amend 4 A qty=5             | book_is_suspended
        mark 120                    | 
        cancel_all A sell           | 1 leaves with 1 by_mass_cancel
        cancel_all A                | 2 leaves with 1 by_mass_cancel; 4 leaves with 1 by_mass_cancel; 5 leaves with 1 by_mass_cancel
        cancel 3 A                  | order_belongs_to_another_account
        resume                      | 
        buy 7 A 1@mkt stop=110 mark | accepted; 7 triggers at 120; 7 leaves with 1 nothing_left_to_match
    )");
}

TEST(book_features, an_order_that_meets_too_many_is_cut) {
    book_limits limits;
    limits.matches_max = 3;
    play(R"(
        sell 1 A 90@100 show=1      | accepted; rests 1 of 90
        buy  2 B 50@100 fok         | order_cannot_be_filled_whole
        buy  2 B 50@100             | accepted; 2 takes 1@100 from 1; 1 shows 1; 2 takes 1@100 from 1; 1 shows 1; 2 takes 1@100 from 1; 1 shows 1; 2 leaves with 47 matched_too_often
        buy  3 B 3@100 fok          | accepted; 3 takes 1@100 from 1; 1 shows 1; 3 takes 1@100 from 1; 1 shows 1; 3 takes 1@100 from 1; 1 shows 1
    )",
         limits);
}

}  // namespace
}  // namespace lockstep
