// Whose signature a command needs, and what is wrong with the key that signed it.
#pragma once

#include <cstring>

#include "margin/ledger/status.h"
#include "margin/state/key.h"
#include "margin/state/signature.h"
#include "margin/state/transaction.h"

namespace lockstep {

LOCKSTEP_HD constexpr bool is_key_command(transaction_kind kind) {
    return kind == transaction_kind::set_key || kind == transaction_kind::rotate_key ||
           kind == transaction_kind::revoke_key;
}

/// Binds the key that it carries.
LOCKSTEP_HD constexpr bool carries_key(transaction_kind kind) {
    return kind == transaction_kind::set_key || kind == transaction_kind::rotate_key;
}

/// What a holder says of the account that it names needs that account's key, unless it is of the
/// operator's own keys. Everything else, whatever it may be, is the operator's to say.
LOCKSTEP_HD constexpr bool needs_operator(transaction_row const& t) {
    switch (t.kind) {
        case transaction_kind::fund_insurance:
        case transaction_kind::withdraw:
        case transaction_kind::transfer:
        case transaction_kind::post_pending:
        case transaction_kind::void_pending:
        case transaction_kind::place_order:
        case transaction_kind::amend_order:
        case transaction_kind::cancel_order:
        case transaction_kind::mass_cancel:
        case transaction_kind::combo_order:
        case transaction_kind::combo_leg:
        case transaction_kind::exercise:
        case transaction_kind::advise_exercise:
        case transaction_kind::rotate_key:
        case transaction_kind::revoke_key:
            return is_key_command(t.kind) && (t.flags & transaction_flag::operator_key) != 0;
        default: return true;
    }
}

/// The first reason why this key may not sign this command now, or `applied`.
LOCKSTEP_HD constexpr apply_status refuse_signer(transaction_row const& t, std::uint64_t nonce,
                                                 key_row const& key) {
    bool const is_operator = (key.flags & key_flag::of_operator) != 0;
    // Orders of an account that is to be liquidated are taken off its books first.
    bool const may_too = is_operator && (t.kind == transaction_kind::revoke_key ||
                                         t.kind == transaction_kind::mass_cancel);
    if (nonce <= key.last_nonce) return apply_status::nonce_was_used;
    if (needs_operator(t)) {
        if (!is_operator) return apply_status::key_is_not_an_operators;
    } else if (!may_too && (is_operator || key.account != t.account)) {
        return apply_status::key_does_not_belong_to_the_account;
    }
    return key.flags & key_flag::revoked ? apply_status::key_was_revoked : apply_status::applied;
}

/// The key that a command carries, in its bytes 16 to 47: target, amount and price.
inline public_key carried_key(transaction_row const& t) {
    public_key key;
    std::memcpy(key.bytes, reinterpret_cast<char const*>(&t) + offsetof(transaction_row, target),
                sizeof key);
    return key;
}
inline void carry_key(public_key const& key, transaction_row& t) {
    std::memcpy(reinterpret_cast<char*>(&t) + offsetof(transaction_row, target), key.bytes,
                sizeof key);
}
static_assert(offsetof(transaction_row, amount) == offsetof(transaction_row, target) + 16 &&
              offsetof(transaction_row, price) == offsetof(transaction_row, target) + 24);

/// Not the canonical text of a point of small order, nor a coordinate beyond the field: with such a
/// key whoever checks by another library could come to another verdict (RFC 8032, 5.1.7; the points
/// are those of Chalkias, Garillot and Nikolaenko, "Taming the many EdDSAs", 2020, table 1).
inline bool is_sound(public_key const& key) {
    constexpr std::uint8_t top = 0x7f,
                           order_8[2][32] = {
                               {0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4,
                                0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6,
                                0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05},
                               {0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b,
                                0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39,
                                0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a}};
    std::uint8_t y[32];
    std::memcpy(y, key.bytes, sizeof y);
    y[31] &= top;  // the sign of x
    for (auto const& small : order_8)
        if (std::memcmp(y, small, sizeof y) == 0) return false;
    bool ones = y[31] == top, zeros = y[31] == 0;
    for (int i = 1; i < 31; ++i) {
        ones = ones && y[i] == 0xff;
        zeros = zeros && y[i] == 0;
    }
    // p = 2^255 - 19: y = p - 1 has order 2, y >= p is not canonical; y = 1 and 0: orders 1 and 4.
    return !(ones && y[0] >= 0xec) && !(zeros && y[0] <= 1);
}

}  // namespace lockstep
