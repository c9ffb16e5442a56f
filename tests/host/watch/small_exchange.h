// A generated exchange of a few hundred accounts, and ticks at random over it.
#pragma once

#include <random>

#include "host/generate/exchange.h"
#include "host/market/load.h"
#include "host/portfolio/load.h"
#include "host/watch/watcher.h"
#include "tests/host/scratch.h"

namespace lockstep {

struct small_exchange {
    market listed;
    portfolio held;

    explicit small_exchange(std::uint64_t accounts, std::uint32_t options = 32) {
        scratch_folder folder;
        exchange_plan plan;
        plan.accounts = accounts;
        plan.options_per_underlying = options;
        plan.time = {1'777'626'300'000'000'000};  // 2026-05-01T09:05:00Z
        generate_exchange(plan, folder.path() / "x", [](std::uint64_t) {});
        exception_log rejected;
        listed = load_market((folder.path() / "x/chain.csv").string(), rejected);
        held = load_portfolio(folder.path() / "x/portfolio", listed, rejected);
    }
};

/// Prices that jump, dry up, break and come back; now and then everything at once, or nothing.
class random_ticks {
  public:
    random_ticks(market const& listed, std::uint64_t seed) : listed_(listed), random_(seed) {
        now_ = listed.time;
    }
    tick next() {
        // Half a minute as a rule, sometimes a day: feeds go stale, options expire.
        now_.value += random_() % 40 == 0
                          ? ns_per_day
                          : 1 + static_cast<std::int64_t>(random_() % 30'000'000'000);
        tick t{now_, {}, {}};
        double const share = random_() % 8 == 0 ? 1.0 : uniform() * uniform() * 0.3;
        for (std::uint32_t i = 0; i < listed_.instruments.size(); ++i) {
            if (uniform() >= share) continue;
            quote& last = listed_.quotes[i];
            last.underlying *= 1 + 0.04 * (uniform() - 0.52);
            last.vol *= 1 + 0.2 * (uniform() - 0.5);
            t.marks.push_back({{i}, spoiled(last.underlying), spoiled(last.vol)});
        }
        for (std::uint32_t u = 0; u < listed_.underlyings.size(); ++u) {
            if (uniform() > 0.2) continue;
            listed_.underlyings[u].index *= 1 + 0.04 * (uniform() - 0.52);
            t.indexes.push_back({{u}, spoiled(listed_.underlyings[u].index)});
        }
        return t;
    }

  private:
    double uniform() { return static_cast<double>(random_() >> 11) * 0x1p-53; }
    double spoiled(double price) {
        double const wild[] = {not_quoted, 0.0, -1.0, 1e300};
        return random_() % 300 == 0 ? wild[random_() % 4] : price;
    }

    market listed_;
    std::mt19937_64 random_;
    utc_ns now_;
};

/// What the ledger may say of a position at random: more or less of it, the other side, another
/// entry price, one that a future cannot be counted at, finer lots, none at all, or one in an
/// instrument that was not held.
inline position_command random_position(watcher const& watch, std::mt19937_64& random) {
    auto const held = watch.holdings()[random() % watch.holdings().size()];
    position_command says{held.account, held.instrument, held.size, held.entry};
    auto const part = static_cast<std::int64_t>(random() % 8) + 1;
    switch (random() % 9) {
        case 0: says.size = {0}; break;
        case 1: says.size.nanos += 1; break;
        case 2: says.size.nanos = -says.size.nanos; break;
        case 3: says.entry.nanos += says.entry.nanos / 50 * part; break;
        case 4:
            says.instrument.value = static_cast<std::uint32_t>(
                random() % watch.market_now().listed().instruments.size());
            says.entry.nanos = says.entry.nanos == 0 ? 70'000 * nanos_per_unit : says.entry.nanos;
            break;
        case 5: says.size.nanos *= part; break;
        case 6: says.entry.nanos = 0; break;
        default: says.size.nanos = says.size.nanos / 4 * part; break;
    }
    return says;
}

/// An instrument that somebody holds, delivered at about its strike or what it was entered at.
inline settle_command random_settlement(watcher const& watch, std::mt19937_64& random) {
    auto const held = watch.holdings()[random() % watch.holdings().size()];
    instrument_row const& row = watch.market_now().listed().instruments[held.instrument.value];
    std::int64_t const about = row.kind == instrument_kind::option ? row.strike.nanos
                               : held.entry.nanos > nanos_per_unit ? held.entry.nanos
                                                                   : 1'000 * nanos_per_unit;
    auto const percent = static_cast<std::int64_t>(random() % 21) + 90;
    return {{{held.instrument, {about / 100 * percent}}}};
}

}  // namespace lockstep
