// Fills margin/model/span.h from a portfolio: one combined commodity for each underlying, whose
// expiries are its months.
#include <fmt/format.h>
#include <algorithm>
#include <cmath>

#include "host/base/error.h"
#include "host/margin/query/models.h"
#include "host/margin/query/preset_checks.h"
#include "host/margin/span_file.h"
#include "host/margin/toml_reader.h"
#include "margin/model/span.h"

namespace lockstep {

namespace {

struct span_parameters {
    double price_share, vol_share;
    double extreme_multiple, extreme_cover;
    double look_ahead_days;
    double calendar_share, short_option_share;
};

int128 nanos_up(double amount) {
    checked_int64 const n = quantise(amount, 1e9, rounding::up);
    if (n.overflowed) throw input_error("model span: an amount is too large");
    return n.value;
}

class span_model : public margin_model {
  public:
    explicit span_model(span_parameters const& p) : p_(p) {}

    std::uint32_t keys_read() const override {
        return query_key::multiplier | query_key::of_positions | query_key::rate | query_key::vol;
    }
    margin_answer answer_to(margin_query const& q) const override {
        for (query_leg const& leg : q.legs) {
            (void)underlying_of(q, leg);
            expect_linear(leg, "span");
        }
        margin_answer a;
        int128 equity = nanos_of(q.cash, "model span: the cash");
        a.options_are_paid_in_full = true;
        int128 required = 0;
        for (query_underlying const& u : q.underlyings) required += commodity(q, u, a, equity);
        a.equity = units(equity);
        a.initial = a.maintenance =
            units(required);  // an exchange's files name their ratio; here there is none
        return a;
    }

  private:
    int128 commodity(margin_query const& q, query_underlying const& u, margin_answer& a,
                     int128& equity) const {
        int128 sums[span::scenario_count]{};
        std::vector<double> tiers(u.expiries.size() + 1, 0.0);  // the last: without an expiry
        int128 option_value = 0;
        span::commodity_amounts amounts{};
        for (query_leg const& leg : q.legs) {
            if (leg.terms.underlying != u.name) continue;
            std::size_t tier = u.expiries.size();
            span::risk_array const array = array_of(q, u, leg, tier);
            checked_int64 const size = quantise_nearest(leg.size, 1e9);
            if (size.overflowed) throw input_error("model span: " + named(leg) + " is too large");
            int128 const contracts = size.value;
            for (std::uint32_t s = 0; s < span::scenario_count; ++s)
                sums[s] += contracts * array.losses[s];
            tiers[tier] += leg.size * array.composite_delta;
            option_value += contracts * array.value;
            if (leg.terms.kind == instrument_kind::option && leg.size < 0)
                amounts.short_minimum +=
                    nanos_up(-leg.size * u.index * u.multiplier * p_.short_option_share);
            // A future's gain is paid daily; what is open since it was entered is equity, and so is
            // funding that has not been paid yet.
            if (leg.terms.kind != instrument_kind::option)
                equity += open_gain("span", leg, leg.size * u.multiplier, price_of(u, leg));
        }
        for (int128& sum : sums) sum = divide(sum, nanos_per_unit, rounding::up);
        // As the losses are: who can lose all that options are worth lacks nothing.
        amounts.option_value = divide(option_value, nanos_per_unit, rounding::up);
        span::scan_result const scan = span::scan_risk(sums);
        amounts.scan = scan.risk;
        amounts.calendar = calendar(u, tiers);
        a.value_beside_equity += units(amounts.option_value);
        a.parts.push_back({u.name + " scan_risk", units(scan.risk)});
        a.parts.push_back({u.name + " price_risk", units(span::price_risk(sums, scan))});
        a.parts.push_back({u.name + " calendar_charge", units(amounts.calendar)});
        a.parts.push_back({u.name + " short_option_minimum", units(amounts.short_minimum)});
        a.parts.push_back({u.name + " net_option_value", units(amounts.option_value)});
        for (std::uint32_t s = 0; s < span::scenario_count; ++s)
            a.scenarios.push_back({u.name + " " + describe(s), -units(sums[s])});
        return span::requirement(amounts);
    }

