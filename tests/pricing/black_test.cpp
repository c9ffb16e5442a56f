// Published and high-precision values of European options: every table names its source.
#include "pricing/model/black.h"

#include <gtest/gtest.h>

#include <cmath>
#include <utility>

#include "tests/pricing/reference_table.h"

namespace lockstep {
namespace {

option_valuation value_all(option_inputs const& in) { return value_option(in, option_depth::all); }

std::uint64_t flags_of(bool put, std::uint64_t others) {
    return others | (put ? option_flag::put : 0u);
}

option_inputs spot_option(reference_row const& row, std::string const& spot, bool put) {
    return {row.number(spot),
            row.number("strike"),
            row.number("T"),
            row.number("r"),
            row.number("q"),
            row.number("vol"),
            flags_of(put, option_flag::spot)};
}

TEST(Black, HaugValues) {
    for (auto const& row : reference_table("european_haug_values.csv")) {
        auto const v = value_all(spot_option(row, "spot", row.at("type") == "Put"));
        EXPECT_EQ(v.faults, 0u);
        EXPECT_NEAR(v.price, row.number("price"), row.number("tol")) << row.text;
    }
}

TEST(Black, HaugGreeks) {
    int compared = 0;
    for (auto const& row : reference_table("european_haug_greeks.csv")) {
        auto const in = spot_option(row, "spot", row.at("type") == "Put");
        auto const v = value_all(in);
        double const dividend_rho = -in.time * in.underlying * v.delta;
        std::map<std::string, double> const ours{{"delta", v.delta},
                                                 {"elasticity", v.delta * in.underlying / v.price},
                                                 {"gamma", v.gamma},
                                                 {"vega", v.vega},
                                                 {"theta_per_year", v.theta},
                                                 {"theta_per_day(365)", v.theta / 365},
                                                 {"rho", v.rho},
                                                 {"dividendRho", dividend_rho}};
        EXPECT_NEAR(ours.at(row.at("greek")), row.number("value"), 1e-4) << row.text;
        ++compared;
    }
    EXPECT_EQ(compared, 11);
}

TEST(Black, EveryGreekAgainstHighPrecision) {
    for (auto const& row : reference_table("bs_all_greeks_highprec.csv")) {
        option_inputs const in{row.number("S"),
                               row.number("K"),
                               row.number("T"),
                               row.number("r"),
                               row.number("q"),
                               row.number("vol"),
                               flags_of(row.at("type") == "P", option_flag::spot)};
        auto const v = value_all(in);
        std::pair<char const*, double> const ours[] = {
            {"price", v.price},     {"delta", v.delta},  {"gamma", v.gamma}, {"vega", v.vega},
            {"theta_cal", v.theta}, {"rho", v.rho},      {"vanna", v.vanna}, {"volga", v.volga},
            {"charm", v.charm},     {"veta", v.veta},    {"speed", v.speed}, {"zomma", v.zomma},
            {"color", v.color},     {"ultima", v.ultima}};
        for (auto const& [name, value] : ours) {
            double const expected = row.number(name);
            EXPECT_NEAR(value, expected, 1e-12 * std::fabs(expected)) << name << ": " << row.text;
        }
        EXPECT_EQ(v.delta_usd, v.delta);
        EXPECT_EQ(v.delta_net, v.delta);
    }
}

TEST(Black, InverseExamples) {
    for (auto const& row : reference_table("inverse_option_examples.csv")) {
        option_inputs const in{row.number("F"),
                               row.number("K"),
                               row.number("T"),
                               0.0,
                               0.0,
                               row.number("vol"),
                               flags_of(row.number("cp") < 0, option_flag::inverse)};
        auto const v = value_all(in);
        std::pair<char const*, double> const ours[] = {{"price_coin", v.price},
                                                       {"delta_usd", v.delta_usd},
                                                       {"delta_coin_net", v.delta_net},
                                                       {"dVcoin_dF", v.delta},
                                                       {"gamma_coin", v.gamma}};
        for (auto const& [name, value] : ours) {
            // The net delta of a deep option is a difference: its error is one of the larger part.
            double const scale = std::string(name) == "delta_coin_net"
                                     ? std::fabs(v.delta_usd)
                                     : std::fabs(row.number(name));
            EXPECT_NEAR(value, row.number(name), 5e-14 * scale) << name << ": " << row.text;
        }
    }
}

TEST(Black, LyraEdges) {
    for (auto const& row : reference_table("black76_lyra_utils.csv")) {
        double const time = row.number("sec") / (365.0 * 86400.0);
        double const rate = time > 0 ? -std::log(row.number("discount")) / time : 0.0;
        option_inputs in{
            row.number("fwd"), row.number("strike"), time, rate, 0.0, row.number("vol"), 0};
        auto const call = value_all(in);
        in.flags = option_flag::put;
        auto const put = value_all(in);
        EXPECT_EQ(call.faults, 0u);
        EXPECT_EQ(put.faults, 0u);
        EXPECT_NEAR(call.price, row.number("call"), 1e-9) << row.text;
        EXPECT_NEAR(put.price, row.number("put"), 1e-9) << row.text;
        if (row.at("delta").empty()) continue;
        EXPECT_NEAR(call.delta, row.number("delta") * row.number("discount"), 1e-12) << row.text;
    }
}

}  // namespace
}  // namespace lockstep
