#include "host/heston/chain_quotes.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "host/market/median.h"
#include "pricing/model/black.h"

namespace lockstep {
namespace {

bool usable(market const& seen, std::size_t i, heston_chain_options const& options) {
    instrument_row const& row = seen.instruments[i];
    quote const& quoted = seen.quotes[i];
    double const days = year_fraction(seen.time, row.expiry) * 365.0;
    return row.kind == instrument_kind::option && days >= options.days_min && quoted.vol > 0 &&
           std::isfinite(quoted.vol) && quoted.underlying > 0 && std::isfinite(quoted.underlying);
}

double strike_of(market const& seen, std::uint32_t i) { return units(seen.instruments[i].strike); }

/// Adds the options of an expiry that take part; an expiry of which none does leaves no trace.
void add_expiry(market const& seen, std::vector<std::uint32_t> options, double delta_min,
                heston_chain& chain) {
    std::vector<double> forwards;
    for (std::uint32_t const i : options) forwards.push_back(seen.quotes[i].underlying);
    double const forward = lower_median(std::move(forwards));
    std::stable_sort(options.begin(), options.end(), [&](std::uint32_t a, std::uint32_t b) {
        return strike_of(seen, a) < strike_of(seen, b);
    });
    double const time = year_fraction(seen.time, seen.instruments[options.front()].expiry);
    heston_quotes& q = chain.quotes;
    q.expiries.push_back({forward, time, 0, 0, {}, 0});
    for (std::uint32_t const i : options) {
        bool const put = seen.instruments[i].type == option_type::put;
        double const strike = strike_of(seen, i);
        if (put != (strike < forward)) continue;
        double const vol = seen.quotes[i].vol;
        option_valuation const v =
            value_option({forward, strike, time, 0, 0, vol,
                          std::uint64_t{put ? option_flag::put : std::uint8_t{0}}},
                         option_depth::first_greeks);
        if (v.faults != 0 || std::abs(v.delta) < delta_min) continue;
        q.add(strike, vol, put);
        chain.names.push_back(seen.names[i]);
    }
    if (q.begin.back() == q.size())
        q.expiries.pop_back();
    else
        q.begin.push_back(static_cast<std::uint32_t>(q.size()));
}

}  // namespace

std::vector<heston_chain> heston_chains_of(market const& seen,
                                           heston_chain_options const& options) {
    std::map<std::uint32_t, std::map<std::int64_t, std::vector<std::uint32_t>>> listed;
    for (std::uint32_t i = 0; i < seen.instruments.size(); ++i) {
        instrument_row const& row = seen.instruments[i];
        if (row.kind != instrument_kind::option) continue;
        auto& expiries = listed[row.underlying.value];  // also where no option takes part
        if (usable(seen, i, options)) expiries[row.expiry.value].push_back(i);
    }
    std::vector<heston_chain> chains;
    for (auto const& [underlying, expiries] : listed) {
        chains.push_back({seen.underlyings[underlying].name, {}, {}});
        for (auto const& [expiry, members] : expiries)
            add_expiry(seen, members, options.delta_min, chains.back());
    }
    return chains;
}

}  // namespace lockstep
