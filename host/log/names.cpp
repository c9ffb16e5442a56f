#include "host/log/names.h"

#include <iterator>
#include <utility>

namespace lockstep {

namespace {

template <class Enum>
using name_of = std::pair<Enum, std::string_view>;

constexpr name_of<transaction_kind> transaction_kind_names[] = {
    {transaction_kind::create_asset, "create_asset"},
    {transaction_kind::create_account, "create_account"},
    {transaction_kind::create_instrument, "create_instrument"},
    {transaction_kind::mark_update, "mark_update"},
    {transaction_kind::funding, "funding"},
    {transaction_kind::expiry, "expiry"},
    {transaction_kind::session_settle, "session_settle"},
    {transaction_kind::fee_change, "fee_change"},
    {transaction_kind::suspend, "suspend"},
    {transaction_kind::resume, "resume"},
    {transaction_kind::fund_insurance, "fund_insurance"},
    {transaction_kind::set_key, "set_key"},
    {transaction_kind::deposit, "deposit"},
    {transaction_kind::withdraw, "withdraw"},
    {transaction_kind::transfer, "transfer"},
    {transaction_kind::post_pending, "post_pending"},
    {transaction_kind::void_pending, "void_pending"},
    {transaction_kind::place_order, "place_order"},
    {transaction_kind::amend_order, "amend_order"},
    {transaction_kind::cancel_order, "cancel_order"},
    {transaction_kind::mass_cancel, "mass_cancel"},
    {transaction_kind::combo_order, "combo_order"},
    {transaction_kind::combo_leg, "combo_leg"},
    {transaction_kind::block_trade, "block_trade"},
    {transaction_kind::rotate_key, "rotate_key"},
    {transaction_kind::revoke_key, "revoke_key"},
    {transaction_kind::set_backstop, "set_backstop"},
    {transaction_kind::liquidate, "liquidate"},
    {transaction_kind::take_over, "take_over"},
    {transaction_kind::deleverage, "deleverage"},
    {transaction_kind::socialise, "socialise"},
    {transaction_kind::interest, "interest"},
    {transaction_kind::set_tier, "set_tier"},
    {transaction_kind::assign, "assign"},
    {transaction_kind::exercise, "exercise"},
    {transaction_kind::advise_exercise, "advise_exercise"},
};

constexpr name_of<order_side> order_side_names[] = {
    {order_side::buy, "buy"},
    {order_side::sell, "sell"},
};

constexpr name_of<order_type> order_type_names[] = {
    {order_type::limit, "limit"},
    {order_type::market, "market"},
    {order_type::stop, "stop"},
    {order_type::stop_limit, "stop_limit"},
    {order_type::trailing_stop, "trailing_stop"},
};

constexpr name_of<time_in_force> time_in_force_names[] = {
    {time_in_force::good_til_cancelled, "good_til_cancelled"},
    {time_in_force::immediate_or_cancel, "immediate_or_cancel"},
    {time_in_force::fill_or_kill, "fill_or_kill"},
    {time_in_force::good_til_date, "good_til_date"},
};

constexpr name_of<self_trade> self_trade_names[] = {
    {self_trade::cancel_newest, "cancel_newest"},
    {self_trade::cancel_oldest, "cancel_oldest"},
    {self_trade::cancel_both, "cancel_both"},
    {self_trade::decrement, "decrement"},
};

constexpr name_of<apply_status> apply_status_names[] = {
    {apply_status::applied, "applied"},
    {apply_status::kind_is_unknown, "kind_is_unknown"},
    {apply_status::id_must_not_be_zero, "id_must_not_be_zero"},
    {apply_status::reserved_field_must_be_zero, "reserved_field_must_be_zero"},
    {apply_status::flags_do_not_fit_the_kind, "flags_do_not_fit_the_kind"},
    {apply_status::chain_is_open_at_the_end_of_the_block, "chain_is_open_at_the_end_of_the_block"},
    {apply_status::chain_is_too_long, "chain_is_too_long"},
    {apply_status::leg_stands_alone, "leg_stands_alone"},
    {apply_status::combo_legs_are_missing_or_too_many, "combo_legs_are_missing_or_too_many"},
    {apply_status::combo_leg_repeats_an_instrument, "combo_leg_repeats_an_instrument"},
    {apply_status::kind_may_not_be_in_a_chain, "kind_may_not_be_in_a_chain"},
    {apply_status::chain_mixes_cash_and_orders, "chain_mixes_cash_and_orders"},
    {apply_status::chain_repeats_an_instrument, "chain_repeats_an_instrument"},
    {apply_status::signature_is_missing, "signature_is_missing"},
    {apply_status::signature_is_not_valid, "signature_is_not_valid"},
    {apply_status::nonce_was_used, "nonce_was_used"},
    {apply_status::key_does_not_belong_to_the_account, "key_does_not_belong_to_the_account"},
    {apply_status::key_is_not_an_operators, "key_is_not_an_operators"},
    {apply_status::key_was_revoked, "key_was_revoked"},
    {apply_status::exists, "exists"},
    {apply_status::exists_with_different_kind, "exists_with_different_kind"},
    {apply_status::exists_with_different_flags, "exists_with_different_flags"},
    {apply_status::exists_with_different_account, "exists_with_different_account"},
    {apply_status::exists_with_different_counterparty, "exists_with_different_counterparty"},
    {apply_status::exists_with_different_instrument, "exists_with_different_instrument"},
    {apply_status::exists_with_different_asset, "exists_with_different_asset"},
    {apply_status::exists_with_different_amount, "exists_with_different_amount"},
    {apply_status::exists_with_different_price, "exists_with_different_price"},
    {apply_status::exists_with_different_terms, "exists_with_different_terms"},
    {apply_status::id_already_failed, "id_already_failed"},
    {apply_status::asset_not_found, "asset_not_found"},
    {apply_status::account_not_found, "account_not_found"},
    {apply_status::counterparty_not_found, "counterparty_not_found"},
    {apply_status::instrument_not_found, "instrument_not_found"},
    {apply_status::target_not_found, "target_not_found"},
    {apply_status::target_is_of_another_kind, "target_is_of_another_kind"},
    {apply_status::target_belongs_to_another_account, "target_belongs_to_another_account"},
    {apply_status::accounts_must_be_different, "accounts_must_be_different"},
    {apply_status::accounts_hold_different_assets, "accounts_hold_different_assets"},
    {apply_status::instrument_settles_in_another_asset, "instrument_settles_in_another_asset"},
    {apply_status::table_is_full, "table_is_full"},
    {apply_status::account_is_isolated, "account_is_isolated"},
    {apply_status::counterparty_is_isolated, "counterparty_is_isolated"},
    {apply_status::amount_must_be_positive, "amount_must_be_positive"},
    {apply_status::amount_exceeds_the_pending_amount, "amount_exceeds_the_pending_amount"},
    {apply_status::price_must_be_positive, "price_must_be_positive"},
    {apply_status::price_is_not_a_multiple_of_the_tick, "price_is_not_a_multiple_of_the_tick"},
    {apply_status::amount_is_not_a_multiple_of_the_lot, "amount_is_not_a_multiple_of_the_lot"},
    {apply_status::trigger_must_be_positive, "trigger_must_be_positive"},
    {apply_status::display_exceeds_the_amount, "display_exceeds_the_amount"},
    {apply_status::until_is_in_the_past, "until_is_in_the_past"},
    {apply_status::contract_is_not_valid, "contract_is_not_valid"},
    {apply_status::rate_is_out_of_range, "rate_is_out_of_range"},
    {apply_status::consent_is_missing, "consent_is_missing"},
    {apply_status::owners_must_be_different, "owners_must_be_different"},
    {apply_status::instrument_is_not_an_option, "instrument_is_not_an_option"},
    {apply_status::option_is_european, "option_is_european"},
    {apply_status::advice_is_not_known, "advice_is_not_known"},
    {apply_status::rates_must_rise_with_the_bound, "rates_must_rise_with_the_bound"},
    {apply_status::tier_not_found, "tier_not_found"},
    {apply_status::too_many_tiers, "too_many_tiers"},
    {apply_status::public_key_is_not_valid, "public_key_is_not_valid"},
    {apply_status::account_is_suspended, "account_is_suspended"},
    {apply_status::counterparty_is_suspended, "counterparty_is_suspended"},
    {apply_status::instrument_is_suspended, "instrument_is_suspended"},
    {apply_status::instrument_has_expired, "instrument_has_expired"},
    {apply_status::instrument_has_not_expired_yet, "instrument_has_not_expired_yet"},
    {apply_status::instrument_has_no_mark, "instrument_has_no_mark"},
    {apply_status::price_is_outside_the_band, "price_is_outside_the_band"},
    {apply_status::pending_was_posted, "pending_was_posted"},
    {apply_status::pending_was_voided, "pending_was_voided"},
    {apply_status::pending_has_timed_out, "pending_has_timed_out"},
    {apply_status::account_may_only_reduce, "account_may_only_reduce"},
    {apply_status::order_would_not_reduce, "order_would_not_reduce"},
    {apply_status::order_is_not_open, "order_is_not_open"},
    {apply_status::account_lacks_free_cash, "account_lacks_free_cash"},
    {apply_status::counterparty_lacks_free_cash, "counterparty_lacks_free_cash"},
    {apply_status::amount_overflows, "amount_overflows"},
    {apply_status::key_is_revoked_already, "key_is_revoked_already"},
    {apply_status::last_operator_key_must_stay, "last_operator_key_must_stay"},
    {apply_status::pending_was_voided_by_loss, "pending_was_voided_by_loss"},
    {apply_status::instrument_is_quarantined, "instrument_is_quarantined"},
    {apply_status::account_is_not_under_water, "account_is_not_under_water"},
    {apply_status::amount_exceeds_the_step, "amount_exceeds_the_step"},
    {apply_status::price_is_worse_than_bankruptcy, "price_is_worse_than_bankruptcy"},
    {apply_status::price_is_not_the_takeover_price, "price_is_not_the_takeover_price"},
    {apply_status::counterparty_is_not_the_backstop, "counterparty_is_not_the_backstop"},
    {apply_status::counterparty_holds_no_such_position, "counterparty_holds_no_such_position"},
    {apply_status::amount_exceeds_the_deficit, "amount_exceeds_the_deficit"},
    {apply_status::nobody_has_gained, "nobody_has_gained"},
    {apply_status::fee_pool_lacks_cash, "fee_pool_lacks_cash"},
    {apply_status::order_would_take_liquidity, "order_would_take_liquidity"},
    {apply_status::order_cannot_be_filled_whole, "order_cannot_be_filled_whole"},
    {apply_status::combo_cannot_be_filled_whole, "combo_cannot_be_filled_whole"},
    {apply_status::book_is_full, "book_is_full"},
    {apply_status::terms_do_not_fit_together, "terms_do_not_fit_together"},
    {apply_status::order_has_triggered, "order_has_triggered"},
    {apply_status::too_many_trailing_orders, "too_many_trailing_orders"},
    {apply_status::trailing_order_has_no_price_to_follow, "trailing_order_has_no_price_to_follow"},
    {apply_status::amount_exceeds_the_books_bound, "amount_exceeds_the_books_bound"},
    {apply_status::price_exceeds_the_books_bound, "price_exceeds_the_books_bound"},
    {apply_status::amount_exceeds_the_long_position, "amount_exceeds_the_long_position"},
    {apply_status::account_holds_no_long_position, "account_holds_no_long_position"},
    {apply_status::nobody_has_given_notice, "nobody_has_given_notice"},
    {apply_status::linked_command_failed, "linked_command_failed"},
};

constexpr name_of<exercise_advice> exercise_advice_names[] = {
    {exercise_advice::none, "none"},
    {exercise_advice::exercise, "exercise"},
    {exercise_advice::do_not_exercise, "do_not_exercise"},
};

constexpr name_of<std::uint16_t> flag_names[] = {
    {transaction_flag::linked, "linked"},
    {transaction_flag::pending, "pending"},
    {transaction_flag::reduce_only, "reduce_only"},
    {transaction_flag::post_only, "post_only"},
    {transaction_flag::on_instrument, "on_instrument"},
    {transaction_flag::consent_first, "consent_first"},
    {transaction_flag::consent_second, "consent_second"},
    {transaction_flag::operator_key, "operator_key"},
    {transaction_flag::whole_owner, "whole_owner"},
    {transaction_flag::isolated, "isolated"},
};

template <class Enum, std::size_t N>
std::string_view name_in(name_of<Enum> const (&table)[N], Enum value) {
    for (auto const& [key, name] : table)
        if (key == value) return name;
    return no_name;
}

template <class Enum, std::size_t N>
std::optional<Enum> value_in(name_of<Enum> const (&table)[N], std::string_view name) {
    for (auto const& [key, text] : table)
        if (text == name) return key;
    return std::nullopt;
}

}  // namespace

std::string_view name_of(transaction_kind value) { return name_in(transaction_kind_names, value); }
std::string_view name_of(apply_status value) { return name_in(apply_status_names, value); }
std::string_view name_of(order_side value) { return name_in(order_side_names, value); }
std::string_view name_of(order_type value) { return name_in(order_type_names, value); }
std::string_view name_of(time_in_force value) { return name_in(time_in_force_names, value); }
std::string_view name_of(self_trade value) { return name_in(self_trade_names, value); }

std::string_view name_of(exercise_advice value) { return name_in(exercise_advice_names, value); }

std::string_view name_of_flag(std::uint16_t bit) { return name_in(flag_names, bit); }

std::optional<transaction_kind> kind_named(std::string_view name) {
    return value_in(transaction_kind_names, name);
}
std::optional<order_side> side_named(std::string_view name) {
    return value_in(order_side_names, name);
}
std::optional<order_type> type_named(std::string_view name) {
    return value_in(order_type_names, name);
}
std::optional<time_in_force> force_named(std::string_view name) {
    return value_in(time_in_force_names, name);
}
std::optional<self_trade> prevention_named(std::string_view name) {
    return value_in(self_trade_names, name);
}
std::optional<exercise_advice> advice_named(std::string_view name) {
    return value_in(exercise_advice_names, name);
}
std::optional<std::uint16_t> flag_named(std::string_view name) {
    return value_in(flag_names, name);
}

}  // namespace lockstep
