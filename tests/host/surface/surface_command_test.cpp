// `lockstep surface fit` as a user runs it.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <string>

#include "host/io/csv_table.h"
#include "tests/host/run_binary.h"
#include "tests/where.h"

namespace lockstep {
namespace {

constexpr char const* files[] = {"arbitrage.csv", "exceptions.csv", "manifest.json", "quotes.csv",
                                 "slices.csv",    "surface.html",   "surface.json"};

class SurfaceCommand : public testing::Test {
  protected:
    std::string path(char const* name) const { return (folder_.path() / name).string(); }
    std::string sample() const { return data_path("sample/chain.csv"); }
    command_result fit(std::string const& market, char const* out,
                       std::string const& flags = "") const {
        return run_lockstep("surface fit --market '" + market + "' --out '" + path(out) + "' " +
                            flags);
    }
    std::string text(char const* out, char const* name) const {
        return text_of_file(folder_.path() / out / name);
    }
    scratch_folder folder_;
};

std::size_t lines_of(std::string const& text) {
    return static_cast<std::size_t>(std::ranges::count(text, '\n'));
}

TEST_F(SurfaceCommand, TheSampleChainHasASurface) {
    auto const r = fit(sample(), "out");
    EXPECT_LE(r.exit, 1) << r.err;
    EXPECT_NE(r.out.find("free of arb"), std::string::npos) << r.out;
    for (char const* name : files) EXPECT_FALSE(text("out", name).empty()) << name;
    EXPECT_EQ(lines_of(text("out", "quotes.csv")), 305u);
    EXPECT_EQ(lines_of(text("out", "arbitrage.csv")), lines_of(text("out", "slices.csv")));
    // Not one curve that stands has arbitrage in it.
    exception_log none;
    csv_reader table(path("out/arbitrage.csv"), none);
    static constexpr std::array<csv_column, 3> columns{
        {{"remaining"}, {"least_g"}, {"put_wing_slope"}}};
    table.choose(columns);
    while (table.next()) {
        if (table[0].empty()) continue;
        EXPECT_EQ(table[0], "none");
        double g = 0;
        EXPECT_TRUE(table.number(1, g));
        EXPECT_GE(g, 0);
    }
    // Two tables have no column of one name that means two things.
    std::string const arbitrage = text("out", "arbitrage.csv");
    std::string const columns_of_it = arbitrage.substr(0, arbitrage.find('\n'));
    EXPECT_NE(columns_of_it.find(",put_wing_slope,call_wing_slope,"), std::string::npos);
    EXPECT_EQ(columns_of_it.find(",put_slope"), std::string::npos) << columns_of_it;
    // The page is whole and fetches nothing.
    std::string const page = text("out", "surface.html");
    EXPECT_EQ(page.find("{{"), std::string::npos);
    EXPECT_EQ(page.find("src="), std::string::npos);
    EXPECT_EQ(page.find("nan"), page.find("nano"));
    EXPECT_EQ(text("out", "surface.json").find("nan"), std::string::npos);
}

TEST_F(SurfaceCommand, TheBytesDoNotDependOnWhoComputesThem) {
    EXPECT_LE(fit(sample(), "one", "--threads 1 --isa base --backend cpu").exit, 1);
    EXPECT_LE(fit(sample(), "two", "--threads 2").exit, 1);
    for (char const* name : files) EXPECT_EQ(text("one", name), text("two", name)) << name;
    auto const r = fit(sample(), "two", "--json");
    EXPECT_EQ(r.out, text("two", "surface.json"));
    EXPECT_LE(fit(sample(), "marks", "--quotes mark").exit, 1);
    EXPECT_NE(text("marks", "slices.csv"), text("two", "slices.csv"));
}

/// One column of a table by another.
std::map<std::string, std::string> column_by(std::string const& file, char const* key,
                                             char const* value) {
    std::array<csv_column, 2> const columns{{{key}, {value}}};
    exception_log none;
    csv_reader table(file, none);
    table.choose(columns);
    std::map<std::string, std::string> found;
    while (table.next()) found[std::string(table[0])] = std::string(table[1]);
    return found;
}

TEST_F(SurfaceCommand, ScenarioMarginRunsOnTheSurfaceOrOnMarks) {
    EXPECT_LE(fit(sample(), "fitted").exit, 1);
    auto const risk = [&](char const* out, std::string const& flags) {
        return run_lockstep("risk --market '" + sample() + "' --portfolio " +
                            data_path("sample/portfolio") + " --out '" + path(out) + "' " + flags);
    };
    auto const surface = risk("surface", "--vols surface");
    EXPECT_EQ(surface.exit, 0) << surface.err;
    EXPECT_EQ(risk("marks", "").exit, 0);
    EXPECT_EQ(risk("again", "--vols surface --threads 1 --isa base").exit, 0);
    EXPECT_EQ(risk("none", "--vols guess").exit, 2);

    auto const fitted = column_by(path("fitted/quotes.csv"), "instrument", "fitted_vol");
    auto const used = column_by(path("surface/instruments.csv"), "instrument", "vol");
    auto const marks = column_by(path("marks/instruments.csv"), "instrument", "vol");
    std::size_t moved = 0, between = 0;
    for (auto const& [name, vol] : fitted) {
        // An expiry without a curve of its own lies between its neighbours.
        if (vol.empty()) {
            ++between;
            EXPECT_FALSE(used.at(name).empty()) << name;
        } else {
            EXPECT_EQ(used.at(name), vol) << name;
        }
        moved += marks.at(name) != vol;
    }
    EXPECT_EQ(fitted.size(), 304u);
    EXPECT_GT(moved, 300u);
    EXPECT_EQ(between, 2u);
    EXPECT_NE(text("surface", "netting_sets.csv"), text("marks", "netting_sets.csv"));
    EXPECT_EQ(text("surface", "netting_sets.csv"), text("again", "netting_sets.csv"));
    EXPECT_NE(text("surface", "manifest.json").find("\"vols\": \"surface\""), std::string::npos);
    EXPECT_NE(text("marks", "manifest.json").find("\"vols\": \"mark\""), std::string::npos);
}

TEST_F(SurfaceCommand, ListedOptionsNeedNoForward) {
    std::string table = "type,strike,expiry,time,bid,ask,spot,underlying\n";
    // Calls and puts on a forward of 100 at a discount of one half: C - P = (100 - K) / 2.
    for (int strike = 80; strike <= 120; strike += 5) {
        double const far = (strike - 100) * 0.5, value = 8.0 + 0.01 * far * far;
        for (bool const put : {false, true}) {
            double const price = value + (put ? far : -far) / 2;
            table += std::string(put ? "P," : "C,") + std::to_string(strike) +
                     ",2027-01-01,2026-01-01," + std::to_string(price - 0.05) + "," +
                     std::to_string(price + 0.05) + ",50,X\n";
        }
    }
    write_file(path("listed.csv"), table);
    auto const r = fit(path("listed.csv"), "out");
    EXPECT_EQ(r.exit, 0) << r.out << r.err;
    std::string const slices = text("out", "slices.csv");
    EXPECT_NE(slices.find("X,2027-01-01T00:00:00Z,1,"), std::string::npos) << slices;
    EXPECT_NE(slices.find(",parity,"), std::string::npos) << slices;
}

TEST_F(SurfaceCommand, BadInputsAreNamed) {
    std::string const header = "type,strike,expiry,time,bid,ask\n";
    struct {
        char const *row, *field, *reason;
    } const faults[] = {
        {"X,100,2027-01-01,2026-01-01,1,2", "type", "is neither C nor P: 'X'"},
        {"C,-1,2027-01-01,2026-01-01,1,2", "strike", "is negative: '-1'"},
        {"C,0,2027-01-01,2026-01-01,1,2", "strike", "is zero"},
        {"C,100,2027-13-01,2026-01-01,1,2", "expiry", "is not a time: '2027-13-01'"},
        {"C,100,2027-01-01,soon,1,2", "time", "is not a time: 'soon'"},
        {"C,100,2027-01-01,2026-01-01,x,2", "bid", "is not a number: 'x'"},
        {"C,100,2027-01-01,2026-01-01,1,-2", "ask", "is negative: '-2'"},
        {"C,100,2025-01-01,2026-01-01,1,2", "expiry", "expired at "},
        {"C,90,2027-01-01,2026-01-01,1,2", "strike", "is listed already in line 2"},
        {"C,91,2027-01-01,2026-01-01T01:00:01Z,1,2", "time",
         "2026-01-01T01:00:01Z is more than an hour after the rest of the chain, which ends at "
         "2026-01-01T00:00:00Z"},
        {"C,92,2027-01-01,2026-01-01,1,y", "ask", "is not a number: 'y'"},
    };
    std::string table = header + "C,90,2027-01-01,2026-01-01,1,2\n";
    std::string const also_good = "C,93,2027-01-01,2026-01-01,1,2\n";
    for (auto const& f : faults) table += std::string(f.row) + "\n";
    write_file(path("listed.csv"), table + also_good);
    auto const r = fit(path("listed.csv"), "out");
    EXPECT_EQ(r.exit, 1);
    EXPECT_NE(r.out.find("has no forward: put-call parity gives none"), std::string::npos) << r.out;
    std::string const exceptions = text("out", "exceptions.csv");
    EXPECT_EQ(lines_of(exceptions), 1 + std::size(faults));
    int line = 3;
    std::size_t last = 0;
    for (auto const& f : faults) {
        std::string const start = "," + std::to_string(line++) + "," + f.field + ",";
        std::size_t const at = exceptions.find(start);
        ASSERT_NE(at, std::string::npos) << start << exceptions;
        EXPECT_NE(exceptions.find(f.reason, at), std::string::npos) << f.reason << exceptions;
        EXPECT_GT(at, last) << "rows are in the order of lines";
        last = at;
    }
}

TEST_F(SurfaceCommand, UnusableInputsLeaveNothingBehind) {
    write_file(path("no_chain.csv"), "a,b\n1,2\n");
    write_file(path("empty.csv"), "");
    write_file(path("no_record.csv"), "type,strike,expiry,time,bid,ask\nC,0,2027-01-01,x,1,2\n");
    for (char const* name : {"no_chain.csv", "empty.csv", "no_record.csv", "absent.csv"}) {
        auto const r = fit(path(name), "out");
        EXPECT_EQ(r.exit, 3) << name;
        EXPECT_NE(r.err.find(name), std::string::npos) << r.err;
    }
    EXPECT_EQ(run_lockstep("surface fit --market -").exit, 3);
    auto const pipe = run_lockstep("surface fit --market /dev/stdin", "cat '" + sample() + "' |");
    EXPECT_EQ(pipe.exit, 3);
    EXPECT_NE(pipe.err.find("/dev/stdin: is no regular file"), std::string::npos) << pipe.err;
    EXPECT_EQ(run_lockstep("surface fit").exit, 2);
    EXPECT_EQ(run_lockstep("surface").exit, 2);
    EXPECT_EQ(fit(sample(), "out", "--quotes last").exit, 2);
    EXPECT_FALSE(std::filesystem::exists(path("out")));
}

}  // namespace
}  // namespace lockstep
