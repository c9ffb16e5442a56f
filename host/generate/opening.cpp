#include "host/generate/opening.h"

#include <algorithm>

#include "margin/ledger/payments.h"
#include "margin/ledger/reserve.h"
#include "pricing/base/quantise.h"

namespace lockstep {

namespace {

/// What trades leave an account with, and what admitting them sets aside.
struct trade_sums {
    int128 reserve = 0, premium = 0, bought = 0;  // premium: paid less received
    int128 initial = 0, unrealised = 0;
};

std::int64_t magnitude(std::int64_t x) { return x < 0 ? -x : x; }

trade_sums sums_of(log_market const& market, std::vector<opening_trade> const& trades) {
    trade_sums sums;
    for (opening_trade const& t : trades) {
        listing_row const& l = market.listings()[t.instrument];
        order_side const side = t.size > 0 ? order_side::buy : order_side::sell;
        std::int64_t const size = magnitude(t.size);
        order_reserve reserve{};
        sums.reserve += reserve_parts(l, l.initial_ppm, side, false, size, t.price, reserve).value;
        position_row p{};
        p.size = {t.size};
        if (market.is_option(t.instrument)) {
            int128 const paid = premium(size, t.price, rounding::up);
            sums.premium += t.size > 0 ? paid : -paid;
            sums.bought += t.size > 0 ? paid : 0;
        } else {
            int128 const cost = cost_of(l, size, t.price);
            p.cost.nanos = narrow(t.size > 0 ? cost : -cost).value;
        }
        position_check const check = check_position(l, nullptr, p);
        sums.initial += check.initial;
        sums.unrealised += check.unrealised;
    }
    return sums;
}

/// The futures among them, the largest first.
std::vector<opening_trade*> futures_of(log_market const& market,
                                       std::vector<opening_trade>& trades) {
    std::vector<std::pair<int128, opening_trade*>> by_value;
    for (opening_trade& t : trades) {
        if (market.is_option(t.instrument)) continue;
        listing_row const& l = market.listings()[t.instrument];
        by_value.push_back({notional(l, magnitude(t.size), l.mark.nanos, rounding::down), &t});
    }
    std::stable_sort(by_value.begin(), by_value.end(),
                     [](auto const& a, auto const& b) { return a.first > b.first; });
    std::vector<opening_trade*> futures;
    for (auto const& [value, trade] : by_value) futures.push_back(trade);
    return futures;
}

/// What a trade can lose more before that is what it sets aside.
std::int64_t room_for_loss(listing_row const& l, opening_trade const& t) {
    order_side const side = t.size > 0 ? order_side::buy : order_side::sell;
    std::int64_t const size = magnitude(t.size);
    int128 const margin = share_ppm(notional(l, size, dearer(l, t.price), rounding::down),
                                    l.initial_ppm, rounding::down);
    int128 const lost = loss_against_mark(l, side, size, t.price) -
                        loss_against_mark(l, opposite(side), size, t.price);
    return narrow(std::max<int128>(margin - lost, 0)).value;
}

/// The entry at which the position has gained `loss` less, as far as the band lets it.
std::int64_t worse_entry(listing_row const& l, opening_trade const& t, std::int64_t loss) {
    double const size = static_cast<double>(t.size), by = static_cast<double>(loss);
    double const entry = static_cast<double>(t.price) * 1e-9;
    double worse = entry + by / size;
    if (l.contract.settle == settlement::inverse) {
        double const reciprocal = 1 / entry - by / size;
        worse = reciprocal > 0 ? 1 / reciprocal : entry * 2;
    }
    double const mark = static_cast<double>(l.mark.nanos) * 1e-9;
    double const bounded = std::clamp(worse, 0.6 * mark, 1.45 * mark);
    double const ticks = bounded * 1e9 / static_cast<double>(l.tick.nanos);
    return std::max<std::int64_t>(quantise_nearest(ticks, 1).value, 1) * l.tick.nanos;
}

}  // namespace

opening open_account(log_market const& market, std::span<holding_row const> held,
                     std::int64_t cash) {
    opening out;
    for (holding_row const& h : held) {
        listing_row const& l = market.listings()[h.instrument.value];
        bool const option = market.is_option(h.instrument.value);
        std::int64_t const at = option ? l.mark.nanos : h.entry.nanos;
        if (l.mark.nanos == 0 || h.size.nanos % l.lot.nanos != 0 || at % l.tick.nanos >= at) {
            ++out.left_out;
            continue;
        }
        out.trades.push_back({h.instrument.value, h.size.nanos, at - at % l.tick.nanos});
    }
    trade_sums sums = sums_of(market, out.trades);
    int128 const wanted = cash + sums.bought + sums.premium;
    int128 lost = 0;
    for (opening_trade* future : futures_of(market, out.trades)) {
        int128 const left = sums.reserve - wanted - lost;
        if (left <= 0) break;
        listing_row const& l = market.listings()[future->instrument];
        std::int64_t const loss = std::min(narrow(left).value, room_for_loss(l, *future));
        if (loss == 0) continue;
        future->price = worse_entry(l, *future, loss);
        int128 const before = sums.unrealised;
        sums = sums_of(market, out.trades);
        lost += before - sums.unrealised;
    }
    int128 const deposit = std::max({sums.reserve, wanted, int128{1}});
    // What is too much goes out again, as far as margin leaves it free.
    int128 const surplus = deposit - wanted - lost;
    int128 const requirement = std::max<int128>(sums.initial - sums.unrealised, 0);
    int128 const slack = static_cast<int128>(out.trades.size());  // premiums are rounded
    int128 const free = deposit - sums.premium - requirement - slack;
    out.deposit = narrow(deposit).value;
    out.withdraw = narrow(std::max<int128>(std::min(surplus, free), 0)).value;
    out.is_richer = surplus - out.withdraw > deposit / 100;
    return out;
}

}  // namespace lockstep
