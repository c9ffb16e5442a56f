// A position that is said to be another changes where it stands.
#include <gtest/gtest.h>

#include <random>

#include "tests/host/watch/from_nothing.h"
#include "tests/host/watch/small_exchange.h"

namespace lockstep {
namespace {

TEST(watched_positions, change_where_it_stands_as_if_all_were_grouped_anew) {
    small_exchange world(120);
    auto const device = plainest_backend();
    watcher watch(world.listed, world.held, test_preset(), {}, *device);
    random_ticks ticks(world.listed, 5);
    std::mt19937_64 random(11);
    std::vector<std::uint8_t> const all(world.listed.instruments.size(), 1);
    std::size_t in_place = 0, changes = 0;
    for (int i = 0; i < 300; ++i) {
        tick_report const report = watch.apply(random_position(watch, random));
        in_place += report.sets_checked < watch.sets().sets.size();
        changes += report.changes.size();
        if (i % 7 == 0) watch.apply(ticks.next());
        std::vector<holding_row> const held(watch.holdings().begin(), watch.holdings().end());
        netting_sets const anew =
            group_positions(watch.market_now().listed(), watch.market_now().books(),
                            watch.account_names().size(), held, all);
        ASSERT_EQ(watch.sets().lots, anew.lots) << "after " << i;
        ASSERT_EQ(watch.sets().lot_exponent, anew.lot_exponent);
        ASSERT_EQ(watch.sets().instrument, anew.instrument);
        for (std::size_t s = 0; s < anew.sets.size(); ++s)
            ASSERT_EQ(watch.sets().sets[s].entry_nanos, anew.sets[s].entry_nanos);
        if (i % 3 != 0) continue;
        expect_as_from_nothing(watch);
        if (HasFatalFailure()) return;
    }
    EXPECT_GT(in_place, 100u);
    EXPECT_LT(in_place, 280u) << "some of them are opened or closed";
    EXPECT_GT(changes, 10u);
}

}  // namespace
}  // namespace lockstep
