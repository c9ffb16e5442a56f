#include "host/margin/query/span_book.h"

#include <utility>

#include "host/base/error.h"
#include "host/margin/query/model.h"

namespace lockstep {

namespace {

int128 nanos_up(double amount) {
    checked_int64 const n = quantise(amount, 1e9, rounding::up);
    if (n.overflowed) throw input_error("model span: an amount is too large");
    return n.value;
}

double price_of_contract(query_underlying const& u, query_leg const& leg) {
    return leg.terms.kind == instrument_kind::perpetual ? u.perpetual_price
                                                        : valued_on(leg, expiry_of(u, leg));
}

span::contract contract_of(margin_query const& q, query_underlying const& u, query_leg const& leg) {
    span::contract c{};
    c.value_of_point = u.multiplier;
    c.forward = price_of_contract(u, leg);
    if (leg.terms.kind != instrument_kind::perpetual) {
        query_expiry const& e = expiry_of(u, leg);
        c.years = q.years_to(e.time);
        c.rate = e.rate;
    }
    if (leg.terms.kind == instrument_kind::option) {
        if (!leg.vol) throw input_error("model span: " + named(leg) + " has no 'vol'");
        c.is_option = true;
        c.is_call = leg.terms.type == option_type::call;
        c.strike = units(leg.terms.strike);
        c.vol = *leg.vol;
    }
    return c;
}

span::risk_array array_of(margin_query const& q, query_underlying const& u, query_leg const& leg,
                          span_parameters const& p) {
    span::contract const c = contract_of(q, u, leg);
    span::scan_range const range{.price = p.price_share * u.index,
                                 .vol = p.vol_share * c.vol,
                                 .extreme_multiple = p.extreme_multiple,
                                 .extreme_cover = p.extreme_cover,
                                 .look_ahead_years = p.look_ahead_days / 365.0};
    span::risk_array array{};
    if (!span::make_array(c, range, array))
        throw input_error("model span: the array of " + named(leg) + " does not fit");
    return array;
}

}  // namespace

span_book::span_book(margin_query const& q, query_underlying const& u, span_parameters const& p)
    : tiers_(static_cast<std::uint32_t>(u.expiries.size()) + 1) {
    for (std::size_t leg = 0; leg < q.legs.size(); ++leg)
        if (q.legs[leg].terms.underlying == u.name) rows_.push_back(row_of(q, u, p, leg));
    add_spreads(u, p);
}

span_book::row span_book::row_of(margin_query const& q, query_underlying const& u,
                                 span_parameters const& p, std::size_t leg) const {
    query_leg const& of = q.legs[leg];
    row r{};
    r.leg = leg;
    r.array = array_of(q, u, of, p);
    r.tier = of.terms.kind == instrument_kind::perpetual
                 ? tiers_ - 1
                 : static_cast<std::size_t>(&expiry_of(u, of) - u.expiries.data());
    checked_int64 const contracts = quantise_nearest(of.size, 1e9);
    if (contracts.overflowed) throw input_error("model span: " + named(of) + " is too large");
    r.contracts = contracts.value;
    r.delta = of.size * r.array.composite_delta;
    bool const option = of.terms.kind == instrument_kind::option;
    if (option && of.size < 0)
        r.short_minimum = nanos_up(-of.size * u.index * u.multiplier * p.short_option_share);
    // A future's gain is paid daily; what is open since it was entered is equity, and so is
    // funding that has not been paid yet.
    if (!option)
        r.open_gain = open_gain("span", of, of.size * u.multiplier, price_of_contract(u, of));
    return r;
}

/// Every pair of months, nearest first, one delta against one.
void span_book::add_spreads(query_underlying const& u, span_parameters const& p) {
    auto const charge =
        static_cast<std::int64_t>(nanos_up(p.calendar_share * u.index * u.multiplier));
    for (std::uint32_t gap = 1; gap < tiers_; ++gap)
        for (std::uint32_t first = 0; first + gap < tiers_; ++first)
            spreads_.push_back({first, first + gap, 1.0, 1.0, charge});
}

span_totals span_book::totals(std::size_t without) const {
    span_totals t{};
    std::vector<double> deltas(tiers_, 0.0);
    int128 option_value = 0;
    for (row const& r : rows_) {
        if (r.leg == without) continue;
        int128 const contracts = r.contracts;
        for (std::uint32_t s = 0; s < span::scenario_count; ++s)
            t.sums[s] += contracts * r.array.losses[s];
        deltas[r.tier] += r.delta;
        option_value += contracts * r.array.value;
        t.amounts.short_minimum += r.short_minimum;
        t.open_gain += r.open_gain;
    }
    for (int128& sum : t.sums) sum = divide(sum, nanos_per_unit, rounding::up);
    // As the losses are: who can lose all that options are worth lacks nothing.
    t.amounts.option_value = divide(option_value, nanos_per_unit, rounding::up);
    t.scan = span::scan_risk(t.sums);
    t.amounts.scan = t.scan.risk;
    t.amounts.calendar = span::calendar_charge(view_of(deltas), view_of(spreads_));
    return t;
}

}  // namespace lockstep
