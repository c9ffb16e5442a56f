#include "host/block/invariants.h"

#include <fmt/format.h>

#include <vector>

#include "margin/ledger/tiers.h"
#include "pricing/base/checked.h"

namespace lockstep {

namespace {

[[noreturn]] void broken(std::string const& what) {
    throw invariant_broken("invariant broken: " + what);
}

void check_accounts_hold(engine_state const& state) {
    for (account_row const& a : state.accounts) {
        // Below zero in cash, with nothing set aside, while gains wait for a session (losses.h).
        bool const waits = a.cash.nanos < 0 && a.reserved.nanos == 0 &&
                           (a.unrealised.nanos > 0 || a.open_positions > 0);
        if (!waits && (a.reserved.nanos < 0 || a.reserved.nanos > a.cash.nanos))
            broken(fmt::format("account {}: reserved {} lies outside 0 .. cash {}", a.number,
                               a.reserved.nanos, a.cash.nanos));
        if (a.pending_out.nanos < 0 || a.pending_in.nanos < 0 ||
            a.pending_out.nanos > a.reserved.nanos)
            broken(fmt::format("account {}: pending out {}, in {}, reserved {}", a.number,
                               a.pending_out.nanos, a.pending_in.nanos, a.reserved.nanos));
    }
}

void check_assets_conserved(engine_state const& state) {
    std::vector<int128> cash(state.assets.size());
    for (account_row const& a : state.accounts) cash[a.asset.value] += a.cash.nanos;
    for (std::size_t i = 0; i < state.assets.size(); ++i) {
        asset_row const& a = state.assets[i];
        int128 const held = cash[i] + a.fee_pool.nanos + a.insurance_fund.nanos +
                            a.remainder.nanos - a.deficit.nanos;
        if (held != a.external.nanos)
            broken(
                fmt::format("asset {}: accounts, pool, fund and remainder hold {}, but {} came in",
                            i, held, a.external.nanos));
        if (a.insurance_fund.nanos < 0 || a.fee_pool.nanos < 0 || a.deficit.nanos < 0 ||
            a.remainder.nanos < 0)
            broken(fmt::format("asset {}: fund {}, fee pool {}, deficit {}, remainder {}", i,
                               a.insurance_fund.nanos, a.fee_pool.nanos, a.deficit.nanos,
                               a.remainder.nanos));
    }
}

void check_positions_net(engine_state const& state) {
    struct sums {
        int128 size = 0, longs = 0, cost = 0;
    };
    std::vector<sums> of(state.listings.size());
    for (position_row const& p : state.positions) {
        sums& s = of[p.instrument.value];
        s.size += p.size.nanos;
        s.longs += p.size.nanos > 0 ? p.size.nanos : 0;
        s.cost += p.cost.nanos;
        if (p.exercise.noticed() > (p.size.nanos > 0 ? p.size.nanos : 0) ||
            (p.size.nanos <= 0 && p.exercise.advice() != exercise_advice::none))
            broken(fmt::format("account {}, instrument {}: notice for {} and advice {} of {}",
                               p.account.value, p.instrument.value, p.exercise.noticed(),
                               static_cast<int>(p.exercise.advice()), p.size.nanos));
        if (p.open_buy.nanos < 0 || p.open_sell.nanos < 0)
            broken(fmt::format("account {}, instrument {}: open orders {} / {}", p.account.value,
                               p.instrument.value, p.open_buy.nanos, p.open_sell.nanos));
    }
    for (std::size_t i = 0; i < of.size(); ++i) {
        listing_row const& l = state.listings[i];
        if (of[i].size != 0)
            broken(fmt::format("instrument {}: positions sum to {}", i, of[i].size));
        if (of[i].longs != l.open_interest_nanos)
            broken(fmt::format("instrument {}: longs sum to {}, open interest says {}", i,
                               of[i].longs, l.open_interest_nanos));
        if (of[i].cost != l.cost_sum.nanos)
            broken(fmt::format("instrument {}: costs sum to {}, the row says {}", i, of[i].cost,
                               l.cost_sum.nanos));
    }
}

/// What a book goes by when orders reduce is what the ledger has; what has expired is held by
/// nobody.
void check_books_agree(engine_state const& state) {
    for (position_row const& p : state.positions) {
        std::uint32_t const i = p.instrument.value;
        listing_row const& l = state.listings[i];
        if ((l.flags & listing_flag::expired) && p.size.nanos != 0)
            broken(fmt::format("account {}, instrument {}: holds {} of what has expired",
                               p.account.value, i, p.size.nanos));
        if (!state.share.has(i)) continue;
        std::int64_t const in_book = state.books[i]->position(p.account.value);
        if (in_book != p.size.nanos / l.lot.nanos)
            broken(fmt::format("account {}, instrument {}: holds {}, its book says {} lots",
                               p.account.value, i, p.size.nanos, in_book));
    }
}

void check_reserves_held(engine_state const& state) {
    std::vector<int128> held(state.accounts.size());
    std::vector<std::uint32_t> orders(state.accounts.size());
    for (open_order_row const& o : state.open_orders.rows()) {
        if (o.left.size == 0) continue;
        held[o.account.value] += o.left.position.nanos;
        held[o.account.value] += o.left.fee.nanos;
        orders[o.account.value] += 1;
    }
    for (pending_row const& p : state.pendings)
        if (p.state == pending_state::open) held[p.debit.value] += p.amount.nanos;
    for (account_row const& a : state.accounts) {
        if (held[a.number] != a.reserved.nanos)
            broken(fmt::format("account {}: orders and pending transfers hold {}, reserved says {}",
                               a.number, held[a.number], a.reserved.nanos));
        if (orders[a.number] != a.open_orders)
            broken(fmt::format("account {}: {} open orders, the row says {}", a.number,
                               orders[a.number], a.open_orders));
    }
}

void check_tiers_rise(engine_state const& state) {
    for (std::size_t i = 0; i < state.listings.size(); ++i) {
        listing_row const& l = state.listings[i];
        tier_row const* const tiers = state.tiers_of(l);
        if (tiers == nullptr) continue;
        if (tiers->instrument.value != i)
            broken(fmt::format("instrument {}: its tiers are those of {}", i,
                               tiers->instrument.value));
        tier below{0, l.initial_ppm, l.maintenance_ppm};
        for (std::uint32_t k = 0; k < tiers->count; ++k) {
            tier const& t = tiers->above[k];
            if (t.above_nanos <= below.above_nanos || !rises_from(below, t))
                broken(fmt::format("instrument {}: its tiers do not rise", i));
            below = t;
        }
    }
}

}  // namespace

void check_invariants(engine_state const& state) {
    check_accounts_hold(state);
    check_assets_conserved(state);
    check_positions_net(state);
    check_books_agree(state);
    check_reserves_held(state);
    check_tiers_rise(state);
}

}  // namespace lockstep
