// After every tick the verdicts are those of a check of everything, valued from nothing.
#include "host/watch/watcher.h"

#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <utility>

#include "tests/contract/backends.h"
#include "tests/host/watch/calm_market.h"
#include "tests/host/watch/from_nothing.h"
#include "tests/host/watch/small_exchange.h"

namespace lockstep {
namespace {

TEST(watcher, after_every_tick_it_says_what_a_check_from_nothing_says) {
    small_exchange world(250);
    auto const device = make_backend({backend_kind::cpu, 2, ""});
    watcher watch(world.listed, world.held, test_preset(), {}, *device);
    expect_as_from_nothing(watch);
    random_ticks ticks(world.listed, 7);
    std::size_t changes = 0, part = 0;
    watch_counts seen;
    for (int i = 0; i < 60; ++i) {
        std::vector<pool_verdict> const before(watch.verdicts().begin(), watch.verdicts().end());
        tick_report const report = watch.apply(ticks.next());
        expect_as_from_nothing(watch);
        if (HasFatalFailure()) return;
        part += report.sets_checked > 0 && report.sets_checked < watch.sets().sets.size();
        changes += report.changes.size();
        std::size_t differ = 0;
        for (std::size_t p = 0; p < before.size(); ++p)
            differ += before[p].says != watch.verdicts()[p].says ||
                      before[p].near != watch.verdicts()[p].near;
        ASSERT_EQ(report.changes.size(), differ);
        for (verdict_change const& change : report.changes) {
            ASSERT_EQ(change.was, before[change.pool].says);
            ASSERT_EQ(change.was_near, before[change.pool].near);
        }
        watch_counts const now = watch.count();
        for (std::size_t v = 0; v < verdict_count; ++v) seen.by_verdict[v] += now.by_verdict[v];
        for (std::size_t b = 0; b < band_count; ++b) seen.by_band[b] += now.by_band[b];
        EXPECT_TRUE(watch.check_all().changes.empty());
    }
    EXPECT_GT(changes, 100u);
    EXPECT_GT(part, 20u) << "most ticks reach a part of the sets only";
    for (std::uint64_t const n : seen.by_verdict) EXPECT_GT(n, 0u);
    for (std::uint64_t const n : seen.by_band) EXPECT_GT(n, 0u);
}

/// Much more of a position, or of a large one the other side, in the same lots; gives its pool.
std::uint32_t resized(watcher& watch, std::mt19937_64& random) {
    holding_row const held = watch.holdings()[random() % watch.holdings().size()];
    std::int64_t const size = held.size.nanos;
    bool const large = std::abs(size) > 100'000 * nanos_per_unit;
    tick_report const report = watch.apply(
        position_command{held.account, held.instrument, {large ? -size : 27 * size}, held.entry});
    EXPECT_LT(report.sets_checked, watch.sets().sets.size()) << "not where it stands";
    market const& listed = watch.market_now().listed();
    std::uint32_t pool = watch.pools_of(held.account).first;
    while (!(watch.pools()[pool].asset == listed.instruments[held.instrument.value].settle_asset))
        ++pool;
    return pool;
}

class watcher_near_edges : public testing::TestWithParam<calm_market> {};

TEST_P(watcher_near_edges, a_bound_answers_only_where_the_decision_stands) {
    small_exchange world(600);
    auto const device = make_backend({backend_kind::cpu, 2, ""});
    watcher watch(world.listed, world.held, test_preset(), {.stale_after_ns = ns_per_day}, *device);
    market now = world.listed;
    std::mt19937_64 random(3);
    for (std::uint32_t p = 0; p < watch.pools().size(); ++p) bring_near_an_edge(watch, p, random);
    expect_as_from_nothing(watch);
    std::uint64_t changes = 0, checked = 0, spared = 0, under_water = 0;
    for (int i = 0; i < 120; ++i) {
        tick_report const report = watch.apply(calm_tick(now, GetParam(), random));
        under_water += watch.count().by_verdict[static_cast<std::size_t>(verdict::liquidatable)];
        changes += report.changes.size();
        checked += report.sets_checked;
        spared += watch.sets().sets.size() - report.sets_checked;
        if (i % 3 != 2) continue;
        for (int n = 0; n < 10; ++n) watch.apply(random_position(watch, random));
        if (i % 24 == 5) watch.apply(random_settlement(watch, random));
        for (int n = 0; n < 20; ++n)  // whose amounts are of an earlier tick
            bring_near_an_edge(watch, static_cast<std::uint32_t>(random() % watch.pools().size()),
                               random);
        for (int n = 0; n < 20; ++n) bring_near_an_edge(watch, resized(watch, random), random);
        expect_as_from_nothing(watch);
        if (HasFatalFailure()) return;
    }
    EXPECT_GT(changes, 50u);
    EXPECT_GT(checked, 0u);
    EXPECT_GT(under_water, 1000u);
    EXPECT_GT(spared, 0u) << "although all of them are near an edge";
}

INSTANTIATE_TEST_SUITE_P(markets, watcher_near_edges,
                         testing::Values(calm_market{"a_few_marks", 0.05, 0.003, 0.04, 0.002},
                                         calm_market{"indexes_alone", 0, 0, 1, 0.05},
                                         calm_market{"everything", 1, 0.0003, 0.5, 0.001}),
                         [](auto const& market) { return market.param.name; });

digest128 digest_of_walk(small_exchange const& world, backend_options const& options) {
    auto const device = make_backend(options);
    watcher watch(world.listed, world.held, test_preset(), {}, *device);
    random_ticks ticks(world.listed, 99);
    std::mt19937_64 random(17);
    digest128 all{0, 0};
    for (std::uint64_t i = 0; i < 20; ++i) {
        watch.apply(random_position(watch, random));
        watch.apply(ticks.next());
        all = all + digest_word(i, watch.digest().lo) + digest_word(100 + i, watch.digest().hi);
    }
    return all;
}

TEST(watcher, every_backend_and_thread_count_says_the_same) {
    small_exchange const world(400);
    digest128 const expected = digest_of_walk(world, {backend_kind::cpu, 1, "base"});
    for (backend_options options : cpu_backends()) {
        EXPECT_EQ(digest_of_walk(world, options), expected) << options.isa << options.threads;
        options.lanes = sum_lanes::wide;
        EXPECT_EQ(digest_of_walk(world, options), expected) << options.isa << " wide";
    }
}

TEST(WatcherGpu, says_the_same_as_the_plainest) {
    LOCKSTEP_SKIP_WITHOUT_DEVICE();
    small_exchange const world(400);
    EXPECT_EQ(digest_of_walk(world, {backend_kind::cuda, 0, ""}),
              digest_of_walk(world, {backend_kind::cpu, 1, "base"}));
}

TEST(watcher, an_index_that_no_rule_can_be_made_of_is_no_price) {
    small_exchange world(50);
    auto const device = plainest_backend();
    watcher watch(world.listed, world.held, test_preset(), {}, *device);
    double const known = world.listed.underlyings[0].index;
    for (double const absurd : {1e10, 3e9, 2e-9, 1e-9, 1e300, 0.0, -1.0}) {
        tick_report const report = watch.apply({world.listed.time, {{{0}, absurd}}, {}});
        EXPECT_EQ(report.market.prices_refused, 1u) << absurd;
        EXPECT_EQ(watch.market_now().listed().underlyings[0].index, known);
        expect_as_from_nothing(watch);
        EXPECT_GT(watch.count().by_verdict[static_cast<std::size_t>(verdict::withheld)], 0u);
    }
    watch.apply({world.listed.time, {{{0}, known * 1.01}}, {}});
    EXPECT_EQ(watch.count().by_verdict[static_cast<std::size_t>(verdict::withheld)], 0u);
    expect_as_from_nothing(watch);
}

TEST(watcher, an_older_tick_is_refused_whole) {
    small_exchange world(20);
    auto const device = plainest_backend();
    watcher watch(world.listed, world.held, test_preset(), {}, *device);
    digest128 const before = watch.digest();
    tick late{{world.listed.time.value - 1}, {{{0}, 1.0}}, {{{0}, 1.0, 1.0}}};
    EXPECT_TRUE(watch.apply(late).market.refused_as_older);
    EXPECT_EQ(watch.digest(), before);
}

}  // namespace
}  // namespace lockstep
