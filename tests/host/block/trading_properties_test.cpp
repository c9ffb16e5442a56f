// What must hold of trading whatever is traded: while marks stand still nobody comes to owe more
// than he has, however his orders follow one another.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "host/block/engine.h"
#include "host/log/names.h"
#include "margin/ledger/payments.h"
#include "tests/host/block/reckless_crowd.h"

namespace lockstep {
namespace {

constexpr std::int64_t unit = nanos_per_unit;

/// Equity at the marks as they stand, what sold options would cost to buy back taken off.
int128 equity_now(engine_state const& s, std::uint32_t account) {
    int128 sum = s.accounts[account].cash.nanos;
    for (position_row const& p : s.positions) {
        if (p.account.value != account) continue;
        listing_row const& l = s.listings[p.instrument.value];
        position_check const check = check_position(l, s.tiers_of(l), p);
        sum += check.unrealised - check.owed;
    }
    return sum;
}

/// What trading may leave of it: nothing, but for nanos that fills round away; less where that is
/// owed already, and where orders that only reduce have set aside more for fees than there is.
int128 least_after(engine_state const& s, std::uint32_t account) {
    constexpr int128 rounded = 1'000;
    int128 const equity = equity_now(s, account);
    int128 fees = 0;
    for (open_order_row const& order : s.open_orders.rows())
        if (order.left.size > 0 && order.account.value == account && s.only_reduces(order))
            fees += order.left.fee.nanos;
    return std::min<int128>(equity, 0) - (equity < fees ? fees : 0) - rounded;
}

std::string commands_of(block const& b, big_vector<receipt_row> const& receipts,
                        std::uint32_t who) {
    std::string text;
    for (std::size_t i = 0; i < receipts.size(); ++i) {
        transaction_row const& t = b.commands[i];
        bool const mine = t.account == who || t.counterparty == who;
        text += fmt::format(
            "{}{} {} book {} side {} type {} flags {} amount {} price {} trigger {}: {} filled "
            "{}\n",
            mine ? "* " : "  ", t.account, name_of(t.kind), t.instrument, static_cast<int>(t.side),
            static_cast<int>(t.type), t.flags, static_cast<double>(t.amount) / 1e9,
            static_cast<double>(t.price) / 1e9, static_cast<double>(t.trigger) / 1e9,
            name_of(receipts[i].status), static_cast<double>(receipts[i].value) / 1e9);
    }
    return text;
}

TEST(trading_properties, nobody_comes_to_owe_by_trading) {
    std::size_t fills = 0, poor = 0;
    for (std::uint64_t seed = 1'001; seed <= 1'400; ++seed) {
        test::reckless_crowd crowd(seed);
        engine ledger({.executor = executor_kind::serial, .check = true});
        ledger.run(crowd.found());
        for (int step = 0; step < 80; ++step) {
            std::vector<int128> least;
            for (std::uint32_t a = 0; a < crowd.accounts; ++a)
                least.push_back(least_after(ledger.state(), a));
            block const trades = crowd.next_trades(ledger.state());
            auto const receipts = ledger.run(trades);
            for (receipt_row const& r : receipts) fills += r.fills;
            for (std::uint32_t a = crowd.first_reckless; a < crowd.accounts; ++a) {
                int128 const now = equity_now(ledger.state(), a);
                poor += now < 5 * unit;
                ASSERT_GE(now, least[a])
                    << "seed " << seed << ", step " << step << ", account " << a << "\n"
                    << commands_of(trades, receipts, a);
            }
            ledger.run(crowd.next_marks(ledger.state()));
        }
    }
    EXPECT_GT(fills, 10'000u);
    EXPECT_GT(poor, 300u) << "accounts with next to nothing left test more";
}

}  // namespace
}  // namespace lockstep
