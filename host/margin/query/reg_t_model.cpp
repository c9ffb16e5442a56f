// Regulation T over a portfolio of listed options, leg by leg. Pairings that it allows (spreads,
// covered calls) are not looked for: every short option asks for itself.
#include "host/base/error.h"
#include "host/margin/query/listed_value.h"
#include "host/margin/query/models.h"
#include "margin/model/listed_options.h"

namespace lockstep {

namespace {

class reg_t_model : public margin_model {
  public:
    std::uint32_t keys_read() const override {
        return query_key::multiplier | query_key::kind | query_key::rate | query_key::vol |
               query_key::mark;
    }
    margin_answer answer_to(margin_query const& q) const override {
        margin_answer a;
        a.options_are_paid_in_full = true;
        std::vector<option> const options = options_of(q);
        for (std::size_t i = 0; i < options.size(); ++i) {
            option const& o = options[i];
            (o.is_sold ? a.value_beside_equity : a.value_asked_for) += o.value;
            a.parts.push_back({q.legs[i].name, o.is_sold ? units(o.asked) : o.value});
        }
        static_cast<margin_amounts&>(a) = amounts_of(q, options);
        return a;
    }
    std::vector<margin_amounts> amounts_without_each(margin_query const& q) const override {
        std::vector<option> const options = options_of(q);
        std::vector<margin_amounts> all;
        for (std::size_t leg = 0; leg < options.size(); ++leg)
            all.push_back(amounts_of(q, options, leg));
        return all;
    }

  private:
    /// A leg by itself: what is bought is paid in full, what is sold asks for itself.
    struct option {
        bool is_sold;
        double value;
        int128 asked;
    };

    static std::vector<option> options_of(margin_query const& q) {
        std::vector<option> all;
        for (query_leg const& leg : q.legs) {
            query_underlying const& u = underlying_of(q, leg);
            if (leg.terms.kind != instrument_kind::option)
                throw input_error("model reg_t: " + named(leg) + " is not an option");
            expect_linear(leg, "reg_t");
            double const mark = leg.mark ? *leg.mark : value_after(q, u, leg, 0, "reg_t");
            bool const sold = leg.size < 0;
            all.push_back(
                {sold, leg.size * mark * u.multiplier, sold ? asked_for(u, leg, mark) : 0});
        }
        return all;
    }
    /// For one that is sold. The premium is part of it, against the cash that it brought.
    static int128 asked_for(query_underlying const& u, query_leg const& leg, double mark) {
        bool const index = u.market_kind == "broad_index" || u.market_kind == "large_index";
        double const strike = units(leg.terms.strike);
        bool const call = leg.terms.type == option_type::call;
        checked_int64 const one =
            listed::reg_t_short_option(u.index, strike, mark, u.multiplier, call,
                                       index ? listed::reg_t_broad_index : listed::reg_t_stock);
        checked_int64 const sold = quantise_nearest(-leg.size, 1e9);
        if (one.overflowed || sold.overflowed)
            throw input_error("model reg_t: " + named(leg) + " is too large");
        return divide(int128{sold.value} * one.value, nanos_per_unit, rounding::up);
    }
    static margin_amounts amounts_of(margin_query const& q, std::vector<option> const& options,
                                     std::size_t without = no_leg) {
        double equity = q.cash, bought = 0;
        int128 asked = 0;
        for (std::size_t i = 0; i < options.size(); ++i) {
            if (i == without) continue;
            asked += options[i].asked;
            if (options[i].is_sold) continue;
            equity += options[i].value;
            bought += options[i].value;
        }
        double const required = bought + units(asked);
        return {equity, required, required};
    }
};

}  // namespace

std::unique_ptr<margin_model> make_reg_t_model() { return std::make_unique<reg_t_model>(); }

}  // namespace lockstep
