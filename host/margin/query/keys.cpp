#include "host/margin/query/keys.h"

namespace lockstep {

namespace {

struct named_key {
    std::uint32_t key;
    char const* name;
};

/// In the order in which they are named. Where several places have a key, it stands with its own.
constexpr named_key names[] = {
    {query_key::cash_price, "cash_price"},
    {query_key::confidence, "confidence"},
    {query_key::multiplier, "multiplier"},
    {query_key::kind, "kind"},
    {query_key::perpetual_price, "perpetual_price"},
    {query_key::perpetual_confidence, "perpetual_confidence"},
    {query_key::rate, "rate"},
    {query_key::expiry_confidence, "expiries.confidence"},
    {query_key::average, "average"},
    {query_key::fixed, "fixed"},
    {query_key::vol, "vol"},
    {query_key::mark, "mark"},
    {query_key::entry, "entry"},
    {query_key::funding, "funding"},
    {query_key::collateral, "collateral"},
    {query_key::haircut_initial, "haircut_initial"},
    {query_key::haircut_maintenance, "haircut_maintenance"},
    {query_key::collateral_confidence, "collateral.confidence"},
    {query_key::moves_with_spot, "moves_with_spot"},
};

constexpr std::uint32_t inside_collateral =
    query_key::haircuts | query_key::collateral_confidence | query_key::moves_with_spot;

std::uint32_t said(query_underlying const& u) {
    std::uint32_t keys = 0;
    if (u.confidence != 1) keys |= query_key::confidence;
    if (u.multiplier != 1) keys |= query_key::multiplier;
    if (u.market_kind != "coin") keys |= query_key::kind;
    if (u.perpetual_price != u.index) keys |= query_key::perpetual_price;
    if (u.perpetual_confidence != 1) keys |= query_key::perpetual_confidence;
    for (query_expiry const& e : u.expiries) {
        if (e.rate != 0) keys |= query_key::rate;
        if (e.confidence != 1) keys |= query_key::expiry_confidence;
        if (e.average != 0) keys |= query_key::average;
        if (e.fixed != 0) keys |= query_key::fixed;
    }
    return keys;
}

std::uint32_t said(query_leg const& leg) {
    std::uint32_t keys = 0;
    if (leg.vol) keys |= query_key::vol;
    if (leg.mark) keys |= query_key::mark;
    if (leg.entry != 0) keys |= query_key::entry;
    if (leg.funding != 0) keys |= query_key::funding;
    return keys;
}

/// What no model reads of such a contract: an option's premium is in the cash, and nothing else has
/// a vol or is marked by hand.
std::uint32_t out_of_place(query_leg const& leg) {
    bool const option = leg.terms.kind == instrument_kind::option;
    return said(leg) &
           (option ? query_key::entry | query_key::funding : query_key::vol | query_key::mark);
}

std::uint32_t said(query_collateral const& c) {
    std::uint32_t keys = query_key::collateral;
    if (c.haircut_initial != 0) keys |= query_key::haircut_initial;
    if (c.haircut_maintenance != 0) keys |= query_key::haircut_maintenance;
    if (c.confidence != 1) keys |= query_key::collateral_confidence;
    if (c.moves_with_spot) keys |= query_key::moves_with_spot;
    return keys;
}

}  // namespace

std::vector<std::string> keys_not_read(margin_query const& query, std::uint32_t read) {
    std::uint32_t keys = query.cash_price != 1 ? query_key::cash_price : 0;
    for (query_underlying const& u : query.underlyings) keys |= said(u);
    for (query_leg const& leg : query.legs) keys |= said(leg);
    for (query_collateral const& c : query.collaterals) keys |= said(c);
    keys &= ~read;
    for (query_leg const& leg : query.legs) keys |= out_of_place(leg);
    if ((keys & query_key::collateral) != 0) keys &= ~inside_collateral;
    std::vector<std::string> not_read;
    for (auto const& [key, name] : names)
        if ((keys & key) != 0) not_read.emplace_back(name);
    return not_read;
}

}  // namespace lockstep
