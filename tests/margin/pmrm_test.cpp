// Every portfolio of data/reference/derive_pmrm2_portfolios.json: each scenario's gain, both
// margins and every part of them, to 1e-10 relative.
#include "margin/model/pmrm.h"
#include "tests/where.h"

#include <gtest/gtest.h>
#include <simdjson.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

namespace {

using namespace lockstep;
using json = simdjson::dom::element;

double number(json node, char const* key) { return node[key].get_double().value(); }

pmrm::vol_move move_of(std::string_view name) {
    if (name == "Up") return pmrm::vol_move::up;
    if (name == "Down") return pmrm::vol_move::down;
    if (name == "LINEAR") return pmrm::vol_move::linear;
    if (name == "ABS") return pmrm::vol_move::absolute;
    return pmrm::vol_move::none;
}

std::vector<pmrm::scenario> scenarios_of(json node) {
    std::vector<pmrm::scenario> all;
    for (json const s : node.get_array())
        all.push_back({.price_multiplier = s.at(0).get_double().value(),
                       .dampening = s.at(2).get_double().value(),
                       .vol = move_of(s.at(1).get_string().value())});
    return all;
}

pmrm::parameters parameters_of(json node) {
    json const vol = node["VolShock"], margin = node["Margin"], basis = node["BasisContingency"],
               other = node["OtherContingency"], skew = node["SkewShock"];
    return {.vol = {.range_up = number(vol, "VOLRANGEUP"),
                    .range_down = number(vol, "VOLRANGEDOWN"),
                    .floor_up = number(vol, "MIN_VOL_EVAL_SHOCKED"),
                    .power_short = number(vol, "SHORTTERMPOWER"),
                    .power_long = number(vol, "LONGTERMPOWER"),
                    .days_min = number(vol, "DTE_FLOOR")},
            .margin = {.initial = number(margin, "IM_LOSS_FACTOR"),
                       .maintenance = number(margin, "MM_LOSS_FACTOR"),
                       .rate_factor_positive = number(margin, "LONG_RATE_MULTSCALE"),
                       .add_positive = number(margin, "LONG_RATE_ADDSCALE"),
                       .base_positive = number(margin, "BASE_STATIC_DISCOUNT"),
                       .rate_factor_negative = number(margin, "SHORT_RATE_MULTSCALE"),
                       .add_negative = number(margin, "SHORT_RATE_ADDSCALE"),
                       .base_negative = number(margin, "BASE_STATIC_DISCOUNT_NEG")},
            .basis = {.up = number(basis, "SCENARIO_SPOT_UP"),
                      .down = number(basis, "SCENARIO_SPOT_DOWN"),
                      .add = number(basis, "BASIS_CONT_ADD_FACTOR"),
                      .by_year = number(basis, "BASIS_CONT_MULT_FACTOR")},
            .other = {.peg_threshold = number(other, "PEG_LOSS_THRESHOLD"),
                      .peg_factor = number(other, "PEG_LOSS_FACTOR"),
                      .confidence_threshold = number(other, "CONF_THRESHOLD"),
                      .confidence_share = number(other, "CONF_MARGIN"),
                      .perpetual_initial = number(other, "IM_PERP_PERCENT"),
                      .perpetual_maintenance = number(other, "MM_PERP_PERCENT"),
                      .short_option_initial = number(other, "IM_OPTION_PERCENT"),
                      .short_option_maintenance = number(other, "MM_OPTION_PERCENT")},
            .skew = {.linear_cap = number(skew, "LINEAR_SCALE_CAP"),
                     .linear_by_root_year = number(skew, "LINEAR_CBASE"),
                     .absolute_cap = number(skew, "ABS_SCALE_CAP"),
                     .absolute_by_root_year = number(skew, "ABS_CBASE"),
                     .width_min = number(skew, "MIN_K_STAR"),
                     .width_factor = number(skew, "MIN_WIDTH_SCALE"),
                     .width_static = number(skew, "VOL_PARAM_STATIC"),
                     .width_by_root_year = number(skew, "VOL_PARAM_SCALE")}};
}

/// A published portfolio and what it needs to be evaluated.
struct book {
    std::vector<pmrm::option_leg> legs;
    std::vector<pmrm::expiry> expiries;
    std::vector<pmrm::collateral> collaterals;
    std::vector<pmrm::scenario> scenarios;
    std::vector<double> gains, leg_values, values;
    pmrm::portfolio portfolio{};

