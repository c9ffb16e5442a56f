// Fills margin/model/srm.h from a portfolio and its TOML parameters.
#include <algorithm>
#include <utility>

#include "host/margin/query/models.h"
#include "host/margin/query/preset_checks.h"
#include "host/margin/query/srm_book.h"
#include "host/margin/query/without_each.h"
#include "host/margin/toml_reader.h"

namespace lockstep {

namespace {

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
        expect_no_debts(q, "srm");
        for (query_collateral const& c : q.collaterals)
            if (std::none_of(q.underlyings.begin(), q.underlyings.end(),
                             [&c](auto const& u) { return u.name == c.asset; }))
                throw input_error("model srm: collateral '" + c.asset +
                                  "' is none of the underlyings");
        margin_answer a;
        a.options_are_paid_in_full = true;
        std::vector<srm_totals> totals;
        for (query_underlying const& u : q.underlyings) {
            srm_book const b(q, u, parameters_);
            totals.push_back(b.totals());
            a.value_asked_for += totals.back().options_value;
            for (srm::expiry const& e : b.market.expiries) add_parts(a, u, b, e);
            add_parts(a, u, srm::parts_of(b.market, q.cash_price, parameters_));
        }
        static_cast<margin_amounts&>(a) = amounts_of(q, totals);
        return a;
    }
    std::vector<margin_amounts> amounts_without_each(margin_query const& q) const override {
        std::vector<srm_book> books;
        for (query_underlying const& u : q.underlyings) books.emplace_back(q, u, parameters_);
        std::vector<srm_book_without> const without(books.begin(), books.end());
        return amounts_by_underlying(q, without,
                                     [&q](auto const& totals) { return amounts_of(q, totals); });
    }

  private:
    static margin_amounts amounts_of(margin_query const& q, std::vector<srm_totals> const& totals) {
        double equity = q.cash, initial = q.cash, maintenance = q.cash;
        for (srm_totals const& one : totals) {
            initial += one.margin.initial;
            maintenance += one.margin.maintenance;
            equity += one.equity;
        }
        return {equity, equity - initial, equity - maintenance};
    }
    /// With the expiries and the cash they add up to what is left above the requirement.
    static void add_parts(margin_answer& a, query_underlying const& u,
                          srm::market_parts const& of) {
        auto const add = [&](char const* what, srm::requirement const& part) {
            a.parts.push_back({u.name + " " + what + " initial", part.initial});
            a.parts.push_back({u.name + " " + what + " maintenance", part.maintenance});
        };
        add("options", of.options);
        add("perpetuals", of.perpetuals);
        add("collateral", of.collateral);
        add("contingencies", of.contingencies);
    }
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
