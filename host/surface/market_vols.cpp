#include "host/surface/market_vols.h"

#include <cstddef>

#include "host/surface/fit.h"
#include "pricing/base/exp_log.h"
#include "pricing/market/variance_surface.h"

namespace lockstep {

std::uint64_t take_surface_vols(market& market, backend& device) {
    quote_table const table = quotes_of(market);
    surface_fit const fit = fit_surfaces(table, {}, device);
    std::uint64_t left_alone = 0;
    std::size_t place = 0;  // the table holds the market's options in their order
    for (std::size_t i = 0; i < market.instruments.size(); ++i) {
        if (market.instruments[i].kind != instrument_kind::option) continue;
        option_quote const& q = table.quotes[place++];
        auto const& curves = fit.books[q.book].curves;
        double const time = year_fraction(market.time, q.expiry);
        if (curves.empty() || !(q.forward > 0) || !(time > 0)) {
            ++left_alone;
            continue;
        }
        double const k = logarithm(q.strike / q.forward);
        market.quotes[i].vol = surface_vol({curves.data(), curves.size()}, k, time);
    }
    return left_alone;
}

}  // namespace lockstep
