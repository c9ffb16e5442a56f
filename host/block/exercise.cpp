#include "host/block/exercise.h"

#include <algorithm>
#include <vector>

#include "host/block/position_payments.h"
#include "margin/ledger/exercise.h"
#include "margin/ledger/payments.h"
#include "margin/settlement/assignment.h"

namespace lockstep {

namespace {

/// What is exercised of a long position, above zero, or assigned of a short one, below.
struct exercised_position {
    std::uint32_t row;
    std::int64_t size;
};

/// A short position while what is exercised is shared out, in lots.
struct short_position {
    std::uint32_t row, account;
    assigned_share share;
};

bool is_assigned_before(short_position const& a, short_position const& b) {
    return a.share.fraction != b.share.fraction ? a.share.fraction > b.share.fraction
                                                : a.account < b.account;
}

/// Adds to `out`, which holds the longs, what is assigned of each short. Shorts and longs are of
/// one size, and sizes whole lots: where everything is exercised, every share is whole.
void assign_shorts(engine_state const& state, std::uint32_t instrument,
                   std::vector<exercised_position>& out) {
    listing_row const& l = state.listings[instrument];
    std::int64_t const lot = l.lot.nanos;
    std::int64_t exercised = 0;
    for (exercised_position const& e : out) exercised += e.size / lot;
    if (exercised == 0) return;
    std::int64_t const sold = l.open_interest_nanos / lot;
    std::int64_t left = exercised;
    std::vector<short_position> shorts;
    each_position(state, instrument, [&](position_row const& p, std::uint32_t row) {
        if (p.size.nanos >= 0) return;
        assigned_share const share = share_of_assignment(-(p.size.nanos / lot), exercised, sold);
        shorts.push_back({row, p.account.value, share});
        left -= share.lots;
    });
    if (left > 0) std::sort(shorts.begin(), shorts.end(), is_assigned_before);
    for (short_position const& s : shorts) {
        std::int64_t const lots = s.share.lots + (left-- > 0 ? 1 : 0);
        if (lots > 0) out.push_back({s.row, -lots * lot});
    }
}

/// The longs' part is size_of(position).
template <class SizeOf>
std::vector<exercised_position> exercise_positions(engine_state const& state,
                                                   std::uint32_t instrument, SizeOf&& size_of) {
    std::vector<exercised_position> out;
    each_position(state, instrument, [&](position_row const& p, std::uint32_t row) {
        std::int64_t const size = size_of(p);
        if (size > 0) out.push_back({row, size});
    });
    assign_shorts(state, instrument, out);
    return out;
}

apply_status pay_exercised(engine_state& state, block_room& room, dirty_tables& dirty,
                           transaction_row const& t, std::uint64_t sequence,
                           std::vector<exercised_position> const& all) {
    listing_row const& l = state.listings[t.instrument];
    return pay_positions(state, room, dirty, t.instrument, sequence, [&](auto&& pay) {
        for (auto const& [row, size] : all)
            pay(state.positions[row], option_payoff(l, size, t.price));
    });
}

void take_off(engine_state& state, dirty_tables& dirty, exercised_position const& e) {
    position_row& p = state.positions[e.row];
    account_row& account = state.accounts[p.account.value];
    p.size.nanos -= e.size;
    p.exercise = p.exercise.within(p.size.nanos);
    if (p.size.nanos == 0) account.open_positions -= 1;
    if (e.size > 0) state.listings[p.instrument.value].open_interest_nanos -= e.size;
    dirty.positions.add(e.row);
    dirty.accounts.add(p.account.value);  // also where nothing is paid
}

}  // namespace

apply_status pay_at_expiry(engine_state& state, block_room& room, dirty_tables& dirty,
                           transaction_row const& t, std::uint64_t sequence) {
    std::int64_t const distance = in_the_money(state.listings[t.instrument].contract, t.price);
    auto const exercised = exercise_positions(state, t.instrument, [&](position_row const& p) {
        return exercised_at_expiry(p, distance, t.amount);
    });
    return pay_exercised(state, room, dirty, t, sequence, exercised);
}

apply_status assign_notices(engine_state& state, block_room& room, dirty_tables& dirty,
                            transaction_row const& t, std::uint64_t sequence) {
    listing_row const& l = state.listings[t.instrument];
    if (t.price <= 0) return apply_status::price_must_be_positive;
    apply_status const refused = refuse_option(l, true);
    if (refused != apply_status::applied) return refused;
    if (trading_has_ended(l, state.time)) return apply_status::instrument_has_expired;
    std::vector<std::uint32_t> noticed;
    each_position(state, t.instrument, [&](position_row const& p, std::uint32_t row) {
        if (p.exercise.noticed() > 0) noticed.push_back(row);
    });
    if (noticed.empty()) return apply_status::nobody_has_given_notice;
    std::int64_t const distance = in_the_money(l.contract, t.price);
    auto const exercised = exercise_positions(state, t.instrument, [&](position_row const& p) {
        return exercised_by_notice(p, distance);
    });
    apply_status const paid = pay_exercised(state, room, dirty, t, sequence, exercised);
    if (paid != apply_status::applied) return paid;
    for (std::uint32_t const row : noticed) {
        exercise_instruction& said = state.positions[row].exercise;
        said = exercise_instruction::of(0, said.advice());
        dirty.positions.add(row);
    }
    for (exercised_position const& e : exercised) take_off(state, dirty, e);
    return apply_status::applied;
}

}  // namespace lockstep
