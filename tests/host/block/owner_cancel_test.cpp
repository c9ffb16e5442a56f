// A mass cancel for all accounts of an owner does what one for each of them would do.
#include <gtest/gtest.h>

#include <cstring>

#include "host/block/engine.h"
#include "tests/workload/generated.h"

namespace lockstep {
namespace {

bool means_an_owner(transaction_row const& t) {
    return t.kind == transaction_kind::mass_cancel &&
           (t.flags & transaction_flag::whole_owner) != 0;
}

/// The block with each such command replaced by one for each account; `others` are the places of
/// the commands that are in both.
block one_by_one(block const& b, std::vector<account_row> const& accounts,
                 std::vector<std::size_t>& others) {
    block plain{.time = b.time, .commands = {}};
    for (transaction_row t : b.commands) {
        others.push_back(plain.commands.size());
        if (!means_an_owner(t)) {
            plain.commands.edit().push_back(t);
            continue;
        }
        others.back() = SIZE_MAX;
        t.flags &= static_cast<std::uint16_t>(~transaction_flag::whole_owner);
        std::uint32_t const owner = accounts.at(t.account).owner;
        for (account_row const& a : accounts) {
            if (a.owner != owner) continue;
            t.account = a.number;
            t.id.high += 1'000;
            plain.commands.edit().push_back(t);
        }
    }
    return plain;
}

void expect_same_accounts(engine const& a, engine const& b) {
    ASSERT_EQ(a.state().accounts.size(), b.state().accounts.size());
    for (std::size_t i = 0; i < a.state().accounts.size(); ++i) {
        account_row one = a.state().accounts[i];
        account_row other = b.state().accounts[i];
        one.sequence = other.sequence = 0;
        ASSERT_EQ(0, std::memcmp(&one, &other, sizeof one)) << "account " << i;
    }
}

TEST(owner_cancel, is_a_mass_cancel_for_each_account_of_the_owner) {
    std::size_t cancels = 0, cancelled = 0;
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
        transaction_plan plan = workload::crowded(seed, 40);
        plan.mix = mix_of("order=40,combo=4,cancel=2,mass_cancel=3,account=1,mark=1");
        plan.bad = plan.repeats = 0;
        engine owners({.executor = executor_kind::automatic, .threads = 2, .check = true});
        engine accounts({.check = true});
        for (block const& b : workload::blocks_of(plan)) {
            auto const receipts = owners.run(b);
            auto const& rows = owners.state().accounts;
            std::vector<std::size_t> others;
            auto const& expected = accounts.run(one_by_one(b, {rows.begin(), rows.end()}, others));
            for (std::size_t i = 0; i < b.commands.size(); ++i) {
                if (others[i] == SIZE_MAX) {
                    EXPECT_EQ(receipts[i].status, apply_status::applied);
                    ++cancels;
                    continue;
                }
                receipt_row const& twin = expected[others[i]];
                EXPECT_EQ(receipts[i].status, twin.status);
                EXPECT_EQ(receipts[i].value, twin.value);
                EXPECT_EQ(receipts[i].fills, twin.fills);
                cancelled += receipts[i].status == apply_status::order_is_not_open;
            }
            ASSERT_NO_FATAL_FAILURE(expect_same_accounts(owners, accounts));
        }
    }
    EXPECT_GT(cancels, 100u);
    EXPECT_GT(cancelled, 10u);
}

}  // namespace
}  // namespace lockstep
