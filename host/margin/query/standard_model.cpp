// Fills margin/model/standard_options.h from a portfolio and its TOML parameters.
#include <map>
#include <utility>

#include "host/margin/query/models.h"
#include "host/margin/query/preset_checks.h"
#include "host/margin/toml_reader.h"
#include "margin/model/standard_options.h"
#include "pricing/model/black.h"

namespace lockstep {

namespace {

struct position_rates {
    double initial, maintenance, slope;
};

struct standard_parameters {
    standard::option_rates option;
    std::map<std::string, position_rates> positions;  // "default" is there
};

/// Every leg by itself; what a book settles in decides what the amounts are in.
class standard_model : public margin_model {
  public:
    explicit standard_model(standard_parameters p) : p_(std::move(p)) {}

    std::uint32_t keys_read() const override {
        return query_key::of_positions | query_key::vol | query_key::mark;
    }
    margin_answer answer_to(margin_query const& q) const override {
        margin_answer a;
        a.options_are_paid_in_full = true;
        totals sum = totals_of_cash(q);
        for (query_leg const& leg : q.legs) {
            double const before = sum.initial;
            leg_amounts const of = amounts_of(q, leg);
            sum.add(of);
            a.value_beside_equity += of.option_value;
            a.parts.push_back({leg.name, sum.initial - before});
        }
        static_cast<margin_amounts&>(a) = sum.amounts();
        return a;
    }
    std::vector<margin_amounts> amounts_without_each(margin_query const& q) const override {
        std::vector<leg_amounts> of;
        for (query_leg const& leg : q.legs) of.push_back(amounts_of(q, leg));
        std::vector<margin_amounts> all;
        for (std::size_t leg = 0; leg < of.size(); ++leg) {
            totals sum = totals_of_cash(q);
            for (std::size_t i = 0; i < of.size(); ++i)
                if (i != leg) sum.add(of[i]);
            all.push_back(sum.amounts());
        }
        return all;
    }

  private:
    /// What a leg adds to an account.
    struct leg_amounts {
        double initial = 0, maintenance = 0, option_value = 0;
        int128 gain = 0;
    };
    struct totals {
        int128 equity;
        double initial = 0, maintenance = 0;

        void add(leg_amounts const& leg) {
            equity += leg.gain;
            initial += leg.initial;
            maintenance += leg.maintenance;
        }
        margin_amounts amounts() const { return {units(equity), initial, maintenance}; }
    };

    static totals totals_of_cash(margin_query const& q) {
        return {nanos_of(q.cash, "model deribit_standard: the cash")};
    }
    static bool in_coins(query_leg const& leg) { return leg.terms.settle == settlement::inverse; }

    leg_amounts amounts_of(margin_query const& q, query_leg const& leg) const {
        query_underlying const& u = underlying_of(q, leg);
        return leg.terms.kind == instrument_kind::option ? of_option(q, u, leg)
                                                         : of_position(u, leg);
    }

    leg_amounts of_option(margin_query const& q, query_underlying const& u,
                          query_leg const& leg) const {
        query_expiry const& e = expiry_of(u, leg);
        double const years = q.years_to(e.time);
        double const forward = valued_on(leg, e);
        double const unit = in_coins(leg) ? 1.0 : forward;  // of one share of the underlying
        double mark = leg.mark ? *leg.mark / unit : 0;
        if (!leg.mark) {
            if (!leg.vol)
                throw input_error("model deribit_standard: " + named(leg) +
                                  " has neither 'mark' nor 'vol'");
            mark = mark_in_coins(leg, forward, years);
        }
        leg_amounts a;
        a.option_value = leg.size * mark * unit;
        // The balance that requirements are held against is without options: a short one's mark is
        // asked for in the requirement, and a long one's is no collateral.
        if (leg.size >= 0) return a;
        standard::option_margin const one = standard::short_option(
            leg.terms.type == option_type::call, forward, units(leg.terms.strike), mark, p_.option);
        a.initial = -leg.size * one.initial * unit;
        a.maintenance = -leg.size * one.maintenance * unit;
        return a;
    }

    leg_amounts of_position(query_underlying const& u, query_leg const& leg) const {
        double const price = leg.terms.kind == instrument_kind::perpetual
                                 ? u.perpetual_price
                                 : expiry_of(u, leg).forward;
        bool const coins = in_coins(leg);
        double const size = coins ? leg.size / price : leg.size;  // inverse ones count USD
        auto const found = p_.positions.find(u.name);
        position_rates const& rates =
            found == p_.positions.end() ? p_.positions.at("default") : found->second;
        double const unit = coins ? 1.0 : price;
        leg_amounts a;
        a.initial = standard::position(size, unit, rates.initial, rates.slope);
        a.maintenance = standard::position(size, unit, rates.maintenance, rates.slope);
        a.gain =
            coins ? gain_in_coins(leg, price) : open_gain("deribit_standard", leg, size, price);
        return a;
    }

    static int128 gain_in_coins(query_leg const& leg, double price) {
        std::string const of_leg = named(leg);
        double const entry = leg.entry > 0 ? leg.entry : price;
        return int128{nanos_down(leg.size * (1 / entry - 1 / price),
                                 "model deribit_standard: " + of_leg)} +
               nanos_of(leg.funding, "model deribit_standard: the funding of " + of_leg);
    }
    static double mark_in_coins(query_leg const& leg, double forward, double years) {
        bool const put = leg.terms.type == option_type::put;
        std::uint64_t const flags =
            (put ? std::uint64_t{option_flag::put} : 0u) | std::uint64_t{option_flag::inverse};
        return value_option({forward, units(leg.terms.strike), years, 0, 0, *leg.vol, flags},
                            option_depth::price)
            .price;
    }

    standard_parameters p_;
};

}  // namespace

std::unique_ptr<margin_model> make_standard_model(std::string_view text,
                                                  std::string const& origin) {
    toml::table const root = parse_toml(text, origin);
    toml_reader in(root, origin);
    expect_name_of(in, "deribit_standard");
    standard_parameters p{};
    toml_reader option = in.table("option");
    p.option = {option.number("initial", 0, 10), option.number("initial_floor", 0, 10),
                option.number("maintenance", 0, 10)};
    expect_ordered(option, "option", {{"initial_floor", "maintenance"}});
    option.expect_no_other_keys();
    toml_reader positions = in.table("position");
    (void)positions.table("default");
    for (std::string const& name : positions.names()) {
        toml_reader one = positions.table(name);
        p.positions[name] = {one.number("initial", 0, 1), one.number("maintenance", 0, 1),
                             one.number("slope", 0, 1)};
        expect_ordered(one, "position." + name, {{"initial", "maintenance"}});
        one.expect_no_other_keys();
    }
    in.expect_no_other_keys();
    return std::make_unique<standard_model>(std::move(p));
}

}  // namespace lockstep
