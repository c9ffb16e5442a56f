#include "host/margin/query/pmrm_book.h"

#include <algorithm>
#include <utility>

#include "host/base/error.h"

namespace lockstep {

pmrm_book::pmrm_book(margin_query const& q, view<pmrm::scenario const> scenarios,
                     pmrm::parameters const& p)
    : scenarios_(scenarios), parameters_(p), place_(q.legs.size(), pmrm::no_leg) {
    if (q.underlyings.size() != 1)
        throw input_error("model pmrm: takes portfolios of one underlying, not " +
                          std::to_string(q.underlyings.size()));
    expect_no_debts(q, "pmrm");
    query_underlying const& u = q.underlyings.front();
    add_options(q, u);
    for (query_collateral const& c : q.collaterals)
        collaterals_.push_back({c.value / q.cash_price, c.confidence, c.haircut_maintenance,
                                c.haircut_initial, c.moves_with_spot});
    for (std::size_t i = 0; i < q.legs.size(); ++i) add_perpetual(q, u, i);
    portfolio_.legs = view_of(std::as_const(legs_));
    portfolio_.expiries = view_of(std::as_const(expiries_));
    portfolio_.collaterals = view_of(std::as_const(collaterals_));
    portfolio_.perpetual_price = u.perpetual_price;
    portfolio_.perpetual_confidence = u.perpetual_confidence;
    sum_perpetuals(portfolio_, pmrm::no_leg);
    portfolio_.cash = q.cash;
    portfolio_.spot = u.index;
    portfolio_.spot_confidence = u.confidence;
    portfolio_.stable_price = q.cash_price;
    std::size_t const moves = pmrm::move_count(scenarios);
    leg_values_.resize(legs_.size() * moves);
    values_.resize(expiries_.size() * moves);
    pmrm::value_all_legs(portfolio_, scenarios, p, view_of(leg_values_));
    pmrm::value_expiries(portfolio_, view_of(std::as_const(leg_values_)), view_of(values_));
}

void pmrm_book::add_options(margin_query const& q, query_underlying const& u) {
    for (query_expiry const& e : u.expiries) {
        std::vector<std::size_t> own;
        for (std::size_t i = 0; i < q.legs.size(); ++i) {
            query_leg const& leg = q.legs[i];
            if (leg.terms.kind != instrument_kind::option || leg.terms.expiry != e.time) continue;
            if (!leg.vol) throw input_error("model pmrm: " + named(leg) + " has no 'vol'");
            own.push_back(i);
        }
        if (own.empty()) continue;
        std::stable_sort(own.begin(), own.end(), [&q](std::size_t a, std::size_t b) {
            return q.legs[a].terms.strike.nanos < q.legs[b].terms.strike.nanos;
        });
        expiries_.push_back({q.years_to(e.time) * pmrm::seconds_per_year, e.forward, e.rate,
                             e.confidence, static_cast<std::uint32_t>(legs_.size()),
                             static_cast<std::uint32_t>(own.size())});
        for (std::size_t const i : own) {
            query_leg const& leg = q.legs[i];
            place_[i] = legs_.size();
            legs_.push_back(
                {units(leg.terms.strike), leg.size, *leg.vol, leg.terms.type == option_type::call});
        }
    }
}

void pmrm_book::add_perpetual(margin_query const& q, query_underlying const& u, std::size_t i) {
    query_leg const& leg = q.legs[i];
    (void)underlying_of(q, leg);
    expect_linear(leg, "pmrm");
    if (leg.terms.kind == instrument_kind::option) return void(expiry_of(u, leg));
    if (leg.terms.kind != instrument_kind::perpetual)
        throw input_error("model pmrm: " + named(leg) + " is neither option nor perpetual");
    double const entry = leg.entry > 0 ? leg.entry : u.perpetual_price;
    perpetuals_.push_back({i, leg.size, leg.funding, leg.size * (u.perpetual_price - entry)});
}

void pmrm_book::sum_perpetuals(pmrm::portfolio& into, std::size_t without) const {
    into.perpetual_size = into.perpetual_funding = into.perpetual_gain = 0;
    for (open_perpetual const& p : perpetuals_) {
        if (p.leg == without) continue;
        into.perpetual_size += p.size;
        into.perpetual_funding += p.funding;
        into.perpetual_gain += p.gain;
    }
}

// A leg of no size is as good as none: every sum over legs gets a zero from it. An expiry that is
// left without legs is worth zero under every move.
pmrm::result pmrm_book::without(std::size_t leg) const {
    pmrm::portfolio rest = portfolio_;
    sum_perpetuals(rest, leg);
    std::vector<pmrm::option_leg> legs = legs_;
    std::vector<double> values = values_, gains(scenarios_.size());
    if (std::size_t const at = place_[leg]; at != pmrm::no_leg) {
        legs[at].size = 0;
        std::size_t expiry = 0;
        while (expiries_[expiry].first + expiries_[expiry].count <= at) ++expiry;
        pmrm::value_expiry(rest, expiry, view_of(leg_values_), at, view_of(values));
    }
    rest.legs = view_of(std::as_const(legs));
    return pmrm::evaluate(rest, scenarios_, parameters_, view_of(values), view_of(gains));
}

}  // namespace lockstep
