// Fills margin/model/srm.h from a portfolio and its TOML parameters.
#include <algorithm>
#include <utility>

#include "host/margin/query/models.h"
#include "host/margin/query/preset_checks.h"
#include "host/margin/toml_reader.h"
#include "margin/model/srm.h"

namespace lockstep {

namespace {

/// One underlying of a portfolio in the model's own rows.
struct srm_book {
    std::vector<srm::option_leg> legs;
    std::vector<srm::expiry> expiries;
    std::vector<utc_ns> days;  // beside them
    srm::market market{};
    double options_value = 0;

    srm_book(margin_query const& q, query_underlying const& u) {
        for (query_expiry const& e : u.expiries) add_expiry(q, u, e);
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
        for (query_leg const& leg : q.legs) {
            if (leg.terms.underlying != u.name || leg.terms.kind == instrument_kind::option)
                continue;
            if (leg.terms.kind == instrument_kind::future)
                throw input_error("model srm: " + named(leg) + " is neither option nor perpetual");
            double const entry = leg.entry > 0 ? leg.entry : u.perpetual_price;
            market.perpetual_size += leg.size;
            market.perpetual_gain += leg.size * (u.perpetual_price - entry);
            market.perpetual_funding += leg.funding;
        }
        for (query_collateral const& c : q.collaterals)
            if (c.asset == u.name) market.coins += c.value / u.index;
    }

  private:
    void add_expiry(margin_query const& q, query_underlying const& u, query_expiry const& e) {
        auto const first = static_cast<std::uint32_t>(legs.size());
        double const years = q.years_to(e.time);
        for (query_leg const& leg : q.legs) {
            if (leg.terms.underlying != u.name || leg.terms.kind != instrument_kind::option ||
                leg.terms.expiry != e.time)
                continue;
            srm::option_leg option{static_cast<double>(leg.terms.strike.nanos) * 1e-9, leg.size, 0,
                                   leg.terms.type == option_type::call};
            if (leg.mark)
                option.mark = *leg.mark;
            else if (leg.vol)
                option.mark = srm::settling_option_mark(option, e.forward, e.average, e.fixed,
                                                        *leg.vol, years);
            else
                throw input_error("model srm: " + named(leg) + " has neither 'mark' nor 'vol'");
            options_value += option.size * option.mark;
            legs.push_back(option);
        }
        auto const count = static_cast<std::uint32_t>(legs.size()) - first;
        if (count == 0) return;
        days.push_back(e.time);
        expiries.push_back(
            {srm::settling_forward(e.forward, e.average, e.fixed), e.confidence, first, count});
    }
};

struct srm_field {
    char const* key;
    double* into;
    double low = 0, high = 100;
};

class srm_model : public margin_model {
  public:
    explicit srm_model(srm::parameters const& p) : parameters_(p) {}

    /// Collateral is of the underlyings' own coins, and no price is moved.
    std::uint32_t keys_read() const override {
        return query_key::cash_price | query_key::confidence | query_key::perpetual_confidence |
               query_key::expiry_confidence | query_key::of_positions | query_key::average |
               query_key::fixed | query_key::vol | query_key::mark | query_key::collateral;
    }
    margin_answer answer_to(margin_query const& q) const override {
        for (query_leg const& leg : q.legs) {
            expect_linear(leg, "srm");
            query_underlying const& u = underlying_of(q, leg);
            if (leg.terms.kind == instrument_kind::option) (void)expiry_of(u, leg);
        }
        for (query_collateral const& c : q.collaterals)
            if (std::none_of(q.underlyings.begin(), q.underlyings.end(),
                             [&c](auto const& u) { return u.name == c.asset; }))
                throw input_error("model srm: collateral '" + c.asset +
                                  "' is none of the underlyings");
        margin_answer a;
        a.equity = q.cash;
        a.options_are_paid_in_full = true;
        double initial = q.cash, maintenance = q.cash;
        for (query_underlying const& u : q.underlyings) {
            srm_book const b(q, u);
            srm::requirement const own = srm::market_margin(b.market, q.cash_price, parameters_);
            initial += own.initial;
            maintenance += own.maintenance;
            a.value_asked_for += b.options_value;
            a.equity += b.options_value + b.market.perpetual_gain + b.market.perpetual_funding +
                        b.market.coins * b.market.index;
            for (srm::expiry const& e : b.market.expiries) add_parts(a, u, b, e);
        }
        a.initial = a.equity - initial;
        a.maintenance = a.equity - maintenance;
        return a;
    }

  private:
    void add_parts(margin_answer& a, query_underlying const& u, srm_book const& b,
                   srm::expiry const& e) const {
        auto const legs = b.market.legs.slice(e.first, e.count);
        srm::requirement alone{};
        for (srm::option_leg const& leg : legs) {
            srm::requirement const one = srm::isolated_option(leg, u.index, parameters_);
            alone.initial += one.initial;
            alone.maintenance += one.maintenance;
        }
        srm::requirement const bounded = srm::bounded_expiry(legs, e.forward, parameters_);
        auto const place = static_cast<std::size_t>(&e - b.market.expiries.begin());
        std::string const name = u.name + " " + print_expiry_day(b.days[place]);
        a.parts.push_back({name + " isolated initial", alone.initial});
        a.parts.push_back({name + " isolated maintenance", alone.maintenance});
        a.parts.push_back({name + " bounded initial", bounded.initial});
        a.parts.push_back({name + " bounded maintenance", bounded.maintenance});
    }

    srm::parameters parameters_;
};

}  // namespace

std::unique_ptr<margin_model> make_srm_model(std::string_view text, std::string const& origin) {
    toml::table const root = parse_toml(text, origin);
    toml_reader in(root, origin);
    expect_name_of(in, "srm");
    srm::parameters p{};
    auto const read = [&in](char const* table, std::vector<srm_field> const& fields,
                            std::vector<not_below> const& ordered = {}) {
        toml_reader inside = in.table(table);
        for (srm_field const& f : fields) *f.into = inside.number(f.key, f.low, f.high);
        expect_ordered(inside, table, ordered);
        inside.expect_no_other_keys();
    };
    // A factor below one would ask less of a deep put at first than later.
    read("option",
         {{"short_initial", &p.short_initial},
          {"short_floor", &p.short_floor},
          {"short_maintenance", &p.short_maintenance},
          {"put_initial_factor", &p.put_initial_factor, 1},
          {"unpaired_initial", &p.unpaired_initial},
          {"unpaired_maintenance", &p.unpaired_maintenance}},
         {{"short_floor", "short_maintenance"}, {"unpaired_initial", "unpaired_maintenance"}});
    read("perpetual",
         {{"initial", &p.perpetual_initial}, {"maintenance", &p.perpetual_maintenance}},
         {{"initial", "maintenance"}});
    // What of the collateral counts.
    read("collateral",
         {{"initial", &p.base_initial, 0, 1}, {"maintenance", &p.base_maintenance, 0, 1}},
         {{"maintenance", "initial"}});
    read("contingency", {{"peg_threshold", &p.peg_threshold},
                         {"peg_factor", &p.peg_factor},
                         {"confidence_threshold", &p.confidence_threshold},
                         {"confidence_share", &p.confidence_share}});
    in.expect_no_other_keys();
    return std::make_unique<srm_model>(p);
}

}  // namespace lockstep
