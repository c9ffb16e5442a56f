#include "host/margin/query/listed_value.h"

#include <fmt/format.h>

#include "host/base/error.h"
#include "pricing/model/black.h"

namespace lockstep {

double value_after(margin_query const& q, query_underlying const& u, query_leg const& leg,
                   double move, char const* model) {
    if (leg.terms.kind == instrument_kind::perpetual) return u.perpetual_price * (1 + move);
    query_expiry const& e = expiry_of(u, leg);
    if (leg.terms.kind == instrument_kind::future) return valued_on(leg, e) * (1 + move);
    if (!leg.vol) throw input_error(fmt::format("model {}: {} has no 'vol'", model, named(leg)));
    double const years = q.years_to(e.time);
    option_inputs const in{
        .underlying = valued_on(leg, e) * (1 + move),
        .strike = units(leg.terms.strike),
        .time = years,
        .rate = e.rate,
        .dividend = 0,
        .vol = *leg.vol,
        .flags = leg.terms.type == option_type::call ? 0u : std::uint64_t{option_flag::put}};
    return value_option(in, option_depth::price).price;
}

}  // namespace lockstep
