// What the holder of a long option says of its exercise: an irrevocable notice for some of an
// American one, or advice on what is to become of either style at expiry.
//
// Source: OCC Rules 801 (exercise notices) and 805 (advice contrary to exercise by exception).
#pragma once

#include "margin/ledger/status.h"
#include "margin/state/account.h"
#include "margin/state/listing.h"
#include "margin/state/position.h"
#include "margin/state/transaction.h"

namespace lockstep {

/// Why contracts of this listing cannot be exercised, or `applied`.
LOCKSTEP_HD constexpr apply_status refuse_option(listing_row const& l, bool before_expiry) {
    if (l.contract.kind != instrument_kind::option)
        return apply_status::instrument_is_not_an_option;
    if (before_expiry && (l.flags & listing_flag::american) == 0)
        return apply_status::option_is_european;
    return apply_status::applied;
}

LOCKSTEP_HD constexpr apply_status refuse_instruction(account_row const& account,
                                                      listing_row const& l,
                                                      transaction_row const& t, std::int64_t now) {
    bool const notice = t.kind == transaction_kind::exercise;
    if (!(account.asset == l.contract.settle_asset))
        return apply_status::instrument_settles_in_another_asset;
    if (notice && t.amount <= 0) return apply_status::amount_must_be_positive;
    if (notice && t.amount % l.lot.nanos != 0)
        return apply_status::amount_is_not_a_multiple_of_the_lot;
    apply_status const refused = refuse_option(l, notice);
    if (refused != apply_status::applied) return refused;
    if (!notice && t.aux[0] > static_cast<std::uint32_t>(exercise_advice::do_not_exercise))
        return apply_status::advice_is_not_known;
    if (account.flags & account_flag::suspended) return apply_status::account_is_suspended;
    return trading_has_ended(l, now) ? apply_status::instrument_has_expired : apply_status::applied;
}

/// Enters notice or advice in the position. Notice can be given for what is held, has no notice yet
/// and could not be sold by an order that is open.
LOCKSTEP_HD constexpr apply_status instruct_exercise(account_row const& account,
                                                     position_row& position, listing_row const& l,
                                                     transaction_row const& t, std::int64_t now) {
    apply_status const refused = refuse_instruction(account, l, t, now);
    if (refused != apply_status::applied) return refused;
    std::int64_t const noticed = position.exercise.noticed();
    if (t.kind == transaction_kind::advise_exercise) {
        if (position.size.nanos <= 0) return apply_status::account_holds_no_long_position;
        position.exercise =
            exercise_instruction::of(noticed, static_cast<exercise_advice>(t.aux[0]));
        return apply_status::applied;
    }
    if (t.amount > exercise_instruction::noticed_max - noticed)
        return apply_status::amount_overflows;
    if (t.amount > position.size.nanos - position.open_sell.nanos - noticed)
        return apply_status::amount_exceeds_the_long_position;
    position.exercise = exercise_instruction::of(noticed + t.amount, position.exercise.advice());
    return apply_status::applied;
}

}  // namespace lockstep
