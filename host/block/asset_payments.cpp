#include "host/block/asset_payments.h"

#include <algorithm>

#include "margin/settlement/interest.h"
#include "margin/settlement/socialise.h"

namespace lockstep {

namespace {

/// Whether a position takes part when losses are shared.
bool has_gained(engine_state const& state, position_row const& p, asset_id asset) {
    if (p.gained.nanos <= 0) return false;
    account_row const& holder = state.accounts[p.account.value];
    return holder.asset == asset && holder.open_positions > 0;
}

void touch(asset_row& asset, asset_id id, dirty_tables& dirty, std::uint64_t sequence) {
    asset.sequence = sequence;
    dirty.assets.add(id.value);
}

}  // namespace

apply_status pay_interest(engine_state& state, dirty_tables& dirty, transaction_row const& t,
                          std::uint64_t sequence) {
    if (t.amount > nanos_per_unit || t.amount < -nanos_per_unit)
        return apply_status::rate_is_out_of_range;
    asset_id const id{t.asset};
    asset_row& asset = state.assets[t.asset];
    bool const first = asset.interest_paid_until == 0;
    std::int64_t const share =
        first ? 0
              : interest_share(t.amount,
                               checked_subtract(state.time, asset.interest_paid_until).value);
    int128 cash = 0;
    int128 paid = 0;
    for (account_row const& a : state.accounts) {
        if (!(a.asset == id) || a.cash.nanos <= 0) continue;
        cash += a.cash.nanos;
        paid += interest_on(a.cash.nanos, share, rounding::down);
    }
    // All cash of an asset fits 64 bits: what brings in more is refused (room.h).
    std::int64_t const due = interest_on(narrow(cash).value, share, rounding::up);
    checked_int64 const pool = narrow(static_cast<int128>(asset.fee_pool.nanos) - due);
    checked_int64 const remainder = narrow(asset.remainder.nanos + (due - paid));
    if (pool.overflowed || remainder.overflowed) return apply_status::amount_overflows;
    if (pool.value < 0) return apply_status::fee_pool_lacks_cash;
    // From here on the payment must succeed.
    for (account_row& a : state.accounts) {
        if (!(a.asset == id) || a.cash.nanos <= 0) continue;
        std::int64_t const earned = interest_on(a.cash.nanos, share, rounding::down);
        if (earned == 0) continue;
        a.cash.nanos += earned;
        a.sequence = sequence;
        dirty.accounts.add(a.number);
    }
    asset.fee_pool.nanos = pool.value;
    asset.remainder.nanos = remainder.value;
    asset.interest_paid_until = state.time;
    touch(asset, id, dirty, sequence);
    return apply_status::applied;
}

int128 gains_of(engine_state const& state, asset_id asset) {
    int128 gains = 0;
    for (position_row const& p : state.positions)
        if (has_gained(state, p, asset)) gains += p.gained.nanos;
    return gains;
}

apply_status socialise_deficit(engine_state& state, dirty_tables& dirty, transaction_row const& t,
                               std::uint64_t sequence) {
    asset_id const id{t.asset};
    asset_row& asset = state.assets[t.asset];
    if (t.amount <= 0) return apply_status::amount_must_be_positive;
    if (t.amount > asset.deficit.nanos) return apply_status::amount_exceeds_the_deficit;
    int128 const gains = gains_of(state, id);
    if (gains == 0) return apply_status::nobody_has_gained;
    // From here on somebody must pay.
    int128 const left = std::max<int128>(gains - t.amount, 0);
    int128 taken = 0;
    for (std::uint32_t row = 0; row < state.positions.size(); ++row) {
        position_row& p = state.positions[row];
        if (!has_gained(state, p, id)) continue;
        account_row& winner = state.accounts[p.account.value];
        std::int64_t const owed = p.gained.nanos - share_of_gain(p.gained.nanos, left, gains);
        std::int64_t const paid =
            std::min(owed, std::max<std::int64_t>(winner.cash.nanos - winner.reserved.nanos, 0));
        if (paid == 0) continue;
        p.gained.nanos -= paid;
        p.sequence = sequence;
        winner.cash.nanos -= paid;
        winner.sequence = sequence;
        taken += paid;
        dirty.positions.add(row);
        dirty.accounts.add(winner.number);
    }
    std::int64_t const repaid = static_cast<std::int64_t>(std::min<int128>(taken, t.amount));
    asset.deficit.nanos -= repaid;
    asset.remainder.nanos += static_cast<std::int64_t>(taken - repaid);
    touch(asset, id, dirty, sequence);
    return apply_status::applied;
}

}  // namespace lockstep
