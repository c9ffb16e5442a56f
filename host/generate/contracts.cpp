#include "host/generate/contracts.h"

#include <algorithm>

#include "host/base/error.h"
#include "host/generate/coins.h"
#include "pricing/base/exp_log.h"

namespace lockstep {

double contract::value(std::int64_t size, std::int64_t entry) const {
    double const units = static_cast<double>(size) * 1e-9;
    if (is_option) return units * mark;
    double const at = static_cast<double>(entry) * 1e-9;
    return is_inverse ? units * (1 / at - 1 / mark) : units * (mark - at);
}

namespace {

contract contract_of(market const& market, std::size_t at) {
    auto const& row = market.instruments[at];
    auto const& seen = market.quotes[at];
    auto const& underlying = market.underlyings[row.underlying.value];
    auto const* coin = find_coin(underlying.name);
    if (coin == nullptr)
        throw input_error(market.source +
                          ": has an underlying without known lots: " + underlying.name);
    contract out{};
    out.is_option = row.kind == instrument_kind::option;
    out.is_inverse = row.settle == settlement::inverse;
    out.lot = out.is_option ? coin->option_lot : coin->future_lot;
    out.price_tick = coin->price_tick;
    out.unit_usd = out.is_inverse && !out.is_option ? 1 : underlying.index;
    out.mark = seen.mark;
    if (out.is_option) {
        double const years = year_fraction(seen.time, row.expiry);
        double const strike = units(row.strike);
        double const away = logarithm(strike / seen.underlying);
        out.distance = (away < 0 ? -away : away) / (seen.vol * square_root(years));
    }
    return out;
}

double usd_of(market const& market, std::string const& asset) {
    auto const at = std::ranges::find(market.underlyings, asset, &underlying_row::name);
    return at == market.underlyings.end() ? 1 : at->index;
}

}  // namespace

contracts contracts_of(market const& market) {
    contracts out;
    for (auto const& asset : market.assets) {
        double const usd = usd_of(market, asset);
        out.groups.push_back({asset, find_coin(asset) == nullptr ? 6 : 8, usd, {}, {}, {}});
    }
    for (std::uint32_t at = 0; at < market.instruments.size(); ++at) {
        auto const& row = market.instruments[at];
        out.by_instrument.push_back(contract_of(market, at));
        auto& group = out.groups[row.settle_asset.value];
        switch (row.kind) {
            case instrument_kind::option: group.options.push_back(at); break;
            case instrument_kind::future: group.futures.push_back(at); break;
            case instrument_kind::perpetual: group.perpetuals.push_back(at); break;
        }
    }
    return out;
}

}  // namespace lockstep
