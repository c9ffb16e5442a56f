// `lockstep heston` as a user runs it. Expected prices: Alan Lewis's reference values.
#include <fmt/format.h>

#include "tests/host/result_table.h"
#include "tests/host/run_binary.h"
#include "tests/pricing/reference_table.h"
#include "tests/where.h"

namespace lockstep {
namespace {

class HestonCommand : public testing::Test {
  protected:
    std::string path(char const* name) const { return (folder_.path() / name).string(); }
    command_result price(std::string const& parameters, std::string const& table) const {
        write_file(path("p.toml"), parameters);
        write_file(path("in.csv"), table);
        return run_lockstep("heston price --parameters '" + path("p.toml") + "' --input '" +
                            path("in.csv") + "'");
    }
    scratch_folder folder_;
};

std::string const lewis = "v0 = 0.04\nkappa = 4\ntheta = 0.25\nsigma = 1\nrho = -0.5\n";

TEST_F(HestonCommand, PricesOfLewis) {
    std::string text = "type,spot,strike,time,rate,dividend\n";
    std::vector<reference_row> rows;
    for (auto const& row : reference_table("heston_reference.csv")) {
        if (row.at("id") != "AL") continue;
        text += fmt::format("{},{},{},{},{},{}\n", row.at("type"), row.at("S"), row.at("K"),
                            row.at("T"), row.at("r"), row.at("q"));
        rows.push_back(row);
    }
    auto const r = price(lewis, text + "C,100,-5,1,0,0\nC,,100,1,0,0\n");
    EXPECT_EQ(r.exit, 1);
    result_table const got(r.out);
    ASSERT_EQ(got.rows.size(), rows.size() + 2);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        double const expected = rows[i].number("price");
        EXPECT_NEAR(got.number(i, "price"), expected, 1e-12 * expected) << rows[i].text;
        EXPECT_LE(got.number(i, "error"), 1e-11 * expected) << rows[i].text;
    }
    EXPECT_EQ(got.at(rows.size(), "reason"), "strike is not above zero: -5");
    EXPECT_EQ(got.at(rows.size() + 1, "reason"), "neither spot nor forward is given");
}

TEST_F(HestonCommand, AJumpParameterAsksForTheOthers) {
    std::string const table = "type,forward,strike,time\nC,100,100,0.5\n";
    std::string const jumps[] = {"jump_intensity = 1\n", "jump_mean = -0.1\n", "jump_vol = 0.2\n"};
    EXPECT_EQ(price(lewis + jumps[0] + jumps[1] + jumps[2], table).exit, 0);
    auto const refused = [&](std::string const& some, std::string const& missing) {
        auto const r = price(lewis + some, table);
        EXPECT_EQ(r.exit, 3) << some;
        EXPECT_NE(r.err.find("p.toml:"), std::string::npos) << r.err;
        EXPECT_NE(r.err.find("key '" + missing + "' is missing"), std::string::npos) << r.err;
    };
    refused(jumps[1], "jump_intensity");
    refused(jumps[2], "jump_intensity");
    refused(jumps[1] + jumps[2], "jump_intensity");
    refused(jumps[0], "jump_mean");
    refused(jumps[0] + jumps[1], "jump_vol");
}

// Jumps that all have one size leave a transform that does not fade: far from the money its
// rounding is more than the option can be worth. A call at 2,000 is worth 0 to 100, the put 1,900
// more.
TEST_F(HestonCommand, APriceThatSaysNothingIsNoPrice) {
    std::string const jumps =
        "v0 = 0.04\nkappa = 1.5\ntheta = 0.04\nsigma = 0.3\nrho = -0.7\njump_intensity = 0.01\n"
        "jump_mean = 1\njump_vol = 0\n";
    std::string const header = "type,forward,strike,time\n";
    auto const r = price(jumps, header +
                                    "C,100,2000,0.0001\nP,100,2000,0.0001\nC,100,100,0.0001\n"
                                    "P,100,300,0.0001\n");
    EXPECT_EQ(r.exit, 1);
    result_table const got(r.out);
    for (std::size_t i : {0u, 1u}) {
        EXPECT_EQ(got.at(i, "status"), "terms_are_exhausted");
        EXPECT_EQ(got.at(i, "price"), "");
    }
    for (std::size_t i : {2u, 3u}) EXPECT_EQ(got.at(i, "status"), "computed");
    // A call that is worth 80 at once: the sum says 79.6, and that it is off by 0.07 at most.
    auto const below = price(
        "v0 = 2\nkappa = 0.01\ntheta = 0.08\nsigma = 0.00045\nrho = -0.8\njump_intensity = 0.0025\n"
        "jump_mean = -1\njump_vol = 0\n",
        header + "C,100,20,0.000001\nC,100,100,0.000001\n");
    EXPECT_EQ(result_table(below.out).at(0, "status"), "terms_are_exhausted") << below.out;
    EXPECT_EQ(result_table(below.out).at(1, "status"), "computed") << below.out;
    // However far a strike is away: parity of what is as good as certain.
    auto const far = price(lewis, header + "C,100,1e-18,1\nP,100,1e18,1\nP,100,1e300,1\n");
    EXPECT_EQ(far.exit, 0) << far.out;
    result_table const certain(far.out);
    EXPECT_NEAR(certain.number(0, "price"), 100, 1e-10);
    EXPECT_NEAR(certain.number(1, "price"), 1e18, 1e4);
}

TEST_F(HestonCommand, AFitWritesParametersThatPriceTakes) {
    auto const fit = run_lockstep("heston fit --market '" + data_path("sample/chain.csv") +
                                  "' --out '" + path("fit") + "'");
    EXPECT_LE(fit.exit, 1) << fit.err;
    std::string const manifest = text_of_file(folder_.path() / "fit" / "manifest.json");
    std::string const found = text_of_file(folder_.path() / "fit" / "BTC.toml");
    ASSERT_NE(found, "");
    EXPECT_EQ(manifest.find("\"status\": \"converged_at_a_bound\"") != std::string::npos,
              fit.out.find("is at the end of its range") != std::string::npos)
        << fit.out;
    EXPECT_NE(manifest.find("\"at_bounds\": ["), std::string::npos) << manifest;
    auto const r = price(found, "type,forward,strike,time\nC,100,100,0.5\n");
    EXPECT_EQ(r.exit, 0) << r.err;
    EXPECT_GT(result_table(r.out).number(0, "price"), 0);
}

TEST_F(HestonCommand, AFitIsTheSameOnAnyNumberOfThreads) {
    for (char const* threads : {"1", "2"})
        EXPECT_LE(run_lockstep("heston fit --market '" + data_path("sample/chain.csv") +
                               "' --threads " + threads + " --out '" + path(threads) + "'")
                      .exit,
                  1);
    for (char const* name : {"manifest.json", "residuals.csv", "BTC.toml"})
        EXPECT_EQ(text_of_file(folder_.path() / "1" / name),
                  text_of_file(folder_.path() / "2" / name));
}

TEST_F(HestonCommand, AnUnderlyingWithoutAnOptionThatTakesPartIsNotLost) {
    auto const fit = run_lockstep("heston fit --days-min 30000 --market '" +
                                  data_path("sample/chain.csv") + "' --out '" + path("fit") + "'");
    EXPECT_EQ(fit.exit, 1);
    for (char const* name : {"BTC", "ETH"})
        EXPECT_NE(fit.out.find(std::string(name) + ": too_few_quotes, 0 options"),
                  std::string::npos)
            << fit.out;
}

TEST_F(HestonCommand, WhatCannotBeUsedIsNamed) {
    auto const r = price("v0 = 0.04\nkappa = -4\n", "type,spot,strike,time\nC,1,1,1\n");
    EXPECT_EQ(r.exit, 3);
    EXPECT_NE(r.err.find("kappa"), std::string::npos) << r.err;
    EXPECT_EQ(price(lewis, "type,strike,time\nC,1,1\n").exit, 3);
    EXPECT_EQ(run_lockstep("heston fit --market /nonexistent --out '" + path("x") + "'").exit, 3);
    EXPECT_FALSE(std::filesystem::exists(path("x")));
    EXPECT_EQ(run_lockstep("heston").exit, 2);
}

}  // namespace
}  // namespace lockstep
