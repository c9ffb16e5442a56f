// What a board and an explanation say is what they would after a check of everything, and they do
// not ask for one.
#include "host/watch/board.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <random>

#include "host/watch/explain.h"
#include "tests/host/watch/calm_market.h"
#include "tests/host/watch/from_nothing.h"
#include "tests/host/watch/small_exchange.h"

namespace lockstep {
namespace {

constexpr calm_market calm{"calm", 0.1, 0.003, 0.1, 0.002};

struct watched_exchange {
    explicit watched_exchange(small_exchange const& world)
        : watch(world.listed, world.held, test_preset(), {.stale_after_ns = ns_per_day}, *device) {
        std::mt19937_64 random(3);
        for (std::uint32_t p = 0; p < watch.pools().size(); ++p)
            bring_near_an_edge(watch, p, random);
    }
    std::string board(std::size_t most) {
        history.add({watch.market_now().now(), watch.count(), 1});
        return board_json(facts_of(watch, statistics, history, most));
    }
    std::unique_ptr<backend> device = make_backend({backend_kind::cpu, 2, ""});
    watcher watch;
    watch_statistics statistics;
    board_history history;
};

class board_of : public testing::TestWithParam<std::size_t> {};

TEST_P(board_of, so_many_says_what_it_says_once_everything_was_checked) {
    small_exchange const world(150);
    watched_exchange asked(world), checked(world);
    market now = world.listed;
    std::mt19937_64 random(8);
    for (int i = 0; i < 25; ++i) {
        tick const t = calm_tick(now, calm, random);
        asked.watch.apply(t);
        checked.watch.apply(t);
        ASSERT_TRUE(checked.watch.check_all().changes.empty());
        ASSERT_EQ(asked.board(GetParam()), checked.board(GetParam())) << "after " << i;
        ASSERT_EQ(worst_json(asked.watch, GetParam(), false),
                  worst_json(checked.watch, GetParam(), false));
        account_id const account{static_cast<std::uint32_t>(random() % 150)};
        ASSERT_EQ(explain(asked.watch, account), explain(checked.watch, account));
    }
    EXPECT_EQ(asked.watch.digest(), checked.watch.digest());
}

INSTANTIATE_TEST_SUITE_P(the_worst, board_of, testing::Values(0, 1, 15, 60, 1000));

/// By set, where it is not what the rule says of it now.
std::vector<std::uint8_t> sets_behind(watcher const& watch) {
    std::vector<check_row> const now = margined_from_nothing(watch, 0);
    std::vector<std::uint8_t> behind;
    for (std::size_t s = 0; s < now.size(); ++s)
        behind.push_back(std::memcmp(&now[s], &watch.checks()[s], sizeof now[s]) != 0);
    return behind;
}

TEST(board, brings_up_those_that_it_shows_and_leaves_the_others) {
    small_exchange const world(600);
    watched_exchange exchange(world);
    watcher& watch = exchange.watch;
    market now = world.listed;
    std::mt19937_64 random(5);
    watch.apply(calm_tick(now, calm, random));
    watch.apply(calm_tick(now, calm, random));
    auto const before = sets_behind(watch);
    std::uint32_t account = 0;  // the first of whom something is behind
    auto const of_pools = [&](std::pair<std::uint32_t, std::uint32_t> pools,
                              std::vector<std::uint8_t> const& behind) {
        std::size_t const first = watch.pools()[pools.first].set_begin;
        std::size_t const last = watch.pools()[pools.second - 1].set_end;
        return std::count(behind.begin() + static_cast<std::ptrdiff_t>(first),
                          behind.begin() + static_cast<std::ptrdiff_t>(last), 1);
    };
    while (of_pools(watch.pools_of({account}), before) == 0) ++account;
    explain(watch, {account});
    auto const explained = sets_behind(watch);
    EXPECT_EQ(of_pools(watch.pools_of({account}), explained), 0);
    EXPECT_EQ(
        std::count(explained.begin(), explained.end(), 1),
        std::count(before.begin(), before.end(), 1) - of_pools(watch.pools_of({account}), before))
        << "of others nothing was asked";

    ASSERT_GT(watch.count().by_band[static_cast<std::size_t>(band::within_1)] +
                  watch.count().by_band[static_cast<std::size_t>(band::breached)],
              15u);
    exchange.board(15);
    auto const shown = sets_behind(watch);
    for (std::uint32_t const p : watch.worst(15)) EXPECT_EQ(of_pools({p, p + 1}, shown), 0);
    EXPECT_GT(std::count(shown.begin(), shown.end(), 1), 0) << "who is far from any edge";
}

}  // namespace
}  // namespace lockstep
