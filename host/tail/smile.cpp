#include "host/tail/smile.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "host/market/median.h"
#include "pricing/base/exp_log.h"

namespace lockstep {
namespace {

using expiry_smile = underlying_smile::expiry;

double between(double x0, double y0, double x1, double y1, double x) {
    return y0 + (y1 - y0) * ((x - x0) / (x1 - x0));
}

double vol_at(expiry_smile const& of, double log_moneyness) {
    double const x = of.log_forward + log_moneyness;
    auto const next = std::lower_bound(of.log_strikes.begin(), of.log_strikes.end(), x);
    auto const i = static_cast<std::size_t>(next - of.log_strikes.begin());
    if (i == 0) return of.vols.front();
    if (i == of.vols.size()) return of.vols.back();
    return between(of.log_strikes[i - 1], of.vols[i - 1], of.log_strikes[i], of.vols[i], x);
}

/// Nothing when the strikes do not surround the forward.
std::optional<expiry_smile> smile_of(market const& seen, std::vector<std::uint32_t> const& options,
                                     double years) {
    std::vector<double> forwards;
    for (std::uint32_t const i : options) forwards.push_back(seen.quotes[i].underlying);
    double const forward = lower_median(std::move(forwards));
    std::map<std::int64_t, double> vols;  // by strike
    for (std::uint32_t const i : options) {
        instrument_row const& row = seen.instruments[i];
        bool const above = units(row.strike) > forward;
        if (above == (row.type == option_type::call))
            vols.insert_or_assign(row.strike.nanos, seen.quotes[i].vol);
        else
            vols.emplace(row.strike.nanos, seen.quotes[i].vol);
    }
    expiry_smile out{years, logarithm(forward), {}, {}};
    for (auto const& [strike, vol] : vols) {
        out.log_strikes.push_back(logarithm(units(price{strike})));
        out.vols.push_back(vol);
    }
    if (out.log_strikes.front() > out.log_forward || out.log_strikes.back() <= out.log_forward)
        return std::nullopt;
    return out;
}

}  // namespace

double underlying_smile::within(double years) const {
    return std::clamp(years, expiries.front().years, expiries.back().years);
}

double underlying_smile::log_forward(double years) const {
    double before = 0, log_before = log_index;
    for (expiry const& e : expiries) {
        if (years <= e.years) return between(before, log_before, e.years, e.log_forward, years);
        before = e.years;
        log_before = e.log_forward;
    }
    // Beyond the last the carry of the whole time goes on.
    return between(0, log_index, before, log_before, years);
}

double underlying_smile::vol(double years, double log_moneyness) const {
    double const time = within(years);
    auto const next = std::find_if(expiries.begin(), expiries.end(),
                                   [&](expiry const& e) { return e.years >= time; });
    double const later = vol_at(*next, log_moneyness);
    if (next->years == time) return later;
    expiry const& before = *(next - 1);
    double const earlier = vol_at(before, log_moneyness);
    double const variance = between(before.years, earlier * earlier * before.years, next->years,
                                    later * later * next->years, time);
    return square_root(variance / time);
}

double underlying_smile::deviation(double years) const {
    return vol(years, 0) * square_root(within(years));
}

underlying_smile const* market_smiles::find(std::string const& name) const {
    auto const at = std::find_if(underlyings.begin(), underlyings.end(),
                                 [&](underlying_smile const& u) { return u.name == name; });
    return at == underlyings.end() ? nullptr : &*at;
}

market_smiles smiles_of(market const& seen) {
    std::map<std::pair<std::uint32_t, std::int64_t>, std::vector<std::uint32_t>> by_expiry;
    std::vector<char> has_options(seen.underlyings.size());
    for (std::uint32_t i = 0; i < seen.instruments.size(); ++i) {
        instrument_row const& row = seen.instruments[i];
        quote const& q = seen.quotes[i];
        if (row.kind != instrument_kind::option) continue;
        has_options[row.underlying.value] = 1;
        bool const usable = seen.time < row.expiry && row.strike.nanos > 0 && q.vol > 0 &&
                            std::isfinite(q.vol) && q.underlying > 0 && std::isfinite(q.underlying);
        if (usable) by_expiry[{row.underlying.value, row.expiry.value}].push_back(i);
    }
    market_smiles found{seen.time, {}, {}, seen.source};
    for (std::uint32_t u = 0; u < seen.underlyings.size(); ++u) {
        double const index = seen.underlyings[u].index;
        underlying_smile smile{seen.underlyings[u].name, index > 0 ? logarithm(index) : 0, {}};
        for (auto at = by_expiry.lower_bound({u, 0}); at != by_expiry.end() && at->first.first == u;
             ++at) {
            double const years = year_fraction(seen.time, {at->first.second});
            if (auto e = smile_of(seen, at->second, years)) smile.expiries.push_back(std::move(*e));
        }
        if (index > 0 && !smile.expiries.empty())
            found.underlyings.push_back(std::move(smile));
        else if (has_options[u] != 0)
            found.without.push_back(std::move(smile.name));
    }
    return found;
}

}  // namespace lockstep
