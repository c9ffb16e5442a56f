// A command as it stands in the log: 128 bytes, every field with a fixed place, so that the log can
// be read by offset and hashed as it is. What a field means depends on the kind; the table in
// data/FORMATS.md lists every kind with its fields.
#pragma once

#include <cstdint>
#include <type_traits>

#include "margin/state/id.h"
#include "pricing/base/platform.h"

namespace lockstep {

/// In the log: never renumber.
/// Grouped by whose key a command needs: margin/ledger/signer.h.
enum class transaction_kind : std::uint16_t {
    none = 0,
    // the operator of the exchange
    create_asset = 1,
    create_account = 2,
    create_instrument = 3,
    mark_update = 4,     // instrument, price
    funding = 5,         // perpetual, rate in billionths of notional (longs pay when positive)
    expiry = 6,          // instrument, delivery price
    session_settle = 7,  // instrument: gains become cash at its mark
    fee_change = 8,      // instrument, maker and taker ppm
    suspend = 9,         // account or instrument
    resume = 10,
    set_key = 12,       // binds a public key to an account or, by its flag, to the operator
    set_backstop = 13,  // account: takes positions over, for its asset
    interest = 14,      // asset: cash earns a yearly rate, since the last time
    set_tier = 15,      // instrument, bound of notional, rates: margin/ledger/tiers.h
    assign = 16,        // option, price of the underlying: notices of exercise are carried out
    deposit = 20,
    block_trade = 36,  // both accounts have agreed to it
    // the operator, of accounts under their maintenance margin: margin/ledger/liquidate.h
    liquidate = 50,   // account, instrument, side, amount, price: an order that closes, at once
    take_over = 51,   // account -> counterparty, the backstop
    deleverage = 52,  // account -> counterparty, a holder of the other side
    socialise = 53,   // asset: the winners of the last settlement pay its deficit
    // the holder of the account, or of keys the operator where they are his own
    fund_insurance = 11,  // account -> insurance fund of its asset
    withdraw = 21,
    transfer = 22,
    post_pending = 23,
    void_pending = 24,
    place_order = 30,
    amend_order = 31,
    cancel_order = 32,
    mass_cancel = 33,
    combo_order = 34,  // followed by its legs, all linked
    combo_leg = 35,
    exercise = 37,         // notice for an amount of an American option, not to be taken back
    advise_exercise = 38,  // what is to become of a long option at its expiry
    rotate_key = 40,       // a new public key in the place of the one that signs
    revoke_key = 41,       // target: the command that bound the key
};

namespace transaction_flag {
inline constexpr std::uint16_t linked = 1;       // succeeds or fails with the next one
inline constexpr std::uint16_t pending = 2;      // transfer: reserves only, until posted or voided
inline constexpr std::uint16_t reduce_only = 4;  // of a suspension: orders that reduce may pass
inline constexpr std::uint16_t post_only = 8;
inline constexpr std::uint16_t on_instrument =
    16;  // suspend, resume: the instrument, else the account; mass cancel: there alone
inline constexpr std::uint16_t consent_first = 32;   // block trade: `account` has agreed
inline constexpr std::uint16_t consent_second = 64;  // block trade: `counterparty` has agreed
inline constexpr std::uint16_t operator_key = 128;   // of keys: the operator's, not an account's
inline constexpr std::uint16_t whole_owner = 256;    // mass cancel: every account of its owner
inline constexpr std::uint16_t isolated = 512;  // of an account: for one instrument, on its own
}  // namespace transaction_flag

enum class order_side : std::uint8_t { buy = 0, sell = 1 };
LOCKSTEP_HD constexpr order_side opposite(order_side side) {
    return side == order_side::buy ? order_side::sell : order_side::buy;
}
enum class order_type : std::uint8_t { limit = 0, market, stop, stop_limit, trailing_stop };
enum class time_in_force : std::uint8_t {
    good_til_cancelled = 0,
    immediate_or_cancel,
    fill_or_kill,
    good_til_date
};
enum class self_trade : std::uint8_t { cancel_newest = 0, cancel_oldest, cancel_both, decrement };

struct transaction_row {
    client_id id;
    client_id target;            // the order, pending transfer or creation that is meant
    std::int64_t amount;         // money or quantity in nanos; a rate in billionths
    std::int64_t price;          // nanos; 0 where none is given
    std::int64_t trigger;        // stop price, or trailing distance, in nanos
    std::int64_t display;        // iceberg: shown part, in nanos; 0: all
    std::int64_t until;          // GTD and pending transfers: block time in ns; 0: never
    std::uint32_t account;       // pays, or places the order
    std::uint32_t counterparty;  // is paid
    std::uint32_t instrument;
    std::uint32_t asset;
    std::uint32_t user_data;
    std::uint32_t aux[2];  // kind-specific: fees, margin rates, contract codes
    transaction_kind kind;
    std::uint16_t flags;
    order_side side;
    order_type type;
    time_in_force force;
    self_trade prevention;
    std::uint8_t leg_count;
    std::uint8_t contract;  // create_instrument: kind | type << 2 | settle << 3 | style << 4
    std::uint8_t reserved[18];
};

static_assert(sizeof(transaction_row) == 128 && std::is_trivially_copyable_v<transaction_row>);
static_assert(std::has_unique_object_representations_v<transaction_row>);

}  // namespace lockstep
