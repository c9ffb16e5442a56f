// What the kinds of command have in common, in one table: which flags they may carry, whom
// they name, and which steps of a block they concern. What each does is in the steps themselves.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "margin/state/transaction.h"

namespace lockstep {

namespace kind_trait {
inline constexpr std::uint16_t known = 1;
inline constexpr std::uint16_t at_end = 2;    // takes effect at the end of its block
inline constexpr std::uint16_t in_books = 4;  // carried out by the match step, legs by their header
inline constexpr std::uint16_t sets_aside = 8;   // an order or trade that admission reserves for
inline constexpr std::uint16_t bilateral = 16;   // a trade between the two accounts that it names
inline constexpr std::uint16_t liquidates = 32;  // a step of the waterfall, cancelling left out
inline constexpr std::uint16_t of_account = 64;  // is about the account that it names
}  // namespace kind_trait

struct kind_traits {
    std::uint16_t flags = 0;  // that it may carry
    std::uint16_t traits = 0;
};

namespace detail {

constexpr std::array<kind_traits, 64> make_kinds() {
    using namespace kind_trait;
    using namespace transaction_flag;
    using enum transaction_kind;
    std::array<kind_traits, 64> kinds{};
    auto const is = [&kinds](transaction_kind kind, unsigned flags, unsigned traits) {
        kinds[static_cast<std::size_t>(kind)] = {static_cast<std::uint16_t>(flags),
                                                 static_cast<std::uint16_t>(traits | known)};
    };
    is(create_asset, 0, 0);
    is(create_account, isolated, 0);
    is(create_instrument, 0, 0);
    is(set_backstop, 0, of_account);
    is(mark_update, 0, at_end);
    is(funding, 0, at_end);
    is(expiry, 0, at_end);
    is(session_settle, 0, at_end);
    is(fee_change, 0, at_end);
    is(suspend, on_instrument | reduce_only, at_end | of_account);
    is(resume, on_instrument, at_end | of_account);
    is(interest, 0, at_end);
    is(set_tier, 0, at_end);
    is(assign, 0, at_end);
    is(socialise, 0, at_end | liquidates);
    is(fund_insurance, linked, of_account);
    is(deposit, linked, of_account);
    is(withdraw, linked, of_account);
    is(transfer, linked | pending, of_account);
    is(post_pending, linked, of_account);
    is(void_pending, linked, of_account);
    is(place_order, linked | reduce_only | post_only, in_books | sets_aside | of_account);
    is(amend_order, 0, in_books | sets_aside | of_account);
    is(cancel_order, 0, in_books | of_account);
    is(mass_cancel, on_instrument | whole_owner, in_books | of_account);
    is(combo_order, linked, in_books | of_account);
    is(combo_leg, linked | reduce_only, sets_aside | of_account);
    is(block_trade, linked | consent_first | consent_second,
       in_books | sets_aside | bilateral | of_account);
    is(exercise, 0, of_account);
    is(advise_exercise, 0, of_account);
    is(set_key, operator_key, of_account);
    is(rotate_key, operator_key, of_account);
    is(revoke_key, operator_key, of_account);
    is(liquidate, 0, in_books | liquidates | of_account);
    is(take_over, 0, in_books | bilateral | liquidates | of_account);
    is(deleverage, 0, in_books | bilateral | liquidates | of_account);
    return kinds;
}

inline constexpr std::array<kind_traits, 64> kinds = make_kinds();

}  // namespace detail

/// Of a kind that is not known, nothing.
constexpr kind_traits traits_of(transaction_kind kind) {
    auto const number = static_cast<std::size_t>(kind);
    return number < detail::kinds.size() ? detail::kinds[number] : kind_traits{};
}
constexpr bool has_trait(transaction_kind kind, std::uint16_t trait) {
    return (traits_of(kind).traits & trait) != 0;
}
/// Whether a chain may hold such a command, as its last one too.
constexpr bool kind_may_be_linked(transaction_kind kind) {
    return (traits_of(kind).flags & transaction_flag::linked) != 0;
}

}  // namespace lockstep