    explicit book(json node) {
        double const stable = number(node, "stable");
        std::map<double, std::vector<pmrm::option_leg>> by_expiry;
        for (json const o : node["options"].get_array())
            by_expiry[number(o, "sec_to_expiry")].push_back({.strike = number(o, "strike"),
                                                             .size = number(o, "qty"),
                                                             .vol = number(o, "vol"),
                                                             .is_call = number(o, "call") != 0});
        for (json const f : node["feeds"].get_array()) {
            auto& own = by_expiry[number(f, "sec_to_expiry")];
            std::sort(own.begin(), own.end(),
                      [](auto const& a, auto const& b) { return a.strike < b.strike; });
            double const confidence = std::min(
                {number(f, "forward_conf"), number(f, "rate_conf"), number(f, "vol_conf")});
            expiries.push_back({.seconds = number(f, "sec_to_expiry"),
                                .forward = number(f, "forward"),
                                .rate = number(f, "rate"),
                                .confidence = confidence,
                                .first = static_cast<std::uint32_t>(legs.size()),
                                .count = static_cast<std::uint32_t>(own.size())});
            legs.insert(legs.end(), own.begin(), own.end());
        }
        for (json const c : node["collaterals"].get_array())
            collaterals.push_back({.value = number(c, "qty") * number(c, "price") / stable,
                                   .confidence = number(c, "conf"),
                                   .haircut_maintenance = number(c, "mm_haircut"),
                                   .haircut_initial = number(c, "im_haircut"),
                                   .moves_with_spot = c["risk_cancelling"].get_bool().value()});
        json const perp = node["perp"];
        portfolio = {.legs = view_of(std::as_const(legs)),
                     .expiries = view_of(std::as_const(expiries)),
                     .collaterals = view_of(std::as_const(collaterals)),
                     .perpetual_size = number(perp, "qty"),
                     .perpetual_price = number(perp, "price"),
                     .perpetual_confidence = number(perp, "conf"),
                     .perpetual_gain = number(perp, "upnl"),
                     .perpetual_funding = number(perp, "ufunding"),
                     .cash = number(node, "cash"),
                     .spot = number(node, "spot"),
                     .spot_confidence = number(node, "spot_conf"),
                     .stable_price = stable};
    }
    pmrm::result evaluate(pmrm::parameters const& p) {
        auto const moved = view_of(std::as_const(scenarios));
        gains.resize(scenarios.size());
        leg_values.resize(legs.size() * pmrm::move_count(moved));
        values.resize(expiries.size() * pmrm::move_count(moved));
        pmrm::value_all_legs(portfolio, moved, p, view_of(leg_values));
        pmrm::value_expiries(portfolio, view_of(leg_values), view_of(values));
        return pmrm::evaluate(portfolio, moved, p, view_of(values), view_of(gains));
    }
};

struct reference {
    simdjson::dom::parser parser;
    json root = parser.load(data_path("reference/derive_pmrm2_portfolios.json"));

