// What a board shows, taken from a watch: the part that the watch has to stand still for.
#include "host/io/timestamp.h"
#include "host/watch/board.h"

namespace lockstep {

std::vector<board_feed> feeds_of(marked_market const& now) {
    std::vector<board_feed> feeds;
    for (std::uint32_t u = 0; u < now.listed().underlyings.size(); ++u) {
        underlying_row const& row = now.listed().underlyings[u];
        double const age = static_cast<double>(now.now().value - now.index_time(u).value) / 1e9;
        feeds.push_back({row.name, row.index, age, {}});
    }
    for (std::size_t i = 0; i < now.feeds().size(); ++i)
        ++feeds[now.listed().instruments[i].underlying.value]
              .by_state[static_cast<std::size_t>(now.feeds()[i])];
    return feeds;
}

std::vector<board_pool> worst_of(watcher& watch, std::size_t most, bool with_distance) {
    market const& listed = watch.market_now().listed();
    asset_prices const prices = prices_of_assets(listed);
    std::vector<board_pool> pools;
    for (std::uint32_t const p : watch.worst(most)) {
        pool_row const& pool = watch.pools()[p];
        pool_verdict const& v = watch.verdicts()[p];
        bool const is_near = with_distance && v.says != verdict::liquidatable;
        pools.push_back({watch.account_names()[pool.account.value], listed.assets[pool.asset.value],
                         v, pool.positions, prices[pool.asset.value],
                         is_near ? distance_of(watch, p) : pool_distance{}});
    }
    return pools;
}

board_facts facts_of(watcher& watch, watch_statistics const& statistics,
                     board_history const& history, std::size_t worst) {
    marked_market const& now = watch.market_now();
    return {time_text(now.now()),
            watch.device().name(),
            now.preset().name,
            watch.account_names().size(),
            watch.sets().positions(),
            watch.sets().sets.size(),
            now.listed().instruments.size(),
            watch.count(),
            history.before().counts.by_band[static_cast<std::size_t>(band::breached)],
            statistics,
            history.points(),
            feeds_of(now),
            worst_of(watch, worst, true)};
}

}  // namespace lockstep
