#include "host/generate/founding.h"

#include <algorithm>

#include "host/generate/draws.h"
#include "pricing/base/exp_log.h"
#include "pricing/base/money.h"

namespace lockstep {

namespace {

constexpr std::uint64_t asset_names[] = {'U' | 'S' << 8 | 'D' << 16, 'B' | 'T' << 8 | 'C' << 16};

transaction_row founding_command(transaction_kind kind) {
    transaction_row t{};
    t.kind = kind;
    return t;
}

/// To the first perpetual of its asset, where there is one.
void isolate(transaction_row& t, listed_market const& market) {
    for (std::uint32_t seat = 0; seat < market.size(); ++seat) {
        if (!market.is_perpetual(seat) || market[seat].asset != t.asset) continue;
        t.flags |= transaction_flag::isolated;
        t.instrument = market[seat].instrument;
        return;
    }
}

/// Equal, or from 100 to 1,000,000 with equal chances for each power of ten; together within
/// what an asset can hold. A 30,000th of that in the second asset.
std::int64_t first_cash_of(std::uint32_t account, transaction_plan const& plan,
                           crowd const& people) {
    std::int64_t const most = std::min<std::int64_t>(1'000'000, 9'000'000'000 / plan.accounts);
    if (plan.mix.plain) return most * nanos_per_unit;
    draws d(plan.seed, draw_stream::holder, account);
    auto const units =
        static_cast<std::int64_t>(100 * exponential(d.uniform() * logarithm(10'000)));
    std::int64_t const cash = std::min(units, most) * nanos_per_unit;
    return account % people.assets == 0 ? cash : cash / 30'000;
}

}  // namespace

void found_exchange(transaction_plan const& plan, crowd const& people, listed_market& market,
                    std::function<std::int64_t()> const& now,
                    std::function<void(transaction_row)> const& make) {
    for (std::uint32_t a = 0; a < people.assets; ++a) {
        transaction_row t = founding_command(transaction_kind::create_asset);
        t.target = {asset_names[a], 0};
        make(t);
    }
    for (std::uint32_t seat = 0; seat < market.size(); ++seat) {
        make(market.list(seat, now()));
        make(market.mark(seat));
    }
    for (std::uint32_t a = 0; a < plan.accounts; ++a) {
        transaction_row t = founding_command(transaction_kind::create_account);
        t.asset = a % people.assets;
        t.counterparty = (plan.mix.plain ? a : a % (1 + plan.accounts * 3ull / 4)) + 1;
        if (!plan.mix.plain && a % 16 == 5) isolate(t, market);
        make(t);
    }
    for (std::uint32_t a = 0; a < plan.accounts; ++a) {
        transaction_row t = founding_command(transaction_kind::deposit);
        t.account = a;
        t.amount = first_cash_of(a, plan, people);
        make(t);
    }
}

}  // namespace lockstep
