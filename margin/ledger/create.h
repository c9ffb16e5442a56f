// New rows from commands: what a creation must satisfy, and the row that it makes.
#pragma once

#include "margin/ledger/isolated.h"
#include "margin/ledger/status.h"
#include "margin/state/account.h"
#include "margin/state/asset.h"
#include "margin/state/listing.h"
#include "margin/state/transaction.h"

namespace lockstep {

/// The name stands in `target`, zero-padded: one to eight characters of ASCII that can be seen.
LOCKSTEP_HD constexpr bool is_asset_name(client_id name) {
    if (name.low == 0 || name.high != 0) return false;
    for (std::uint64_t left = name.low; left != 0; left >>= 8)
        if ((left & 0xff) <= ' ' || (left & 0xff) > '~') return false;
    return true;
}

LOCKSTEP_HD apply_status make_asset(transaction_row const& t, std::uint64_t sequence,
                                    asset_row& out) {
    if (!is_asset_name(t.target)) return apply_status::contract_is_not_valid;
    out = asset_row{};
    out.id = t.id;
    for (int i = 0; i < 8; ++i) out.name[i] = static_cast<char>(t.target.low >> (8 * i));
    out.sequence = sequence;
    return apply_status::applied;
}

/// `only`: the listing that an isolated account is for, aux[0] its leverage; null for any other.
LOCKSTEP_HD apply_status make_account(transaction_row const& t, listing_row const* only,
                                      std::uint32_t number, std::uint64_t sequence,
                                      account_row& out) {
    out = account_row{};
    out.id = t.id;
    out.number = number;
    out.owner = t.counterparty;
    out.asset = {t.asset};
    out.sequence = sequence;
    return only == nullptr ? apply_status::applied : isolate(out, *only, t.instrument, t.aux[0]);
}

/// Fields of a listing: trigger = strike, until = expiry, price = tick, amount = lot, contract =
/// kind | type << 2 | settlement << 3 | American << 4, aux[0] = initial | maintenance << 16 in
/// units of 100 ppm, aux[1] = maker | taker << 16 in ppm, user_data = band in ppm, counterparty =
/// underlying.
LOCKSTEP_HD apply_status make_listing(transaction_row const& t, std::uint64_t sequence,
                                      listing_row& out) {
    std::uint32_t const kind = t.contract & 3u;
    bool const option = kind == static_cast<std::uint32_t>(instrument_kind::option);
    bool const perpetual = kind == static_cast<std::uint32_t>(instrument_kind::perpetual);
    bool const american = ((t.contract >> 4) & 1u) != 0;
    std::uint32_t const initial = (t.aux[0] & 0xffffu) * 100u;
    std::uint32_t const maintenance = (t.aux[0] >> 16) * 100u;
    if (t.amount <= 0) return apply_status::amount_must_be_positive;
    if (t.price <= 0) return apply_status::price_must_be_positive;
    if (kind > 2 || (t.contract >> 5) != 0 || (american && !option))
        return apply_status::contract_is_not_valid;
    if (option ? t.trigger <= 0 : t.trigger != 0) return apply_status::contract_is_not_valid;
    if (perpetual ? t.until != 0 : t.until <= 0) return apply_status::contract_is_not_valid;
    if (initial == 0 || initial > 1'000'000 || maintenance > initial || t.user_data == 0 ||
        t.user_data > 1'000'000)
        return apply_status::rate_is_out_of_range;
    out = listing_row{};
    out.id = t.id;
    out.contract.strike = {t.trigger};
    out.contract.expiry = {t.until};
    out.contract.underlying = {t.counterparty};
    out.contract.settle_asset = {t.asset};
    out.contract.kind = static_cast<instrument_kind>(kind);
    out.contract.type = static_cast<option_type>((t.contract >> 2) & 1u);
    out.contract.settle = static_cast<settlement>((t.contract >> 3) & 1u);
    out.tick = {t.price};
    out.lot = {t.amount};
    out.initial_ppm = initial;
    out.maintenance_ppm = maintenance;
    out.maker_fee_ppm = t.aux[1] & 0xffffu;
    out.taker_fee_ppm = t.aux[1] >> 16;
    out.band_ppm = t.user_data;
    out.flags = american ? listing_flag::american : 0;
    out.sequence = sequence;
    return apply_status::applied;
}

}  // namespace lockstep