    static double price_of(query_underlying const& u, query_leg const& leg) {
        return leg.terms.kind == instrument_kind::perpetual ? u.perpetual_price
                                                            : expiry_of(u, leg).forward;
    }

    span::risk_array array_of(margin_query const& q, query_underlying const& u,
                              query_leg const& leg, std::size_t& tier) const {
        span::contract c{};
        c.value_of_point = u.multiplier;
        c.forward = price_of(u, leg);
        if (leg.terms.kind != instrument_kind::perpetual) {
            query_expiry const& e = expiry_of(u, leg);
            tier = static_cast<std::size_t>(&e - u.expiries.data());
            c.years = q.years_to(e.time);
            c.rate = e.rate;
        }
        if (leg.terms.kind == instrument_kind::option) {
            if (!leg.vol) throw input_error("model span: " + named(leg) + " has no 'vol'");
            c.is_option = true;
            c.is_call = leg.terms.type == option_type::call;
            c.strike = static_cast<double>(leg.terms.strike.nanos) * 1e-9;
            c.vol = *leg.vol;
        }
        span::scan_range const range{.price = p_.price_share * u.index,
                                     .vol = p_.vol_share * c.vol,
                                     .extreme_multiple = p_.extreme_multiple,
                                     .extreme_cover = p_.extreme_cover,
                                     .look_ahead_years = p_.look_ahead_days / 365.0};
        span::risk_array array{};
        if (!span::make_array(c, range, array))
            throw input_error("model span: the array of " + named(leg) + " does not fit");
        return array;
    }

    /// Every pair of months, nearest first, one delta against one.
    int128 calendar(query_underlying const& u, std::vector<double>& tiers) const {
        std::vector<span::calendar_spread> spreads;
        auto const charge =
            static_cast<std::int64_t>(nanos_up(p_.calendar_share * u.index * u.multiplier));
        auto const count = static_cast<std::uint32_t>(tiers.size());
        for (std::uint32_t gap = 1; gap < count; ++gap)
            for (std::uint32_t first = 0; first + gap < count; ++first)
                spreads.push_back({first, first + gap, 1.0, 1.0, charge});
        return span::calendar_charge(view_of(tiers), view_of(std::as_const(spreads)));
    }

    std::string describe(std::uint32_t s) const {
        span::scenario const& sc = span::scenarios[s];
        double const multiple = sc.extreme ? p_.extreme_multiple : 1.0;
        char const* vol = sc.vol > 0 ? "up" : sc.vol < 0 ? "down" : "same";
        return fmt::format("{:+.4g} %, vol {}{}", 100 * p_.price_share * sc.thirds * multiple / 3,
                           vol, sc.extreme ? fmt::format(", {:.4g} of it", p_.extreme_cover) : "");
    }

    span_parameters p_;
};

}  // namespace

std::unique_ptr<margin_model> make_span_model(std::string_view text, std::string const& origin) {
    if (is_span_file(text)) return make_span_file_model(text, origin);
    toml::table const root = parse_toml(text, origin);
    toml_reader in(root, origin);
    expect_name_of(in, "span");
    toml_reader scan = in.table("scan"), charge = in.table("charge");
    span_parameters p{};
    p.price_share = scan.number("price_share", 0, 0.99);
    p.vol_share = scan.number("vol_share", 0, 0.99);
    p.extreme_multiple = scan.number("extreme_multiple", 1, 10);
    p.extreme_cover = scan.number("extreme_cover", 0, 1);
    p.look_ahead_days = scan.number("look_ahead_days", 0, 30);
    p.calendar_share = charge.number("calendar_share", 0, 1);
    p.short_option_share = charge.number("short_option_share", 0, 1);
    scan.expect_no_other_keys();
    charge.expect_no_other_keys();
    in.expect_no_other_keys();
    return std::make_unique<span_model>(p);
}

}  // namespace lockstep
