// The rules that move cash between accounts. Each function checks everything in the order of
// apply_status, then writes; a refusal leaves every row as it was. The same bodies run serially, on
// many threads, speculatively, and on a device.
#pragma once

#include "margin/ledger/status.h"
#include "margin/state/account.h"
#include "margin/state/pending.h"
#include "margin/state/transaction.h"
#include "pricing/base/checked.h"

namespace lockstep {

/// What the account may spend now; negative when its requirement has outgrown it.
LOCKSTEP_HD constexpr int128 free_cash(account_row const& a) {
    return static_cast<int128>(a.cash.nanos) - a.reserved.nanos - a.requirement.nanos;
}
/// What an account that gets rid of a position may spend on it.
LOCKSTEP_HD constexpr int128 unreserved_cash(account_row const& a) {
    return static_cast<int128>(a.cash.nanos) - a.reserved.nanos;
}

LOCKSTEP_HD apply_status deposit(account_row& account, transaction_row const& t) {
    if (t.amount <= 0) return apply_status::amount_must_be_positive;
    if (account.flags & account_flag::suspended) return apply_status::account_is_suspended;
    if (!fits_int64(static_cast<int128>(account.cash.nanos) + account.pending_in.nanos + t.amount))
        return apply_status::amount_overflows;
    // From here on the deposit must succeed.
    account.cash.nanos += t.amount;
    return apply_status::applied;
}

LOCKSTEP_HD apply_status withdraw(account_row& account, transaction_row const& t) {
    if (t.amount <= 0) return apply_status::amount_must_be_positive;
    if (account.flags & account_flag::suspended) return apply_status::account_is_suspended;
    if (free_cash(account) < t.amount) return apply_status::account_lacks_free_cash;
    // From here on the withdrawal must succeed.
    account.cash.nanos -= t.amount;
    return apply_status::applied;
}

/// At once, or (flag pending) as a reservation that `pending` remembers.
LOCKSTEP_HD apply_status transfer(account_row& debit, account_row& credit, pending_row* pending,
                                  transaction_row const& t, std::int64_t now) {
    bool const later = (t.flags & transaction_flag::pending) != 0;
    if (debit.number == credit.number) return apply_status::accounts_must_be_different;
    if (!(debit.asset == credit.asset)) return apply_status::accounts_hold_different_assets;
    if (t.amount <= 0) return apply_status::amount_must_be_positive;
    if (later && t.until != 0 && t.until <= now) return apply_status::until_is_in_the_past;
    if (debit.flags & account_flag::suspended) return apply_status::account_is_suspended;
    if (credit.flags & account_flag::suspended) return apply_status::counterparty_is_suspended;
    if (free_cash(debit) < t.amount) return apply_status::account_lacks_free_cash;
    // Cash and promises together must fit, so that posting can never overflow.
    int128 const credited =
        static_cast<int128>(credit.cash.nanos) + credit.pending_in.nanos + t.amount;
    if (!fits_int64(credited)) return apply_status::amount_overflows;
    // From here on the transfer must succeed.
    if (later) {
        debit.reserved.nanos += t.amount;
        debit.pending_out.nanos += t.amount;
        credit.pending_in.nanos += t.amount;
        *pending = {.id = t.id,
                    .debit = {debit.number},
                    .credit = {credit.number},
                    .amount = {t.amount},
                    .until = t.until,
                    .sequence = 0,
                    .state = pending_state::open,
                    .reserved_word = 0,
                    .reserved_words = 0};
    } else {
        debit.cash.nanos -= t.amount;
        credit.cash.nanos += t.amount;
    }
    return apply_status::applied;
}

/// Gives the reservation back to the payer.
LOCKSTEP_HD void release_pending(account_row& debit, account_row& credit, pending_row& pending,
                                 pending_state state) {
    debit.reserved.nanos -= pending.amount.nanos;
    debit.pending_out.nanos -= pending.amount.nanos;
    credit.pending_in.nanos -= pending.amount.nanos;
    pending.state = state;
}

/// What is wrong with naming this promise, whatever it is to become: one that was refused itself,
/// as may be known only now, was never made.
LOCKSTEP_HD apply_status refuse_promise(pending_row const& pending, transaction_row const& t) {
    if (pending.state == pending_state::unused) return apply_status::target_not_found;
    if (pending.debit.value != t.account) return apply_status::target_belongs_to_another_account;
    return apply_status::applied;
}

LOCKSTEP_HD apply_status refuse_settled(pending_row const& pending) {
    switch (pending.state) {
        case pending_state::posted: return apply_status::pending_was_posted;
        case pending_state::voided: return apply_status::pending_was_voided;
        case pending_state::timed_out: return apply_status::pending_has_timed_out;
        case pending_state::voided_by_loss: return apply_status::pending_was_voided_by_loss;
        case pending_state::open:
        case pending_state::unused: break;
    }
    return apply_status::applied;
}

/// Pays `t.amount` of the pending amount (all of it when zero) and gives the rest back. A suspended
/// account can still be paid what was promised to it.
LOCKSTEP_HD apply_status post_pending(account_row& debit, account_row& credit, pending_row& pending,
                                      transaction_row const& t) {
    apply_status refused = refuse_promise(pending, t);
    if (refused != apply_status::applied) return refused;
    if (t.amount < 0) return apply_status::amount_must_be_positive;
    if (t.amount > pending.amount.nanos) return apply_status::amount_exceeds_the_pending_amount;
    refused = refuse_settled(pending);
    if (refused != apply_status::applied) return refused;
    // From here on the posting must succeed.
    std::int64_t const paid = t.amount == 0 ? pending.amount.nanos : t.amount;
    release_pending(debit, credit, pending, pending_state::posted);
    debit.cash.nanos -= paid;
    credit.cash.nanos += paid;
    return apply_status::applied;
}

LOCKSTEP_HD apply_status void_pending(account_row& debit, account_row& credit, pending_row& pending,
                                      transaction_row const& t) {
    apply_status refused = refuse_promise(pending, t);
    if (refused == apply_status::applied) refused = refuse_settled(pending);
    if (refused != apply_status::applied) return refused;
    // From here on the voiding must succeed.
    release_pending(debit, credit, pending, pending_state::voided);
    return apply_status::applied;
}

}  // namespace lockstep
