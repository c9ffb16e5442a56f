// `lockstep mc` as a user runs it.
#include <gtest/gtest.h>
#include <simdjson.h>

#include <cmath>
#include <fstream>
#include <sstream>

#include "tests/host/run_binary.h"
#include "tests/pricing/reference_table.h"
#include "tests/where.h"

namespace lockstep {
namespace {

struct figure {
    double value, error;
};

class McCommand : public testing::Test {
  protected:
    command_result mc(std::string const& contract, std::string const& flags = "") const {
        auto const path = (folder_.path() / "contract.toml").string();
        write_file(path, contract);
        return run_lockstep("mc --contract '" + path + "' " + flags);
    }
    /// A figure of the whole contract, or of an asset.
    static figure figure_of(command_result const& r, char const* name, int asset = -1) {
        simdjson::dom::parser parser;
        simdjson::dom::element const all = parser.parse(r.out);
        simdjson::dom::element const at =
            asset < 0 ? all.at_key(name) : all["assets"].at(static_cast<std::size_t>(asset))[name];
        return {at["value"].get_double(), at["error"].get_double()};
    }
    static std::string text_of(command_result const& r, char const* name) {
        simdjson::dom::parser parser;
        simdjson::dom::element const all = parser.parse(r.out);
        return std::string(all.at_key(name).get_string().value());
    }
    scratch_folder folder_;
};

std::string asset(double spot, double vol, double dividend = 0, char const* name = "S") {
    std::ostringstream out;
    out.precision(17);
    out << "[[asset]]\nname = \"" << name << "\"\nspot = " << spot << "\nvol = " << vol
        << "\ndividend = " << dividend << "\n";
    return out.str();
}
std::string contract(char const* payoff, char const* type, double strike, double time, double rate,
                     std::string const& more) {
    std::ostringstream out;
    out.precision(17);
    out << "payoff = \"" << payoff << "\"\ntype = \"" << type << "\"\nstrike = " << strike
        << "\ntime = " << time << "\nrate = " << rate << "\n"
        << more;
    return out.str();
}

// Worth 99.99976 by Black and Scholes, of which random paths see next to nothing; and 3.2e-6, of
// which they see nothing.
TEST_F(McCommand, WarnsOfWhatItsPathsMiss) {
    auto const wide = mc(contract("european", "C", 100, 100, 0.02, asset(100, 0.9)), "--no-greeks");
    EXPECT_EQ(wide.exit, 0);
    EXPECT_NE(wide.err.find("warning: asset S: vol times the root of the time is 9.0"),
              std::string::npos)
        << wide.err;
    auto const far = mc(contract("european", "C", 160, 0.25, 0, asset(100, 0.2)), "--no-greeks");
    EXPECT_EQ(figure_of(far, "price").value, 0);
    EXPECT_NE(far.err.find("paths paid"), std::string::npos) << far.err;
    auto const usual = mc(contract("european", "C", 100, 1, 0, asset(100, 3)), "--no-greeks");
    EXPECT_EQ(usual.err.find("warning"), std::string::npos) << usual.err;
}

// bs_all_greeks_highprec.csv row 1: S = 100, K = 100, T = 0.5, r = 0.05, q = 0.02, vol = 0.3.
TEST_F(McCommand, EuropeanOptionAndItsGreeks) {
    for (char const* source : {"sobol", "philox"}) {
        auto const r = mc(contract("european", "C", 100, 0.5, 0.05, asset(100, 0.3, 0.02)),
                          std::string("--source ") + source);
        ASSERT_EQ(r.exit, 0) << r.err;
        auto const reference = reference_table("bs_all_greeks_highprec.csv").front();
        auto const expect = [&](char const* name, int of, double bias) {
            figure const f = figure_of(r, name, of);
            std::string const column = name == std::string("theta") ? "theta_cal" : name;
            EXPECT_NEAR(f.value, reference.number(column), 4 * f.error + bias) << source << name;
        };
        expect("price", -1, 0);
        // Central differences are off by their step's square.
        expect("delta", 0, 1e-4);
        expect("gamma", 0, 1e-4);
        expect("vega", 0, 1e-2);
        expect("theta", -1, 1e-2);
        expect("rho", -1, 1e-3);
    }
}

TEST_F(McCommand, LongstaffAndSchwartzTable1) {
    for (auto const& row : reference_table("longstaff_schwartz_table1.csv")) {
        auto const r = mc(contract("american", "P", 40, row.number("T"), 0.06,
                                   "dates = 50\n" + asset(row.number("S"), row.number("vol"))),
                          "--paths 65536 --source philox --no-greeks");
        ASSERT_EQ(r.exit, 0) << r.err;
        figure const f = figure_of(r, "price");
        EXPECT_NEAR(f.value, row.number("bermudan_50py"), 4 * f.error) << row.text;
        EXPECT_LT(f.error, 0.025) << row.text;
    }
}

// The Greeks of the same option on 50 dates by `lockstep price`, style bermudan, and by its bumps.
// Moments of exercise that stay cost 1 to 3 %.
TEST_F(McCommand, AmericanGreeksAreAsFarOffAsIsSaid) {
    auto const r = mc(contract("american", "P", 40, 1, 0.06, "dates = 50\n" + asset(36, 0.2)),
                      "--paths 65536");
    ASSERT_EQ(r.exit, 0) << r.err;
    EXPECT_NEAR(figure_of(r, "delta", 0).value, -0.69586, 0.03 * 0.69586);
    EXPECT_NEAR(figure_of(r, "vega", 0).value, 10.954, 0.03 * 10.954);
    EXPECT_NEAR(figure_of(r, "rho").value, -10.492, 0.03 * 10.492);
}

TEST_F(McCommand, TwoAssetsOfStulz) {
    // two_asset_basket_spread.csv: MaxBasket call, 0.3 and 0.3, rho 0.3: 22.932.
    auto const r =
        mc(contract("best_of", "C", 100, 1, 0.05,
                    asset(100, 0.3, 0, "A") + asset(100, 0.3, 0, "B") +
                        "[[correlation]]\nfirst = \"A\"\nsecond = \"B\"\nvalue = 0.3\n"));
    ASSERT_EQ(r.exit, 0) << r.err;
    figure const f = figure_of(r, "price");
    EXPECT_NEAR(f.value, 22.932, 4 * f.error + 5e-4);
    figure const a = figure_of(r, "delta", 0), b = figure_of(r, "delta", 1);
    EXPECT_NEAR(a.value, b.value, 4 * (a.error + b.error));
}

TEST_F(McCommand, BarrierWatchedAlways) {
    // barrier_babsiri.csv: DownIn 0.20.
    auto const r = mc(contract("barrier", "C", 100, 1, 0.05,
                               "barrier = 90\nbarrier_kind = \"down_in\"\nwatched = \"always\"\n"
                               "dates = 12\n" +
                                   asset(100, 0.2, 0.02)),
                      "--no-greeks");
    ASSERT_EQ(r.exit, 0) << r.err;
    figure const f = figure_of(r, "price");
    EXPECT_NEAR(f.value, 1.64005, 4 * f.error);
}

TEST_F(McCommand, AsianOfZhou) {
    auto const r =
        mc(contract("asian", "C", 30.78, 1, 0.06, "dates = 52\n" + asset(30.78, 0.4133, 0.0097)));
    ASSERT_EQ(r.exit, 0) << r.err;
    figure const f = figure_of(r, "price");
    EXPECT_NEAR(f.value, 3.228397973658813, 4 * f.error + 1e-4);
    EXPECT_LT(f.error, 1e-3);
}

TEST_F(McCommand, TheFiguresDoNotDependOnWhoComputesThem) {
    std::string const text = contract("worst_of", "P", 100, 1, 0.05,
                                      asset(100, 0.3, 0, "A") + asset(90, 0.2, 0.01, "B") +
                                          "[[correlation]]\nfirst = \"A\"\nsecond = \"B\"\n"
                                          "value = -0.3\n");
    for (char const* source : {"sobol", "philox"}) {
        std::string const flags = std::string("--paths 8192 --source ") + source;
        auto const plain = mc(text, flags + " --isa base --threads 1");
        auto const best = mc(text, flags + " --threads 2");
        EXPECT_EQ(text_of(plain, "digest"), text_of(best, "digest"));
        EXPECT_EQ(figure_of(plain, "price").value, figure_of(best, "price").value);
        EXPECT_NE(text_of(mc(text, flags + " --seed 2"), "digest"), text_of(plain, "digest"));
    }
}

TEST_F(McCommand, WhatIsWrongIsNamedWithItsLine) {
    struct wrong {
        std::string text;
        char const* why;
    };
    std::string const one = asset(100, 0.3);
    wrong const all[] = {
        {contract("straddle", "C", 1, 1, 0, one), "payoff' is 'straddle'"},
        {contract("asian", "C", 1, 1, 0, one), "'dates' is missing"},
        {contract("european", "C", -1, 1, 0, one), "'strike' must lie between"},
        {contract("european", "C", 0, 1, 0, one), "'strike' must lie between 1e-09 and 1"},
        {contract("european", "C", 1, 1, 0, "colour = 1\n" + one), "'colour' is not known"},
        {contract("european", "C", 1, 1, 0, asset(1, 1, 0, "A") + asset(1, 1, 0, "B")),
         "'correlation' is missing"},
        {contract("european", "C", 1, 1, 0, asset(1, 1, 0, "A") + asset(1, 1, 0, "A")),
         "listed already"},
        {contract(
             "barrier", "C", 1, 1, 0,
             "dates = 4\nbarrier = 101\nbarrier_kind = \"down_out\"\nwatched = \"dates\"\n" + one),
         "has been passed"},
        {"payoff = [", "contract.toml:"},
    };
    for (auto const& w : all) {
        auto const r = mc(w.text);
        EXPECT_EQ(r.exit, 3) << w.text;
        EXPECT_NE(r.err.find(w.why), std::string::npos) << r.err;
        EXPECT_EQ(r.out, "");
    }
    EXPECT_EQ(run_lockstep("mc").exit, 2);
    EXPECT_EQ(run_lockstep("mc --contract /no/such/file").exit, 3);
}

TEST_F(McCommand, TheSampleRuns) {
    auto const r = run_lockstep("mc --paths 4096 --contract " + data_path("sample/basket.toml"));
    ASSERT_EQ(r.exit, 0) << r.err;
    EXPECT_GT(figure_of(r, "price").value, 0);
}

}  // namespace
}  // namespace lockstep
