// Fills margin/model/listed_options.h from a portfolio of listed options: Regulation T by the leg,
// TIMS by the class. Pairings that Regulation T allows (spreads, covered calls) are not looked for:
// every short option asks for itself.
#include <fmt/format.h>

#include <cmath>
#include <map>

#include "host/margin/query/models.h"
#include "host/margin/query/preset_checks.h"
#include "host/margin/toml_reader.h"
#include "margin/model/listed_options.h"
#include "pricing/model/black.h"

namespace lockstep {

namespace {

double strike_of(query_leg const& leg) {
    return static_cast<double>(leg.terms.strike.nanos) * 1e-9;
}
bool is_call(query_leg const& leg) { return leg.terms.type == option_type::call; }

/// Value of one unit when the underlying has moved by a relative step: an option by Black (1976) on
/// its expiry's forward, anything else by its price.
double value_after(margin_query const& q, query_underlying const& u, query_leg const& leg,
                   double move, char const* model) {
    if (leg.terms.kind == instrument_kind::perpetual) return u.perpetual_price * (1 + move);
    query_expiry const& e = expiry_of(u, leg);
    if (leg.terms.kind == instrument_kind::future) return e.forward * (1 + move);
    if (!leg.vol) throw input_error(fmt::format("model {}: {} has no 'vol'", model, named(leg)));
    double const years = q.years_to(e.time);
    option_inputs const in{.underlying = e.forward * (1 + move),
                           .strike = strike_of(leg),
                           .time = years,
                           .rate = e.rate,
                           .dividend = 0,
                           .vol = *leg.vol,
                           .flags = is_call(leg) ? 0u : std::uint64_t{option_flag::put}};
    return value_option(in, option_depth::price).price;
}

double mark_of(margin_query const& q, query_underlying const& u, query_leg const& leg,
               char const* model) {
    return leg.mark ? *leg.mark : value_after(q, u, leg, 0, model);
}

class reg_t_model : public margin_model {
  public:
    std::uint32_t keys_read() const override {
        return query_key::multiplier | query_key::kind | query_key::rate | query_key::vol |
               query_key::mark;
    }
    margin_answer answer_to(margin_query const& q) const override {
        margin_answer a;
        a.equity = q.cash;
        a.options_are_paid_in_full = true;
        int128 asked = 0;  // of what is sold
        for (query_leg const& leg : q.legs) {
            query_underlying const& u = underlying_of(q, leg);
            if (leg.terms.kind != instrument_kind::option)
                throw input_error("model reg_t: " + named(leg) + " is not an option");
            expect_linear(leg, "reg_t");
            double const mark = mark_of(q, u, leg, "reg_t");
            double const value = leg.size * mark * u.multiplier;
            double required = value;
            if (leg.size >= 0) {  // what is bought is paid in full
                a.equity += value;
                a.value_asked_for += value;
            } else {
                a.value_beside_equity += value;
                // The premium is part of the requirement, against the cash that it brought.
                bool const index = u.market_kind == "broad_index" || u.market_kind == "large_index";
                checked_int64 const one = listed::reg_t_short_option(
                    u.index, strike_of(leg), mark, u.multiplier, is_call(leg),
                    index ? listed::reg_t_broad_index : listed::reg_t_stock);
                checked_int64 const sold = quantise_nearest(-leg.size, 1e9);
                if (one.overflowed || sold.overflowed)
                    throw input_error("model reg_t: " + named(leg) + " is too large");
                int128 const of_leg =
                    divide(int128{sold.value} * one.value, nanos_per_unit, rounding::up);
                asked += of_leg;
                required = units(of_leg);
            }
            a.parts.push_back({leg.name, required});
        }
        a.initial = a.maintenance = a.value_asked_for + units(asked);
        return a;
    }
};

struct tims_parameters {
    double minimum_per_unit;
    std::int64_t offset_ppm;
    std::map<std::string, listed::tims_range> ranges;  // by kind of market
};

class tims_model : public margin_model {
  public:
    explicit tims_model(tims_parameters p) : p_(std::move(p)) {}

