#include "host/generate/opening.h"

#include <algorithm>

#include "margin/ledger/payments.h"
#include "margin/ledger/reserve.h"

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
    trade_sums const sums = sums_of(market, out.trades);
    int128 const wanted = cash + sums.bought + sums.premium;
    int128 const deposit = std::max({sums.reserve, wanted, int128{1}});
    // What is too much goes out again, as far as margin leaves it free.
    int128 const surplus = deposit - wanted;
    int128 const requirement = std::max<int128>(sums.initial - sums.unrealised, 0);
    int128 const slack = static_cast<int128>(out.trades.size());  // premiums are rounded
    int128 const free = deposit - sums.premium - requirement - slack;
    out.deposit = narrow(deposit).value;
    out.withdraw = narrow(std::max<int128>(std::min(surplus, free), 0)).value;
    out.is_richer = surplus - out.withdraw > deposit / 100;
    return out;
}

}  // namespace lockstep
