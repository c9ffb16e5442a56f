// A takeover or a deleveraging takes what is left of a position when its turn comes, not what was
// there when it was admitted: nobody who has closed in between is turned over, and what was set
// aside for the rest goes back.
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "host/block/engine.h"
#include "host/block/liquidator.h"
#include "tests/host/block/ledger_script.h"
#include "tests/workload/falling_market.h"

namespace lockstep {
namespace {

/// A is long 10 X at 100 with 60 of cash, B is short; nobody pays fees. Initial margin 5 %,
/// maintenance 2.5 %. V is the backstop. After the fall A has 10 of 23.75: what is left of it goes
/// with the position, at 94. B may be asked for it at that price as well.
std::string const fallen = R"(
    asset      USD                      applied
    account    A  1 USD                 applied
    account    B  2 USD                 applied
    account    C  3 USD                 applied
    account    V  4 USD                 applied
    deposit    A  60                    applied
    deposit    B  1000                  applied
    deposit    C  1000                  applied
    deposit    V  1000                  applied
    backstop   V                        applied
    instrument X USD perpetual tick=0.01 lot=0.1 initial=50000 maintenance=25000 maker=0 taker=0 band=300000 applied
    mark       X 100                    applied
    block      20
    place  B X sell 10 100              applied
    place  A X buy 10 100               applied
    block      30
    mark   X 95                         applied
    block  40
)";

TEST(still_to_close_table, who_has_closed_all_is_not_taken_over) {
    EXPECT_EQ("", run_ledger_script(fallen + R"(
    place  C X buy 10 95                applied
    place  A X sell 10 95 reduce_only   applied
    take_over A V X sell 10 94 #t       order_would_not_reduce
    block  50
    = #t   filled 0 fills 0 reserved 0
    = A X  size 0 open_sell 0
    = A    orders 0 reserved 0
    = V X  size 0 open_buy 0
    = V    cash 1000 orders 0 reserved 0 requirement 0
    session X                           applied
    block  60
    = A    cash 10
)"));
}

// What V set aside for 10 at 95 was 47.5; of the 6 that it takes the margin is 28.5, less the gain.
TEST(still_to_close_table, who_has_closed_a_part_is_taken_over_for_the_rest) {
    EXPECT_EQ("", run_ledger_script(fallen + R"(
    place  C X buy 4 95                 applied
    place  A X sell 4 95 reduce_only    applied
    take_over A V X sell 10 94 #t       applied
    = #t   filled 6 fills 1
    block  50
    = A X  size 0 open_sell 0
    = A    orders 0 reserved 0
    = V X  size 6 cost 564 open_buy 0
    = V    orders 0 reserved 0 requirement 22.5 unrealised 6
    = X    open_interest 10
    session X                           applied
    block  60
    = A    cash 4
    = V    cash 1006
)"));
}

TEST(still_to_close_table, no_position_is_taken_over_twice) {
    EXPECT_EQ("", run_ledger_script(fallen + R"(
    take_over A V X sell 6 94 #a        applied
    take_over A V X sell 6 94 #b        applied
    take_over A V X sell 6 94           order_would_not_reduce
    = #a   filled 6
    = #b   filled 4
    block  50
    = A X  size 0 open_sell 0
    = V X  size 10 cost 940 open_buy 0
    = V    orders 0 reserved 0
)"));
}

// An order at rest from before could turn the position. At 84.5 A has 156 - 155, and the order had
// set aside 57.6: it has gone with the mark.
TEST(still_to_close_table, nobody_has_an_order_left_that_turns_it_round) {
    EXPECT_EQ("", run_ledger_script(fallen + R"(
    deposit A 96                        applied
    block  50
    place  A X sell 12 96               applied
    mark   X 84.5                       applied
    block  60
    = A    flags 6 cash 156 orders 0 reserved 0
    place  C X buy 12 96                applied
    take_over A V X sell 10 84.4        applied
    = A X  size 0
    = V X  size 10 open_buy 0
)"));
}

TEST(still_to_close_table, who_has_closed_is_not_deleveraged) {
    EXPECT_EQ("", run_ledger_script(fallen + R"(
    place  C X sell 10 95               applied
    place  B X buy 10 95 reduce_only    applied
    deleverage A B X sell 10 94         counterparty_holds_no_such_position
    = A X  size 10 open_sell 0
    = A    orders 0 reserved 0
    = B X  size 0 open_buy 0
    = B    orders 0 reserved 0
    = C X  size -10
)"));
}

TEST(still_to_close_table, who_has_closed_a_part_is_deleveraged_for_the_rest) {
    EXPECT_EQ("", run_ledger_script(fallen + R"(
    place  C X sell 7 95                applied
    place  B X buy 7 95 reduce_only     applied
    deleverage A B X sell 10 94 #d      applied
    = #d   filled 3 fills 1
    block  50
    = A X  size 7 open_sell 0
    = B X  size 0 open_buy 0
    = C X  size -7
    = A    orders 0 reserved 0
    = B    orders 0 reserved 0
)"));
}

int sign(std::int64_t x) { return (x > 0) - (x < 0); }

// Every holder whose position is about to go sells a part of it, or all, in the same block.
TEST(still_to_close, turns_nobody_over_in_random_markets) {
    std::size_t cut = 0, refused = 0, whole = 0;
    for (std::uint64_t seed = 3; seed < 9; ++seed) {
        engine ledger({.check = true});
        liquidator desk;
        std::uint64_t ids = 0;
        for (block b : workload::falling_market({.seed = seed, .jumps = seed % 2 == 0})) {
            engine_state const& s = ledger.state();
            std::vector<position_row> const before(s.positions.begin(), s.positions.end());
            std::vector<transaction_row> const words = desk.commands(s, b.commands);
            auto& commands = b.commands.edit();
            std::map<std::uint32_t, bool> goes;  // accounts whose positions do
            for (transaction_row const& word : words) {
                if (word.kind != transaction_kind::take_over &&
                    word.kind != transaction_kind::deleverage)
                    continue;
                goes[word.account] = true;
                listing_row const& l = s.listings[word.instrument];
                transaction_row own{};
                own.id = {.low = ++ids, .high = 91};
                own.kind = transaction_kind::place_order;
                own.account = word.account;
                own.instrument = word.instrument;
                own.side = word.side;
                own.flags = transaction_flag::reduce_only;
                own.force = time_in_force::immediate_or_cancel;
                own.price = own.side == order_side::sell ? tick_above(l, l.mark.nanos)
                                                         : tick_below(l, l.mark.nanos);
                own.amount = ids % 3 == 0 ? word.amount : word.amount / 2;
                own.amount += l.lot.nanos - 1;
                own.amount -= own.amount % l.lot.nanos;
                commands.push_back(own);
            }
            commands.insert(commands.end(), words.begin(), words.end());
            auto const& receipts = ledger.run(b);
            for (std::size_t i = 0; i < receipts.size(); ++i) {
                transaction_row const& t = b.commands[i];
                if (t.kind != transaction_kind::take_over && t.kind != transaction_kind::deleverage)
                    continue;
                bool const done = receipts[i].status == apply_status::applied;
                EXPECT_EQ(receipts[i].value > 0, done);
                (!done ? refused : receipts[i].value < t.amount ? cut : whole) += 1;
            }
            for (std::size_t i = 0; i < before.size(); ++i) {
                std::int64_t const was = before[i].size.nanos, is = s.positions[i].size.nanos;
                if (!goes.contains(before[i].account.value)) continue;
                EXPECT_TRUE(is == 0 || sign(is) == sign(was))
                    << "account " << before[i].account.value << ": " << was << " -> " << is;
            }
            desk.look_at(ledger.state(), ledger.dirty());
        }
    }
    EXPECT_GT(cut, 20u);
    EXPECT_GT(refused, 10u);
    EXPECT_GT(whole, 20u);
}

}  // namespace
}  // namespace lockstep