    std::uint32_t keys_read() const override {
        return query_key::multiplier | query_key::kind | query_key::of_positions | query_key::rate |
               query_key::vol;
    }
    margin_answer answer_to(margin_query const& q) const override {
        margin_answer a;
        int128 equity = nanos_of(q.cash, "model tims: the cash");
        std::map<std::string, std::vector<listed::tims_class>> groups;
        std::map<std::string, double> minimums;
        for (query_leg const& leg : q.legs) {
            (void)underlying_of(q, leg);
            expect_linear(leg, "tims");
        }
        for (query_underlying const& u : q.underlyings) {
            listed::tims_class c{};
            double minimum = 0;
            add_class(q, u, c, minimum, equity);
            groups[u.market_kind].push_back(c);
            minimums[u.market_kind] += minimum;
            for (std::uint32_t i = 0; i < listed::tims_points; ++i)
                a.scenarios.push_back(
                    {fmt::format("{} {:+.4g} %", u.name,
                                 100 * listed::tims_move(p_.ranges.at(u.market_kind), i)),
                     units(c.gains[i])});
        }
        for (auto const& [kind, classes] : groups) {
            double const risk = units(listed::tims_requirement(view_of(classes), p_.offset_ppm, 0));
            double const held = std::max(risk, minimums[kind]);
            a.parts.push_back({kind + " worst_loss", risk});
            a.parts.push_back({kind + " minimum", minimums[kind]});
            a.initial += held;
        }
        a.equity = units(equity);
        a.maintenance = a.initial;
        return a;
    }

  private:
    void add_class(margin_query const& q, query_underlying const& u, listed::tims_class& c,
                   double& minimum, int128& equity) const {
        for (query_leg const& leg : q.legs) {
            if (leg.terms.underlying != u.name) continue;
            double const now = value_after(q, u, leg, 0, "tims");
            bool const option = leg.terms.kind == instrument_kind::option;
            double const held = leg.size * u.multiplier;
            equity += option ? nanos_down(held * now, "model tims: " + named(leg))
                             : open_gain("tims", leg, held, now);
            minimum += std::abs(leg.size) * u.multiplier * p_.minimum_per_unit;
            for (std::uint32_t i = 0; i < listed::tims_points; ++i) {
                double const move = listed::tims_move(p_.ranges.at(u.market_kind), i);
                double const gain =
                    leg.size * u.multiplier * (value_after(q, u, leg, move, "tims") - now);
                checked_int64 const nanos = quantise(gain, 1e9, rounding::down);
                if (nanos.overflowed)
                    throw input_error("model tims: " + named(leg) + " is too large");
                c.gains[i] += nanos.value;
            }
        }
    }

    tims_parameters p_;
};

}  // namespace

std::unique_ptr<margin_model> make_reg_t_model() { return std::make_unique<reg_t_model>(); }

std::unique_ptr<margin_model> make_tims_model(std::string_view text, std::string const& origin) {
    toml::table const root = parse_toml(text, origin);
    toml_reader in(root, origin);
    expect_name_of(in, "tims");
    tims_parameters p{};
    p.minimum_per_unit = in.number("minimum_per_unit", 0, 1e6);
    p.offset_ppm = in.whole("offset_ppm", 0, 1e6);
    toml_reader ranges = in.table("range");
    for (char const* kind : {"stock", "broad_index", "large_index", "coin"}) {
        toml_reader range = ranges.table(kind);
        p.ranges[kind] = {range.number("down", 0, 0.99), range.number("up", 0, 10)};
        range.expect_no_other_keys();
    }
    ranges.expect_no_other_keys();
    in.expect_no_other_keys();
    return std::make_unique<tims_model>(std::move(p));
}

}  // namespace lockstep
