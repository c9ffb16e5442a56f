// SPAN over a portfolio: every underlying as a combined commodity by itself.
#include <fmt/format.h>

#include "host/margin/query/models.h"
#include "host/margin/query/preset_checks.h"
#include "host/margin/query/span_book.h"
#include "host/margin/query/without_each.h"
#include "host/margin/span_file.h"
#include "host/margin/toml_reader.h"

namespace lockstep {

namespace {

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
        a.options_are_paid_in_full = true;
        int128 const cash = cash_of(q);
        std::vector<span_totals> totals;
        for (query_underlying const& u : q.underlyings) {
            totals.push_back(span_book(q, u, p_).totals());
            add_parts(a, u, totals.back());
        }
        static_cast<margin_amounts&>(a) = amounts_of(cash, totals);
        return a;
    }
    std::vector<margin_amounts> amounts_without_each(margin_query const& q) const override {
        std::vector<span_book> books;
        for (query_underlying const& u : q.underlyings) books.emplace_back(q, u, p_);
        return amounts_by_underlying(
            q, books, [cash = cash_of(q)](auto const& totals) { return amounts_of(cash, totals); });
    }

  private:
    static int128 cash_of(margin_query const& q) {
        return nanos_of(q.cash, "model span: the cash");
    }
    static margin_amounts amounts_of(int128 cash, std::vector<span_totals> const& totals) {
        int128 equity = cash, required = 0;
        for (span_totals const& t : totals) {
            equity += t.open_gain;
            required += span::requirement(t.amounts);
        }
        // An exchange's files name the ratio of the two requirements; here there is none.
        return {units(equity), units(required), units(required)};
    }

    void add_parts(margin_answer& a, query_underlying const& u, span_totals const& t) const {
        a.value_beside_equity += units(t.amounts.option_value);
        a.parts.push_back({u.name + " scan_risk", units(t.scan.risk)});
        a.parts.push_back({u.name + " price_risk", units(span::price_risk(t.sums, t.scan))});
        a.parts.push_back({u.name + " calendar_charge", units(t.amounts.calendar)});
        a.parts.push_back({u.name + " short_option_minimum", units(t.amounts.short_minimum)});
        a.parts.push_back({u.name + " net_option_value", units(t.amounts.option_value)});
        for (std::uint32_t s = 0; s < span::scenario_count; ++s)
            a.scenarios.push_back({u.name + " " + describe(s), -units(t.sums[s])});
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
