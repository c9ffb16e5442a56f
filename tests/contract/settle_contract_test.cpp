// Every backend and thread count posts entries to the rows that plain sums give, however they are
// shared out over accounts.
#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <random>
#include <vector>

#include "kernels/views.h"
#include "margin/ledger/settle.h"
#include "tests/contract/backends.h"

namespace lockstep {
namespace {

constexpr std::uint32_t positions_each = 3;

struct settle_case {
    std::vector<settle_entry> entries;
    std::vector<account_row> accounts;
    std::vector<position_row> positions;
    std::vector<std::int64_t> open_interest;

    void settle(backend& device) {
        device.settle({view_of(std::as_const(entries)), view_of(accounts), view_of(positions),
                       view_of(open_interest)});
    }
};

/// Who an entry is for.
enum class spread { uniform, skewed, one_account, neighbours };

std::uint32_t pick(spread how, std::mt19937_64& random, std::uint32_t accounts) {
    std::uint32_t const any = static_cast<std::uint32_t>(random() % accounts);
    switch (how) {
        case spread::uniform: return any;
        case spread::skewed: return random() % 10 < 9 ? any % 5 * 16 % accounts : any;
        case spread::one_account: return accounts / 2;
        case spread::neighbours: return any % 16;
    }
    return 0;
}

std::int64_t some(std::mt19937_64& random, std::int64_t most) {
    return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(most));
}

/// Sizes are small, so that positions often pass through zero.
settle_entry random_entry(spread how, std::mt19937_64& random, std::uint32_t accounts) {
    settle_entry e{};
    e.account = {pick(how, random, accounts)};
    bool const has_position = random() % 8 != 0;
    e.position = has_position ? e.account.value * positions_each +
                                    static_cast<std::uint32_t>(random() % positions_each)
                              : no_position;
    e.cash.nanos = some(random, 2'000'001) - 1'000'000;
    e.cost.nanos = has_position ? some(random, 2'001) - 1'000 : 0;
    e.release.nanos = some(random, 1'000);
    e.size.nanos = has_position ? some(random, 7) - 3 : 0;
    e.open_buy_released.nanos = has_position ? some(random, 5) : 0;
    e.open_sell_released.nanos = has_position ? some(random, 5) : 0;
    e.orders_closed = static_cast<std::uint32_t>(random() % 2);
    return e;
}

settle_case make_case(spread how, std::size_t entries, std::uint32_t accounts) {
    std::mt19937_64 random(entries * 31 + accounts);
    settle_case c;
    c.accounts.resize(accounts);
    c.positions.resize(std::size_t{accounts} * positions_each);
    for (std::uint32_t a = 0; a < accounts; ++a) {
        account_row& row = c.accounts[a];
        row.number = a;
        row.cash.nanos = std::int64_t{1} << 60;
        row.reserved.nanos = std::int64_t{1} << 50;
        row.open_orders = 1u << 30;
        row.sequence = 1'000 + random() % 100;
        for (std::uint32_t k = 0; k < positions_each; ++k) {
            position_row& p = c.positions[a * positions_each + k];
            p.account = {a};
            p.instrument = {k};
            p.size.nanos = some(random, 5) - 2;
            p.open_buy.nanos = p.open_sell.nanos = std::int64_t{1} << 40;
            row.open_positions += p.size.nanos != 0 ? 1 : 0;
        }
    }
    for (std::size_t i = 0; i < entries; ++i) {
        c.entries.push_back(random_entry(how, random, accounts));
        c.entries.back().sequence = 1'050 + i / 2;
        c.entries.back().ordinal = static_cast<std::uint32_t>(i % 2);
    }
    c.open_interest.assign(entries, -77);
    return c;
}

/// What every row must be, entry after entry by plain sums.
settle_case settled_plainly(settle_case c) {
    for (std::size_t i = 0; i < c.entries.size(); ++i) {
        settle_entry const& e = c.entries[i];
        account_row& a = c.accounts[e.account.value];
        a.cash.nanos += e.cash.nanos;
        a.reserved.nanos -= e.release.nanos;
        a.open_orders -= e.orders_closed;
        a.sequence = std::max(a.sequence, e.sequence);
        c.open_interest[i] = 0;
        if (e.position == no_position) continue;
        position_row& p = c.positions[e.position];
        std::int64_t const size = p.size.nanos + e.size.nanos;
        c.open_interest[i] =
            std::max<std::int64_t>(size, 0) - std::max<std::int64_t>(p.size.nanos, 0);
        if (p.size.nanos == 0 && size != 0) ++a.open_positions;
        if (p.size.nanos != 0 && size == 0) --a.open_positions;
        p.size.nanos = size;
        p.cost.nanos += e.cost.nanos;
        p.open_buy.nanos -= e.open_buy_released.nanos;
        p.open_sell.nanos -= e.open_sell_released.nanos;
        p.sequence = e.sequence;
    }
    return c;
}

template <class Row>
void expect_equal_rows(std::vector<Row> const& got, std::vector<Row> const& expected,
                       char const* table) {
    ASSERT_EQ(got.size(), expected.size());
    for (std::size_t i = 0; i < got.size(); ++i)
        ASSERT_EQ(std::memcmp(&got[i], &expected[i], sizeof(Row)), 0) << table << ", row " << i;
}

void expect_settled(backend& device, spread how, std::size_t entries, std::uint32_t accounts) {
    SCOPED_TRACE(testing::Message() << entries << " entries, " << accounts << " accounts, spread "
                                    << static_cast<int>(how));
    settle_case c = make_case(how, entries, accounts);
    settle_case const expected = settled_plainly(c);
    c.settle(device);
    expect_equal_rows(c.accounts, expected.accounts, "accounts");
    expect_equal_rows(c.positions, expected.positions, "positions");
    expect_equal_rows(c.open_interest, expected.open_interest, "open interest");
}

void expect_contract(backend& device) {
    for (spread const how :
         {spread::uniform, spread::skewed, spread::one_account, spread::neighbours})
        // Both sides of the count at which threads come in, and of a slice of entries.
        for (std::size_t const entries : {0, 1, 2, 4'096, 4'097, 16'384, 16'385, 50'000}) {
            expect_settled(device, how, entries, 100);
            expect_settled(device, how, entries, 5'000);
        }
    expect_settled(device, spread::uniform, 10'000, 1);
    expect_settled(device, spread::uniform, 1'000'000, 70'000);
    expect_settled(device, spread::one_account, 1'000'000, 1'000);
}

class SettleContract : public testing::TestWithParam<int> {};

TEST_P(SettleContract, GivesTheRowsOfPlainSums) {
    expect_contract(*make_backend({backend_kind::cpu, GetParam(), ""}));
}

INSTANTIATE_TEST_SUITE_P(Cpu, SettleContract, testing::Values(1, 2, 4));

TEST(SettleContractGpu, GivesTheRowsOfPlainSums) {
    LOCKSTEP_SKIP_WITHOUT_DEVICE();
    expect_contract(*make_backend({backend_kind::cuda, 0, ""}));
}

}  // namespace
}  // namespace lockstep
