// What became of a command. Refusals are sentences, nearly in order of precedence: which of several
// is reported, the same on every executor, says data/RULES.md. Never renumber: receipts are
// hashed.
#pragma once

#include <cstdint>
#include <type_traits>

#include "margin/state/id.h"
#include "pricing/base/money.h"

namespace lockstep {

enum class apply_status : std::uint16_t {
    applied = 0,

    // The command itself, before any row is looked at.
    kind_is_unknown = 1,
    id_must_not_be_zero,
    reserved_field_must_be_zero,
    flags_do_not_fit_the_kind,
    chain_is_open_at_the_end_of_the_block,
    chain_is_too_long,
    leg_stands_alone,
    combo_legs_are_missing_or_too_many,
    combo_leg_repeats_an_instrument,
    kind_may_not_be_in_a_chain,
    chain_mixes_cash_and_orders,
    chain_repeats_an_instrument,

    // The signature, where the exchange requires one; none of these uses the id up.
    signature_is_missing = 13,
    signature_is_not_valid,
    nonce_was_used,
    key_does_not_belong_to_the_account,
    key_is_not_an_operators,
    key_was_revoked,

    // Idempotence: this id was seen before.
    exists = 20,
    exists_with_different_kind,
    exists_with_different_flags,
    exists_with_different_account,
    exists_with_different_counterparty,
    exists_with_different_instrument,
    exists_with_different_asset,
    exists_with_different_amount,
    exists_with_different_price,
    exists_with_different_terms,  // any other field
    id_already_failed,

    // Rows that are named.
    asset_not_found = 40,
    account_not_found,
    counterparty_not_found,
    instrument_not_found,
    target_not_found,
    target_is_of_another_kind,
    target_belongs_to_another_account,
    accounts_must_be_different,
    accounts_hold_different_assets,
    instrument_settles_in_another_asset,
    table_is_full,        // never given: an exchange of 2^32 commands takes no more blocks
    account_is_isolated,  // to another instrument, or from what others carry together
    counterparty_is_isolated,

    // Values.
    amount_must_be_positive = 60,
    amount_exceeds_the_pending_amount,
    price_must_be_positive,
    price_is_not_a_multiple_of_the_tick,
    amount_is_not_a_multiple_of_the_lot,
    trigger_must_be_positive,
    display_exceeds_the_amount,
    until_is_in_the_past,
    contract_is_not_valid,
    rate_is_out_of_range,
    consent_is_missing,
    owners_must_be_different,
    instrument_is_not_an_option,
    option_is_european,
    advice_is_not_known,

    rates_must_rise_with_the_bound = 76,
    tier_not_found,
    too_many_tiers,

    public_key_is_not_valid = 85,

    // The state of the rows.
    account_is_suspended = 90,
    counterparty_is_suspended,
    instrument_is_suspended,
    instrument_has_expired,
    instrument_has_not_expired_yet,
    instrument_has_no_mark,
    price_is_outside_the_band,
    pending_was_posted,
    pending_was_voided,
    pending_has_timed_out,
    account_may_only_reduce,
    order_would_not_reduce,
    order_is_not_open,
    account_lacks_free_cash,
    counterparty_lacks_free_cash,
    amount_overflows,
    pending_was_voided_by_loss,
    instrument_is_quarantined,
    account_is_not_under_water,
    amount_exceeds_the_step,
    price_is_worse_than_bankruptcy,
    price_is_not_the_takeover_price,
    counterparty_is_not_the_backstop,
    counterparty_holds_no_such_position,
    amount_exceeds_the_deficit,

    key_is_revoked_already = 115,
    last_operator_key_must_stay,

    nobody_has_gained = 117,
    fee_pool_lacks_cash,

    // The book.
    order_would_take_liquidity = 120,
    order_cannot_be_filled_whole,
    combo_cannot_be_filled_whole,
    book_is_full,
    terms_do_not_fit_together,
    order_has_triggered,
    too_many_trailing_orders,
    trailing_order_has_no_price_to_follow,
    amount_exceeds_the_books_bound,
    price_exceeds_the_books_bound,  // or the trigger, or an edge of the band that serves as limit

    // Exercise.
    amount_exceeds_the_long_position = 130,
    account_holds_no_long_position,
    nobody_has_given_notice,

    linked_command_failed = 140,  // another command of the chain was refused
};

/// Whether a command that ended so was the first to carry its id, or a repetition of the one that
/// was. What is refused for its form or its signature leaves the id to others.
constexpr bool reaches_the_id(apply_status status) {
    switch (status) {
        case apply_status::kind_is_unknown:
        case apply_status::id_must_not_be_zero:
        case apply_status::reserved_field_must_be_zero:
        case apply_status::flags_do_not_fit_the_kind:
        case apply_status::kind_may_not_be_in_a_chain:
        case apply_status::signature_is_missing:
        case apply_status::signature_is_not_valid:
        case apply_status::nonce_was_used:
        case apply_status::key_does_not_belong_to_the_account:
        case apply_status::key_is_not_an_operators:
        case apply_status::key_was_revoked: return false;
        default: return true;
    }
}

/// One for each command, in log order.
struct receipt_row {
    client_id id;
    std::uint64_t sequence;       // position in the log, from 1
    std::int64_t value;           // of an order: the quantity filled at once; else 0
    std::int64_t reserved_nanos;  // what was reserved on admission
    apply_status status;
    std::uint16_t fills;   // confirmed at once; 65,535: so many or more
    std::uint32_t result;  // the row that it made: an account, a pending transfer, an order's slot
};

static_assert(sizeof(receipt_row) == 48 && std::is_trivially_copyable_v<receipt_row>);
static_assert(std::has_unique_object_representations_v<receipt_row>);

}  // namespace lockstep
