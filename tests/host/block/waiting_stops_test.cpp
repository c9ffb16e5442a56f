// Stops that are triggered enter their book 64 at a time; the others wait in line. They may not
// trade where nobody else may: from the expiry on, while trade is suspended, at the end of a
// block. And when they come to rest, the ledger knows in which order they stand.
#include <gtest/gtest.h>

#include <string>

#include "host/block/engine.h"
#include "tests/host/block/ledger_script.h"

namespace lockstep {
namespace {

std::string times(int n, std::string const& line) {
    std::string lines;
    while (n-- > 0) lines += line + '\n';
    return lines;
}

/// X at 100, without fees; D holds 10 and bids for one more; A offers 200 at 110, B has 70 stops to
/// buy, which the trade of C at 110 triggers: 64 enter, 6 wait.
std::string const six_wait = R"(
    asset      USD                      applied
    account    A 1 USD                  applied
    account    B 2 USD                  applied
    account    C 3 USD                  applied
    account    D 4 USD                  applied
    deposit    A 100000                 applied
    deposit    B 100000                 applied
    deposit    C 100000                 applied
    deposit    D 1000                   applied
    instrument X USD %KIND% tick=1 lot=1 initial=50000 maintenance=25000 band=500000 applied
    mark       X 100                    applied
    block      20
    trade      D A X buy 10 110 consent applied
    place      D X buy 1 60             applied
    place      A X sell 200 110         applied
)" + times(70, "place B X buy 1 120 stop trigger=101 applied") +
                             "place C X buy 1 110 applied\n";

std::string on(std::string const& kind) {
    std::string script = six_wait;
    return script.replace(script.find("%KIND%"), 6, kind);
}

TEST(waiting_stops, do_not_trade_what_has_expired) {
    EXPECT_EQ("", run_ledger_script(on("future until=30") + R"(
    block  30
    deposit A 1                         applied
    = B X  size 64 open_buy 6
    block  40
    expiry X 110                        applied
    = X    open_interest 0
    = A X  size 0 open_sell 0
    = B X  size 0 open_buy 0
    = A    cash 100001 reserved 0 orders 0 positions 0  // all sold and settled at 110
    = B    cash 100000 reserved 0 orders 0 positions 0
    block  50
    deposit A 1                         applied
    resume X                            applied         // which does not bring it back
    block  60
    place  A X sell 1 110               instrument_has_expired
    = A X  size 0
    = B X  size 0
)"));
}

TEST(waiting_stops, wait_on_while_trade_is_suspended) {
    EXPECT_EQ("", run_ledger_script(on("perpetual") + R"(
    suspend X                           applied
    = B X  size 64 open_buy 6
    block  30
    cancel_all C                        applied
    deposit A 1                         applied
    = B X  size 64 open_buy 6
    resume X                            applied
    = B X  size 64 open_buy 6           // from the next block on
    block  40
    deposit A 1                         applied
    = B X  size 70 open_buy 0
    = A X  size -81 open_sell 129
)"));
}

/// The funding takes all that D has.
TEST(waiting_stops, do_not_enter_when_orders_are_cancelled_for_a_loss) {
    EXPECT_EQ("", run_ledger_script(on("perpetual") + R"(
    funding X 1                         applied         // longs pay a notional of 100 a contract
    = D     orders 0 reserved 0
    = B X   size 64 open_buy 6
    block   30
    deposit C 1                         applied
    = B X   size 70 open_buy 0
)"));
}

/// B sells all that it holds in a block trade while its stop, which may only reduce, waits behind
/// 69 of E's: there is nothing left that it could reduce when it enters.
TEST(waiting_stops, do_not_enter_between_the_sides_of_a_trade) {
    EXPECT_EQ("", run_ledger_script(R"(
    asset      USD                      applied
    account    A 1 USD                  applied
    account    B 2 USD                  applied
    account    C 3 USD                  applied
    account    D 4 USD                  applied
    account    E 5 USD                  applied
    deposit    A 100000                 applied
    deposit    B 100000                 applied
    deposit    C 100000                 applied
    deposit    D 100000                 applied
    deposit    E 100000                 applied
    instrument X USD perpetual tick=1 lot=1 initial=50000 maintenance=25000 band=500000 applied
    mark       X 100                    applied
    block      20
    trade      B A X buy 10 100 consent applied
    block      30
    place      A X buy 200 90           applied
)" + times(69, "place E X sell 1 80 stop trigger=95 applied") +
                                    R"(
    place      B X sell 1 80 stop trigger=95 reduce_only applied
    place      C X sell 1 90            applied    // 64 stops enter, 5 of E's wait, and B's
    trade      D B X buy 10 100 consent applied
    = E X      size -69
    = B X      size 0 open_sell 0
    = B        orders 0
    = D X      size 10
)"));
}

transaction_row command(transaction_kind kind, std::uint32_t account = 0) {
    static std::uint64_t ids = 0;
    transaction_row t{};
    t.id = {++ids, 0};
    t.kind = kind;
    t.account = account;
    return t;
}

transaction_row order(std::uint32_t account, order_side side, std::int64_t units,
                      std::int64_t price) {
    transaction_row t = command(transaction_kind::place_order, account);
    t.side = side;
    t.amount = units * nanos_per_unit;
    t.price = price * nanos_per_unit;
    return t;
}

/// The bids, all at one price, have rising places in the order in which the book would fill them.
void expect_one_queue(engine_state const& state, std::size_t most) {
    book_rows const rows = state.books[0]->export_rows();
    std::uint64_t place = 0;
    std::size_t resting = 0;
    for (order_row const& r : rows.orders) {
        if (r.state != order_state::resting || r.side != order_side::buy) continue;
        open_order_row const& o = state.open_orders[state.outcomes[r.order - 1].row];
        EXPECT_LT(place, o.queued) << "order " << r.order << " in block " << state.blocks;
        place = o.queued;
        ++resting;
    }
    EXPECT_EQ(resting, most);
}

TEST(waiting_stops, take_their_places_one_behind_the_other) {
    engine e({.check = true});
    block b{.time = 1, .commands = {}};
    auto const say = [&](transaction_row const& t) { b.commands.edit().push_back(t); };
    auto const run = [&](std::size_t resting) {
        for (receipt_row const& r : e.run(b)) EXPECT_EQ(r.status, apply_status::applied);
        expect_one_queue(e.state(), resting);
        b.commands.clear();
        ++b.time;
    };
    transaction_row t = command(transaction_kind::create_asset);
    t.target = {'U', 0};
    say(t);
    for (std::uint32_t account = 0; account < 4; ++account) {
        t = command(transaction_kind::create_account);
        t.counterparty = account < 2 ? account + 1 : 3;
        say(t);
        t = command(transaction_kind::deposit, account);
        t.amount = 100'000 * nanos_per_unit;
        say(t);
    }
    t = command(transaction_kind::create_instrument);
    t.contract = static_cast<std::uint8_t>(instrument_kind::perpetual);
    t.amount = t.price = nanos_per_unit;
    t.aux[0] = 500 | 250 << 16;
    t.user_data = 500'000;
    say(t);
    t = command(transaction_kind::mark_update);
    t.price = 100 * nanos_per_unit;
    say(t);
    run(0);

    // 400 of them come to rest at 90: 64 with the trade that triggers them, then 64 a command of
    // the book. Time is one, also where a block has no other, and a mass cancel is one for each of
    // the owner's accounts.
    for (std::uint32_t const account : {2, 3}) say(order(account, order_side::sell, 1, 140));
    for (int i = 0; i < 400; ++i) {
        t = order(1, order_side::buy, 1, 90);
        t.type = order_type::stop_limit;
        t.trigger = 101 * nanos_per_unit;
        say(t);
    }
    say(order(0, order_side::sell, 1, 110));
    say(order(2, order_side::buy, 1, 110));
    run(64);
    run(128);
    run(192);
    t = command(transaction_kind::mass_cancel, 2);
    t.flags = transaction_flag::whole_owner;
    say(t);
    run(384);
    run(400);
}

}  // namespace
}  // namespace lockstep
