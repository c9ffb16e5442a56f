#include "host/margin/query/srm_book.h"

#include <utility>

#include "host/base/error.h"

namespace lockstep {

srm_book::srm_book(margin_query const& q, query_underlying const& u, srm::parameters const& p)
    : place(q.legs.size(), none), cash_price(q.cash_price), parameters(p) {
    for (query_expiry const& e : u.expiries) add_expiry(q, u, e);
    add_perpetuals(q, u);
    market = {.legs = view_of(std::as_const(legs)),
              .expiries = view_of(std::as_const(expiries)),
              .index = u.index,
              .index_confidence = u.confidence,
              .perpetual_size = 0,
              .perpetual_price = u.perpetual_price,
              .perpetual_confidence = u.perpetual_confidence,
              .perpetual_gain = 0,
              .perpetual_funding = 0,
              .coins = 0};
    sum_perpetuals(market, none);
    for (query_collateral const& c : q.collaterals)
        if (c.asset == u.name) market.coins += c.value / u.index;
}

void srm_book::add_expiry(margin_query const& q, query_underlying const& u, query_expiry const& e) {
    auto const first = static_cast<std::uint32_t>(legs.size());
    double const years = q.years_to(e.time);
    for (std::size_t i = 0; i < q.legs.size(); ++i) {
        query_leg const& leg = q.legs[i];
        if (leg.terms.kind != instrument_kind::option || leg.terms.expiry != e.time ||
            leg.terms.underlying != u.name)
            continue;
        srm::option_leg option{units(leg.terms.strike), leg.size, 0,
                               leg.terms.type == option_type::call};
        if (leg.mark)
            option.mark = *leg.mark;
        else if (leg.vol)
            option.mark = srm::settling_option_mark(option, valued_on(leg, e), e.average, e.fixed,
                                                    *leg.vol, years);
        else
            throw input_error("model srm: " + named(leg) + " has neither 'mark' nor 'vol'");
        place[i] = legs.size();
        legs.push_back(option);
    }
    auto const count = static_cast<std::uint32_t>(legs.size()) - first;
    if (count == 0) return;
    days.push_back(e.time);
    expiries.push_back(
        {srm::settling_forward(e.forward, e.average, e.fixed), e.confidence, first, count});
}

void srm_book::add_perpetuals(margin_query const& q, query_underlying const& u) {
    for (std::size_t i = 0; i < q.legs.size(); ++i) {
        query_leg const& leg = q.legs[i];
        if (leg.terms.kind == instrument_kind::option || leg.terms.underlying != u.name) continue;
        if (leg.terms.kind == instrument_kind::future)
            throw input_error("model srm: " + named(leg) + " is neither option nor perpetual");
        double const entry = leg.entry > 0 ? leg.entry : u.perpetual_price;
        perpetuals_.push_back({i, leg.size, leg.size * (u.perpetual_price - entry), leg.funding});
    }
}

void srm_book::sum_perpetuals(srm::market& into, std::size_t without) const {
    into.perpetual_size = into.perpetual_gain = into.perpetual_funding = 0;
    for (open_perpetual const& p : perpetuals_) {
        if (p.leg == without) continue;
        into.perpetual_size += p.size;
        into.perpetual_gain += p.gain;
        into.perpetual_funding += p.funding;
    }
}

srm_totals srm_book::totals() const {
    std::vector<srm::expiry_amounts> amounts;
    for (srm::expiry const& e : expiries) amounts.push_back(srm::amounts_of(market, e, parameters));
    return totals(market, view_of(std::as_const(amounts)));
}

srm_totals srm_book::totals(srm::market const& m, view<srm::expiry_amounts const> amounts) const {
    double options_value = 0;
    for (srm::option_leg const& leg : m.legs) options_value += leg.size * leg.mark;
    return {.margin = srm::market_margin(
                m, [amounts](std::size_t i) { return amounts[i]; }, cash_price, parameters),
            .options_value = options_value,
            .equity = options_value + m.perpetual_gain + m.perpetual_funding + m.coins * m.index};
}

srm_book_without::srm_book_without(srm_book const& book) : book_(book) {
    for (srm::expiry const& e : book.expiries) {
        amounts_.push_back(srm::amounts_of(book.market, e, book.parameters));
        auto const legs = book.market.legs.slice(e.first, e.count);
        srm::sum_corners(legs, view_of(corners_.emplace_back(srm::corner_count(legs))));
    }
}

// A leg of no size is as good as none, but that its strike is none where the payoff can be worst.
srm_totals srm_book_without::totals(std::size_t leg) const {
    if (leg == no_leg) return book_.totals(book_.market, view_of(amounts_));
    srm::market rest = book_.market;
    book_.sum_perpetuals(rest, leg);
    std::size_t const at = book_.place[leg];
    if (at == srm_book::none) return book_.totals(rest, view_of(amounts_));
    std::vector<srm::option_leg> legs = book_.legs;
    legs[at].size = 0;
    rest.legs = view_of(std::as_const(legs));
    std::size_t i = 0;
    while (book_.expiries[i].first + book_.expiries[i].count <= at) ++i;
    srm::expiry const& e = book_.expiries[i];
    auto const own = rest.legs.slice(e.first, e.count);
    double const worst =
        srm::worst_payoff_without(own, at - e.first, book_.legs[at], view_of(corners_[i]));
    std::vector<srm::expiry_amounts> amounts = amounts_;
    amounts[i] = srm::amounts_of(own, worst, e.forward, rest.index, book_.parameters);
    return book_.totals(rest, view_of(std::as_const(amounts)));
}

}  // namespace lockstep
