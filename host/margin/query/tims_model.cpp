// TIMS over a portfolio of listed options: every underlying as a class of margin/model/
// listed_options.h.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "host/base/error.h"
#include "host/margin/query/listed_value.h"
#include "host/margin/query/models.h"
#include "host/margin/query/preset_checks.h"
#include "host/margin/query/without_each.h"
#include "host/margin/toml_reader.h"
#include "margin/model/listed_options.h"

namespace lockstep {

namespace {

struct tims_parameters {
    double minimum_per_unit;
    std::int64_t offset_ppm;
    std::map<std::string, listed::tims_range> ranges;  // by kind of market
};

/// What the legs of an underlying amount to.
struct tims_totals {
    listed::tims_class gains;
    double minimum;
    int128 equity;
};

/// One underlying of a portfolio as a class: what every leg gains at the class's points.
class tims_book {
  public:
    /// Throws input_error, naming the leg.
    tims_book(margin_query const& q, query_underlying const& u, tims_parameters const& p) {
        for (std::size_t leg = 0; leg < q.legs.size(); ++leg)
            if (q.legs[leg].terms.underlying == u.name)
                rows_.push_back({leg, totals_of(q, u, p, q.legs[leg])});
    }
    /// Without that leg of the query: to the bit those of a book of the others.
    tims_totals totals(std::size_t without = no_leg) const {
        tims_totals t{};
        for (row const& r : rows_) {
            if (r.leg == without) continue;
            for (std::uint32_t i = 0; i < listed::tims_points; ++i)
                t.gains.gains[i] += r.totals.gains.gains[i];
            t.minimum += r.totals.minimum;
            t.equity += r.totals.equity;
        }
        return t;
    }

  private:
    struct row {
        std::size_t leg;  // of the query
        tims_totals totals;
    };

    static tims_totals totals_of(margin_query const& q, query_underlying const& u,
                                 tims_parameters const& p, query_leg const& leg) {
        tims_totals t{};
        double const now = value_after(q, u, leg, 0, "tims");
        bool const option = leg.terms.kind == instrument_kind::option;
        double const held = leg.size * u.multiplier;
        t.equity = option ? nanos_down(held * now, "model tims: " + named(leg))
                          : open_gain("tims", leg, held, now);
        t.minimum = std::abs(leg.size) * u.multiplier * p.minimum_per_unit;
        for (std::uint32_t i = 0; i < listed::tims_points; ++i) {
            double const move = listed::tims_move(p.ranges.at(u.market_kind), i);
            double const gain =
                leg.size * u.multiplier * (value_after(q, u, leg, move, "tims") - now);
            checked_int64 const nanos = quantise(gain, 1e9, rounding::down);
            if (nanos.overflowed) throw input_error("model tims: " + named(leg) + " is too large");
            t.gains.gains[i] = nanos.value;
        }
        return t;
    }

    std::vector<row> rows_;
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
        int128 const cash = cash_of(q);
        for (query_leg const& leg : q.legs) {
            (void)underlying_of(q, leg);
            expect_linear(leg, "tims");
        }
        std::vector<tims_totals> totals;
        for (query_underlying const& u : q.underlyings) {
            totals.push_back(tims_book(q, u, p_).totals());
            for (std::uint32_t i = 0; i < listed::tims_points; ++i)
                a.scenarios.push_back(
                    {fmt::format("{} {:+.4g} %", u.name,
                                 100 * listed::tims_move(p_.ranges.at(u.market_kind), i)),
                     units(totals.back().gains.gains[i])});
        }
        for (auto const& [kind, g] : groups_of(q, totals)) {
            a.parts.push_back({kind + " worst_loss", worst_loss(g)});
            a.parts.push_back({kind + " minimum", g.minimum});
        }
        static_cast<margin_amounts&>(a) = amounts_of(q, cash, totals);
        return a;
    }
    std::vector<margin_amounts> amounts_without_each(margin_query const& q) const override {
        std::vector<tims_book> books;
        for (query_underlying const& u : q.underlyings) books.emplace_back(q, u, p_);
        return amounts_by_underlying(q, books, [&, cash = cash_of(q)](auto const& totals) {
            return amounts_of(q, cash, totals);
        });
    }

  private:
    /// Classes of one kind of market.
    struct group {
        std::vector<listed::tims_class> classes;
        double minimum = 0;
    };

    static int128 cash_of(margin_query const& q) {
        return nanos_of(q.cash, "model tims: the cash");
    }
    static std::map<std::string, group> groups_of(margin_query const& q,
                                                  std::vector<tims_totals> const& totals) {
        std::map<std::string, group> groups;
        for (std::size_t u = 0; u < totals.size(); ++u) {
            group& g = groups[q.underlyings[u].market_kind];
            g.classes.push_back(totals[u].gains);
            g.minimum += totals[u].minimum;
        }
        return groups;
    }
    double worst_loss(group const& g) const {
        return units(listed::tims_requirement(view_of(g.classes), p_.offset_ppm, 0));
    }
    margin_amounts amounts_of(margin_query const& q, int128 cash,
                              std::vector<tims_totals> const& totals) const {
        double required = 0;
        for (auto const& [kind, g] : groups_of(q, totals))
            required += std::max(worst_loss(g), g.minimum);
        int128 equity = cash;
        for (tims_totals const& t : totals) equity += t.equity;
        return {units(equity), required, required};
    }

    tims_parameters p_;
};

}  // namespace

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
