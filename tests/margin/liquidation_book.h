// An account with one position, for tests of liquidation.
#pragma once

#include "margin/liquidation/step.h"

namespace lockstep::liquidation {

inline constexpr std::int64_t unit = nanos_per_unit;

inline listing_row listing_of(instrument_kind kind, settlement settle, std::int64_t mark,
                              std::int64_t tick, std::int64_t lot) {
    listing_row l{};
    l.contract.kind = kind;
    l.contract.settle = settle;
    l.mark = {mark};
    l.tick = {tick};
    l.lot = {lot};
    l.initial_ppm = 100'000;
    l.maintenance_ppm = 50'000;
    return l;
}

struct book {
    account_row account{};
    position_row position{};
};

/// An account with one position entered at `entry` and checked at the mark.
inline book book_of(listing_row const& l, std::int64_t size, std::int64_t entry, std::int64_t cash,
                    tier_row const* tiers = nullptr) {
    book b;
    b.position.size = {size};
    int128 const cost = cost_of(l, magnitude(size), entry);
    b.position.cost = {static_cast<std::int64_t>(size > 0 ? cost : -cost)};
    position_check const check = check_position(l, tiers, b.position);
    b.account.cash = {cash};
    b.account.unrealised = {static_cast<std::int64_t>(check.unrealised)};
    b.account.maintenance = {static_cast<std::int64_t>(check.maintenance)};
    b.account.flags = account_flag::liquidating;
    return b;
}

}  // namespace lockstep::liquidation