    pmrm::parameters parameters(json node) {
        return parameters_of(root["parameters"].at(node["parameters"].get_uint64().value()));
    }
    book portfolio(json node) {
        book b(node);
        b.scenarios = scenarios_of(root["scenarios"].at(node["scenarios"].get_uint64().value()));
        return b;
    }
};

/// Relative, with the size of the portfolio's legs as the least scale: a box nets to zero.
double tolerance(double expected, double scale) {
    return 1e-10 * std::abs(expected) + 1e-15 * scale;
}

TEST(pmrm, every_published_portfolio_in_every_part) {
    reference published;
    std::size_t cases = 0;
    for (json const node : published.root["cases"].get_array()) {
        SCOPED_TRACE(std::string(node["name"].get_string().value()));
        // Switched off where it comes from, too: a skew and a price move in one scenario.
        bool const active = node["active_upstream"].get_bool().value();
        book b = published.portfolio(node);
        pmrm::parameters const p = published.parameters(node);
        pmrm::result const r = b.evaluate(p);
        json const expected = node["expected"];
        double scale = std::abs(b.portfolio.perpetual_size) * b.portfolio.perpetual_price + 1;
        for (auto const& leg : b.legs)
            scale += std::abs(leg.size) * (leg.strike + b.portfolio.spot);
        auto const same = [&](double actual, double want, char const* what) {
            EXPECT_NEAR(actual, want, tolerance(want, scale)) << what;
        };
        same(r.mark_to_market, number(expected, "portfolio_mtm"), "mark to market");
        same(r.options_value, number(expected, "option_mtm"), "options");
        same(r.collateral_value, number(expected, "collateral_mtm"), "collateral");
        same(r.basis_contingency, number(expected, "forward_contingency"), "basis");
        same(r.confidence_contingency, number(expected, "oracle_contingency"), "confidence");
        same(r.initial_factor, number(expected, "im_factor"), "factor");
        if (active) {
            same(r.initial, number(expected, "IM"), "initial");
            same(r.maintenance, number(expected, "MM"), "maintenance");
        }
        std::size_t s = 0;
        for (json const gain : expected["scenario_pnl"].get_array()) {
            if (active || b.scenarios.at(s).price_multiplier == 1.0)
                same(b.gains.at(s), gain.get_double().value(), "scenario");
            ++s;
        }
        EXPECT_EQ(s, b.scenarios.size());
        ++cases;
    }
    EXPECT_EQ(cases, 70u);
}

TEST(pmrm, published_shocks_and_discounts) {
    reference published;
    for (json const node : published.root["cases"].get_array()) {
        SCOPED_TRACE(std::string(node["name"].get_string().value()));
        book b = published.portfolio(node);
        pmrm::parameters const p = published.parameters(node);
        std::size_t i = 0;
        for (json const pair : node["expected"]["static_discounts_pos_neg"].get_array()) {
            EXPECT_NEAR(pmrm::static_discount(b.expiries.at(i), true, p),
                        pair.at(0).get_double().value(), 1e-13);
            EXPECT_NEAR(pmrm::static_discount(b.expiries.at(i), false, p),
                        pair.at(1).get_double().value(), 1e-13);
            ++i;
        }
    }
}

// What any portfolio margin must do, whatever its parameters.
TEST(pmrm, an_option_bought_can_lose_its_price_and_one_sold_needs_more_than_it_brought) {
    reference published;
    for (json const node : published.root["cases"].get_array()) {
        if (node["name"].get_string().value() != "test_51_discounting_simple_discounting_long")
            continue;
        book b = published.portfolio(node);
        pmrm::parameters const p = published.parameters(node);
        pmrm::result const bought = b.evaluate(p);
        for (auto& leg : b.legs) leg.size = -leg.size;
        pmrm::result const sold = b.evaluate(p);
        EXPECT_LT(sold.initial, sold.maintenance);
        EXPECT_LT(sold.maintenance, sold.mark_to_market);
        EXPECT_GT(bought.maintenance, sold.maintenance);
        EXPECT_GE(bought.options_value + bought.worst_gain, 0);
        EXPECT_DOUBLE_EQ(bought.options_value, -sold.options_value);
        return;
    }
    FAIL() << "the portfolio is gone";
}

}  // namespace
