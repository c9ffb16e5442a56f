// Ticks that move little, over accounts that lie near an edge: where a bound answers for most, and
// must not for some.
#pragma once

#include <cstdlib>
#include <ostream>
#include <random>

#include "host/watch/watcher.h"

namespace lockstep {

/// How often an instrument's mark moves, how often an index, and by how much at most.
struct calm_market {
    char const* name;
    double marks, mark_most, indexes, index_most;

    friend void PrintTo(calm_market const& m, std::ostream* out) { *out << m.name; }
};

inline tick calm_tick(market& now, calm_market const& often, std::mt19937_64& random) {
    auto const uniform = [&] { return static_cast<double>(random() >> 11) * 0x1p-53; };
    now.time.value += 1'000'000'000;
    tick t{now.time, {}, {}};
    for (std::uint32_t i = 0; i < now.instruments.size(); ++i) {
        if (uniform() > often.marks) continue;
        quote& last = now.quotes[i];
        last.underlying *= 1 + often.mark_most * (2 * uniform() - 1);
        last.vol *= 1 + 3 * often.mark_most * (2 * uniform() - 1);
        t.marks.push_back({{i}, last.underlying, last.vol});
    }
    if (uniform() < often.indexes) {
        double& index = now.underlyings[random() % now.underlyings.size()].index;
        index *= 1 + often.index_most * (2 * uniform() - 1);
        for (std::uint32_t u = 0; u < now.underlyings.size(); ++u)
            t.indexes.push_back({{u}, now.underlyings[u].index});
    }
    return t;
}

/// Sets a pool's cash so that it lies, by what is known of it, near an edge, on either side.
inline void bring_near_an_edge(watcher& watch, std::uint32_t p, std::mt19937_64& random) {
    pool_row const pool = watch.pools()[p];
    pool_verdict const v = watch.verdicts()[p];
    std::int64_t const edge = (random() % 2 == 0 ? v.maintenance_margin : v.initial_margin).nanos;
    auto const draw = static_cast<std::int64_t>(random() % 22);
    std::int64_t const beyond = edge / 1000 * (draw * draw - 10);  // -1 % to 43 %
    watch.apply(
        cash_command{pool.account, pool.asset, {pool.cash.nanos - v.equity.nanos + edge + beyond}});
}

}  // namespace lockstep
