// Assignment against a slow count: random holdings and notices, everybody's size and cash worked
// out anew by going round the shorts a lot at a time.
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <optional>
#include <vector>

#include "host/block/engine.h"
#include "pricing/base/money.h"

namespace lockstep {
namespace {

constexpr std::int64_t lot = nanos_per_unit / 10;
constexpr std::int64_t strike = 100 * nanos_per_unit;
constexpr std::int64_t far_off = 1'000;  // block time

struct dice {
    std::uint64_t state;
    std::uint32_t below(std::uint32_t n) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        return static_cast<std::uint32_t>((state >> 33) % n);
    }
};

/// Lots are handed out one by one: whole shares first, then to whoever is furthest below its due.
std::vector<std::int64_t> dealt(std::vector<std::int64_t> const& shorts, std::int64_t lots) {
    std::int64_t const all = std::accumulate(shorts.begin(), shorts.end(), std::int64_t{0});
    std::vector<std::int64_t> assigned(shorts.size());
    for (std::size_t i = 0; i < shorts.size(); ++i)
        while ((assigned[i] + 1) * all <= shorts[i] * lots) ++assigned[i];
    std::int64_t left = lots - std::accumulate(assigned.begin(), assigned.end(), std::int64_t{0});
    std::vector<char> has_more(shorts.size());
    for (; left > 0; --left) {
        std::size_t neediest = shorts.size();
        for (std::size_t i = 0; i < shorts.size(); ++i) {
            if (has_more[i]) continue;
            auto const lacks = [&](std::size_t k) { return shorts[k] * lots - assigned[k] * all; };
            if (neediest == shorts.size() || lacks(i) > lacks(neediest)) neediest = i;
        }
        has_more[neediest] = true;
        ++assigned[neediest];
    }
    return assigned;
}

class assignment : public ::testing::Test {
  protected:
    std::optional<engine> ledger;
    block next{.time = 1, .commands = {}};
    std::uint64_t ids = 0;

    transaction_row& say(transaction_kind kind) {
        transaction_row& t = next.commands.edit().emplace_back();
        t.kind = kind;
        t.id = {++ids, 1};
        return t;
    }
    void run() {
        for (receipt_row const& r : ledger->run(next)) ASSERT_EQ(apply_status::applied, r.status);
        next.commands.clear();
        next.time += 1;
    }
    void make_exchange(std::uint32_t accounts, std::uint8_t contract) {
        say(transaction_kind::create_asset).target = {'U', 0};
        transaction_row& option = say(transaction_kind::create_instrument);
        option.contract = contract;
        option.trigger = strike;
        option.until = far_off;
        option.price = nanos_per_unit / 100;
        option.amount = lot;
        option.aux[0] = 500 | 250 << 16;
        option.user_data = 300'000;
        say(transaction_kind::mark_update).price = nanos_per_unit;
        for (std::uint32_t a = 0; a < accounts; ++a) {
            say(transaction_kind::create_account).counterparty = a + 1;
            transaction_row& cash = say(transaction_kind::deposit);
            cash.account = a;
            cash.amount = 1'000'000 * nanos_per_unit;
        }
        run();
    }
    void trade(std::uint32_t buyer, std::uint32_t seller, std::int64_t lots) {
        transaction_row& t = say(transaction_kind::block_trade);
        t.account = buyer;
        t.counterparty = seller;
        t.amount = lots * lot;
        t.price = nanos_per_unit;
        t.flags = transaction_flag::consent_first | transaction_flag::consent_second;
    }
    std::int64_t lots_of(std::uint32_t account) const {
        std::uint32_t const row = ledger->state().find_position(account, 0);
        return row == hash_index::absent ? 0 : ledger->state().positions[row].size.nanos / lot;
    }
    std::int64_t cash_of(std::uint32_t account) const {
        return ledger->state().accounts[account].cash.nanos;
    }
};

/// max(±(S - K), 0) a contract, in coins where inverse; up where it is paid, else down.
std::int64_t payoff(std::uint8_t contract, std::int64_t lots, std::int64_t at, bool pays) {
    std::int64_t const gain = (contract & 4) != 0 ? strike - at : at - strike;
    __int128 const value = static_cast<__int128>(lots) * lot * (gain > 0 ? gain : 0);
    std::int64_t const by = (contract & 8) != 0 ? at : nanos_per_unit;
    return static_cast<std::int64_t>((value + (pays ? by - 1 : 0)) / by);
}

TEST_F(assignment, is_what_a_slow_count_says) {
    dice d{11};
    constexpr std::uint8_t american = 16, put = 4, inverse = 8;
    for (int round = 0; round < 60; ++round) {
        ledger.emplace(engine_options{.check = true});
        next.time = 1;
        auto const contract = static_cast<std::uint8_t>(american | (d.below(2) != 0 ? put : 0) |
                                                        (d.below(2) != 0 ? inverse : 0));
        std::uint32_t const longs = 1 + d.below(4), shorts = 1 + d.below(7);
        make_exchange(longs + shorts, contract);
        for (std::uint32_t n = 0; n < longs + shorts; ++n)
            trade(d.below(longs), longs + (n < shorts ? n : d.below(shorts)), 1 + d.below(9));
        run();
        std::vector<std::int64_t> held, cash, noticed(longs);
        for (std::uint32_t a = 0; a < longs + shorts; ++a) {
            held.push_back(lots_of(a));
            cash.push_back(cash_of(a));
        }
        for (std::uint32_t a = 0; a < longs; ++a) {
            noticed[a] = d.below(static_cast<std::uint32_t>(held[a]) + 1);
            if (noticed[a] == 0) continue;
            transaction_row& t = say(transaction_kind::exercise);
            t.account = a;
            t.amount = noticed[a] * lot;
        }
        if (next.commands.empty()) continue;
        std::int64_t const at = 70 * nanos_per_unit + d.below(60'000) * 1'000'003ll;
        say(transaction_kind::assign).price = at;
        run();
        bool const pays = (contract & put) != 0 ? at < strike : at > strike;
        std::vector<std::int64_t> sold;
        for (std::uint32_t a = longs; a < longs + shorts; ++a) sold.push_back(-held[a]);
        std::int64_t const lots =
            pays ? std::accumulate(noticed.begin(), noticed.end(), std::int64_t{0}) : 0;
        std::vector<std::int64_t> const assigned = dealt(sold, lots);
        for (std::uint32_t a = 0; a < longs; ++a) {
            std::int64_t const exercised = pays ? noticed[a] : 0;
            EXPECT_EQ(held[a] - exercised, lots_of(a)) << "long " << a << " of round " << round;
            EXPECT_EQ(cash[a] + payoff(contract, exercised, at, false), cash_of(a)) << round;
        }
        for (std::uint32_t s = 0; s < shorts; ++s) {
            EXPECT_EQ(assigned[s] - sold[s], lots_of(longs + s))
                << "short " << s << " of round " << round;
            EXPECT_EQ(cash[longs + s] - payoff(contract, assigned[s], at, true), cash_of(longs + s))
                << round;
        }
    }
}

}  // namespace
}  // namespace lockstep
