// Instruments by their Deribit names:
//
//     BTC-25JUN27-150000-P        inverse option: underlying, expiry day, strike in USD, C or P
//     BTC-26JUN26                 inverse future
//     BTC-PERPETUAL               inverse perpetual
//     SOL_USDC-30JAN26-200-C      the same three, linear, settled in the asset after the '_'
//     XRP_USDC-30JUN23-0d625-C    'd' is the decimal point of a strike: 0.625
//
// A day has one or two digits, and everything expires at 08:00 UTC. Each contract has exactly one
// name here (no leading zeros, capitals only): what is accepted prints as it was read.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "pricing/base/money.h"
#include "pricing/base/time.h"
#include "pricing/instrument.h"

namespace lockstep {

inline constexpr std::int64_t expiry_hour_utc = 8;

/// What a name says. Underlying and settlement asset are still words: whoever keeps the tables
/// turns them into ids.
struct instrument_terms {
    std::string underlying;  // BTC
    std::string settle_asset;
    instrument_kind kind = instrument_kind::option;
    option_type type = option_type::call;
    settlement settle = settlement::inverse;
    price strike;
    utc_ns expiry;

    instrument_row row(underlying_id underlying_row, asset_id asset_row) const {
        return {strike, expiry, underlying_row, asset_row, kind, type, settle, {}};
    }
};

enum class name_fault : std::uint8_t {
    none = 0,
    is_empty = 1,
    is_no_contract = 2,  // no '-' at all: BTC, BTC_USDC (a spot pair)
    has_too_many_parts = 3,
    has_no_such_underlying = 4,  // empty, or not capitals and digits
    has_no_such_day = 5,
    has_no_such_strike = 6,
    has_neither_call_nor_put = 7,
    lacks_call_or_put = 8,
};

struct parsed_name {
    instrument_terms terms;
    name_fault fault = name_fault::none;
};

parsed_name parse_instrument_name(std::string_view name);

/// "has no such day: '31FEB26'"; the reason names the part at fault.
std::string reason_for(name_fault fault, std::string_view name);

/// 25JUN27: an expiry as it stands in names.
std::string print_expiry_day(utc_ns expiry);
std::string print_instrument_name(instrument_terms const& terms);

}  // namespace lockstep
