// `lockstep history`, and `lockstep risk --tail` on what it writes, as a user runs them.
#include <fmt/format.h>

#include <array>
#include <cmath>

#include "tests/host/result_table.h"
#include "tests/host/run_binary.h"

namespace lockstep {
namespace {

constexpr int strikes[] = {50'000, 60'000, 70'000};
using smile = std::array<double, 3>;  // vols by strike

/// A chain of one coin at some hour: two expiries around its forward.
std::string chain(int hour, double spot, smile const& vols) {
    std::string text =
        "timestamp,instrument_name,underlying,mark_price,implied_volatility,index_price\n";
    for (char const* expiry : {"26JUN26", "25SEP26"})
        for (std::size_t k = 0; k < 3; ++k)
            for (char type : {'C', 'P'})
                text += fmt::format("2026-05-01T{:02}:00:00Z,BTC-{}-{}-{},{},0.05,{},{}\n", hour,
                                    expiry, strikes[k], type, spot, vols[k], spot);
    return text;
}

constexpr char const* vol_columns[] = {"vol_ratio_low_2", "vol_ratio_low_1", "vol_ratio_money",
                                       "vol_ratio_high_1", "vol_ratio_high_2"};

class HistoryCommand : public testing::Test {
  protected:
    std::filesystem::path path(char const* name) const { return folder_.path() / name; }
    command_result history() const {
        return run_lockstep("history --snapshots '" + path("days").string() + "' --out '" +
                            path("history.csv").string() + "'");
    }
    void write_day(int hour, double spot, smile const& vols) const {
        std::filesystem::create_directory(path("days"));
        write_file(path("days") / fmt::format("{:02}.csv", hour), chain(hour, spot, vols));
    }
    void write_day(int hour, double spot, double vol) const {
        write_day(hour, spot, smile{vol, vol, vol});
    }
    /// tail.csv of a book of one account, in a market of these vols with its forward at 60,000.
    result_table tail_of(std::string const& positions, smile const& vols) const {
        std::filesystem::create_directory(path("book"));
        write_file(path("book") / "accounts.csv", "account\nA\n");
        write_file(path("book") / "cash.csv", "account,asset,amount\nA,BTC,20\n");
        write_file(path("book") / "positions.csv",
                   "account,instrument,quantity,entry_price\n" + positions);
        write_file(path("chain.csv"), chain(4, 60'000, vols));
        auto const r = run_lockstep("risk --market '" + path("chain.csv").string() +
                                    "' --portfolio '" + path("book").string() + "' --tail '" +
                                    path("history.csv").string() + "' --tail-level " + level_ +
                                    more_ + " --out '" + path("out").string() + "'");
        EXPECT_LE(r.exit, 1) << r.err;
        warned_ = r.err;
        return result_table(text_of_file(path("out") / "tail.csv"));
    }
    scratch_folder folder_;
    std::string level_ = "0.5", more_;
    mutable std::string warned_;  // on standard error, by the last tail_of
};

TEST_F(HistoryCommand, MovesFromEachSnapshotToTheNext) {
    write_day(1, 60'000, 0.5);
    write_day(2, 57'000, 0.6);
    write_day(3, 62'700, 0.45);
    auto const r = history();
    EXPECT_EQ(r.exit, 0) << r.err;
    result_table const got(text_of_file(path("history.csv")));
    ASSERT_EQ(got.rows.size(), 12u);  // two scenarios of six tenors
    for (std::size_t i = 0; i < 12; ++i) {
        EXPECT_EQ(got.at(i, "underlying"), "BTC");
        EXPECT_NEAR(got.number(i, "forward_ratio"), i < 6 ? 0.95 : 1.1, 1e-12);
        for (char const* strike : vol_columns)
            EXPECT_NEAR(got.number(i, strike), i < 6 ? 1.2 : 0.75, 2e-3);
    }
}

/// The lowest strike's vol rises by a tenth, and the forward falls: the vol of a strike is
/// followed, not that of the money.
TEST_F(HistoryCommand, SmilesMoveStrikeByStrike) {
    write_day(1, 60'000, {0.6, 0.5, 0.55});
    write_day(2, 57'000, {0.66, 0.5, 0.55});
    ASSERT_EQ(history().exit, 0);
    result_table const got(text_of_file(path("history.csv")));
    ASSERT_EQ(got.rows.size(), 6u);
    for (std::size_t i = 0; i < 3; ++i) {  // as the first expiry's, but for the time that passed
        double const expected[] = {1.1, 1.1, 1, 1, 1};
        for (std::size_t k = 0; k < 5; ++k)
            EXPECT_NEAR(got.number(i, vol_columns[k]), expected[k], 1e-12) << vol_columns[k];
    }
}

/// Ten puts sold, valued by Black's formula written out: the forward falls by a twentieth, and the
/// vol by as much of the move at one deviation as the strike is away from the money.
TEST_F(HistoryCommand, TailsOfAnOptionAreItsRevaluation) {
    smile const before{0.6, 0.5, 0.55};
    write_day(1, 60'000, before);
    write_day(2, 57'000, {0.66, 0.5, 0.55});
    ASSERT_EQ(history().exit, 0);
    result_table const got = tail_of("A,BTC-26JUN26-50000-P,-10,0.02\n", before);
    ASSERT_EQ(got.rows.size(), 1u);
    double const years = (56 * 24 + 4) / (24 * 365.0);  // 1 May 04:00 to 26 June 08:00
    auto const put_in_coins = [&](double forward, double vol) {
        auto const phi = [](double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); };
        double const sd = vol * std::sqrt(years), d = std::log(forward / 50'000) / sd;
        return (50'000 * phi(sd / 2 - d) - forward * phi(-d - sd / 2)) / forward;
    };
    double const deviations = std::log(5.0 / 6) / (0.5 * std::sqrt(years));
    double const later = 0.6 * std::pow(1.1, -deviations);
    double const loss = 10 * (put_in_coins(57'000, later) - put_in_coins(60'000, 0.6)) * 57'000;
    EXPECT_NEAR(got.number(0, "worst_loss_usd"), loss, 1e-4 * loss);
}

/// Ten coins of the perpetual, long: each scenario's gain is ten times the coin's.
TEST_F(HistoryCommand, TailsOfAFutureAreItsMoves) {
    write_day(1, 60'000, 0.5);
    write_day(2, 57'000, 0.6);
    write_day(3, 62'700, 0.45);
    ASSERT_EQ(history().exit, 0);
    result_table const got = tail_of("A,BTC-PERPETUAL,600000,60000\n", {0.5, 0.5, 0.5});
    ASSERT_EQ(got.rows.size(), 1u);
    // An inverse contract of 600,000 USD: (1/60000 - 1/57000) coins each, at 57,000.
    double const loss = -600'000 * (1 / 60'000.0 - 1 / 57'000.0) * 57'000;
    EXPECT_NEAR(got.number(0, "worst_loss_usd"), loss, 1e-3);
    EXPECT_EQ(got.at(0, "worst_scenario"), "0");
    EXPECT_NEAR(got.number(0, "var_50_usd"), loss, 1e-3);
    EXPECT_EQ(warned_.find("warning"), std::string::npos) << warned_;
    level_ = "0.51";  // two scenarios have no half of one
    EXPECT_NEAR(tail_of("A,BTC-PERPETUAL,600000,60000\n", {0.5, 0.5, 0.5}).number(0, "var_51_usd"),
                loss, 1e-3);
    EXPECT_NE(warned_.find("warning: a tail of 49 % of 2 scenarios is less than one"),
              std::string::npos)
        << warned_;
}

// With the files and these a value at risk can be computed again.
TEST_F(HistoryCommand, TheManifestNamesWhatTheTailWasMadeBy) {
    write_day(1, 60'000, 0.5);
    write_day(2, 57'000, 0.6);
    ASSERT_EQ(history().exit, 0);
    auto const manifest = [&](char const* level, char const* more) {
        level_ = level, more_ = more;
        tail_of("A,BTC-PERPETUAL,600000,60000\n", {0.5, 0.5, 0.5});
        std::string text = text_of_file(path("out") / "manifest.json");
        std::erase_if(text, [](char c) { return c == ' ' || c == '\n'; });
        std::size_t const at = text.find("\"tail\":");
        return at == text.npos ? text : text.substr(at, text.find("},", at) + 1 - at);
    };
    EXPECT_EQ(manifest("0.5", ""), R"("tail":{"method":"historical","levels":["50"]})");
    EXPECT_EQ(manifest("0.99,0.975", " --tail-method filtered"),
              R"("tail":{"method":"filtered","levels":["99","97.5"],"decay":0.94})");
    EXPECT_EQ(manifest("0.9", " --tail-method monte-carlo --tail-draws 200 --tail-seed 7"),
              R"("tail":{"method":"monte-carlo","levels":["90"],"draws":200,"seed":"7"})");
    std::string const help = run_lockstep("risk --help").out;
    EXPECT_NE(help.find("0.99,0.975]"), std::string::npos) << "the levels of who names none";
}

TEST_F(HistoryCommand, AnUnderlyingThatASnapshotLacksIsNamed) {
    write_day(1, 60'000, 0.5);
    std::string const bitcoins = chain(2, 57'000, {0.5, 0.5, 0.5});
    std::string ethers = bitcoins.substr(bitcoins.find('\n') + 1);
    for (std::size_t at; (at = ethers.find("BTC")) != std::string::npos;)
        ethers.replace(at, 3, "ETH");
    write_file(path("days") / "02.csv", bitcoins + ethers);
    auto const r = history();
    EXPECT_EQ(r.exit, 1);
    EXPECT_NE(r.out.find("left out, without a smile in every snapshot: ETH\n"), std::string::npos)
        << r.out;
}

TEST_F(HistoryCommand, AnUnderlyingWithTooFewStrikesIsNamed) {
    std::filesystem::create_directory(path("days"));
    for (int day : {1, 2}) {
        std::string const bitcoins = chain(day, 60'000 - 1'000 * day, {0.5, 0.5, 0.5});
        // One strike of the ethers, which lies on one side of their forward.
        std::size_t const first = bitcoins.find('\n') + 1;
        std::string ether = bitcoins.substr(first, bitcoins.find('\n', first) + 1 - first);
        for (std::size_t at; (at = ether.find("BTC")) != std::string::npos;)
            ether.replace(at, 3, "ETH");
        write_file(path("days") / ("0" + std::to_string(day) + ".csv"), bitcoins + ether);
    }
    auto const r = history();
    EXPECT_EQ(r.exit, 1) << r.err;
    EXPECT_NE(r.out.find("left out, without a smile in every snapshot: ETH\n"), std::string::npos)
        << r.out << r.err;
}

// Of 24 records of no time the first twenty, by every command that has no table for them.
TEST_F(HistoryCommand, RejectedRecordsAreNamed) {
    write_day(1, 60'000, 0.5);
    std::string bad = chain(2, 57'000, {0.5, 0.5, 0.5});
    std::string const record = bad.substr(bad.find('\n') + 12);  // without its day
    for (int i = 0; i < 24; ++i) bad += "someday" + record.substr(0, record.find('\n') + 1);
    std::string const file = (path("days") / "02.csv").string();
    write_file(file, bad);
    std::string const out = " --out '" + path("out").string() + "'";
    for (std::string const& command : {"history --snapshots '" + path("days").string() + "'",
                                       "ticks --snapshots '" + path("days").string() + "'",
                                       "heston fit --market '" + file + "'"}) {
        auto const r = run_lockstep(command + out);
        EXPECT_EQ(r.exit, 1) << command << r.err;
        for (int line : {14, 33})  // after a header and twelve records
            EXPECT_NE(r.err.find(fmt::format("lockstep: {}:{}: field 'timestamp': ", file, line)),
                      std::string::npos)
                << command << "\n"
                << r.err;
        EXPECT_EQ(r.err.find(file + ":34:"), std::string::npos) << r.err;
        EXPECT_NE(r.err.find("lockstep: and 4 more"), std::string::npos) << r.err;
        std::filesystem::remove_all(path("out"));
    }
}

// What is read once may be a pipe; what a manifest speaks of may not.
TEST_F(HistoryCommand, PipesServeWhereOneReadingDoes) {
    write_file(path("chain.csv"), chain(4, 60'000, {0.5, 0.5, 0.5}));
    std::string const from = "cat '" + path("chain.csv").string() + "' |";
    std::string const out = " --out '" + path("out").string() + "'";
    auto const fit = run_lockstep("heston fit --market /dev/stdin" + out, from);
    EXPECT_LE(fit.exit, 1) << fit.err;
    EXPECT_EQ(fit.out.substr(0, 5), "BTC: ") << fit.out;
    auto const explained =
        run_lockstep("explain-pnl --from /dev/stdin --to '" + path("chain.csv").string() +
                         "' --portfolio '" + path("book").string() + "'" + out,
                     from);
    EXPECT_EQ(explained.exit, 3);
    EXPECT_NE(explained.err.find("/dev/stdin: is no regular file"), std::string::npos)
        << explained.err;
}

TEST_F(HistoryCommand, AFaultIsNamedByItsOwnLine) {
    write_day(1, 60'000, 0.5);
    write_day(2, 57'000, 0.6);
    ASSERT_EQ(history().exit, 0);
    std::string text = text_of_file(path("history.csv"));
    std::size_t at = 0;
    for (int line = 1; line < 4; ++line) at = text.find('\n', at) + 1;
    text.replace(text.find(",30,", at), 4, ",x,");  // of line 4
    write_file(path("bad.csv"), text);
    write_file(path("chain.csv"), chain(4, 60'000, {0.5, 0.5, 0.5}));
    std::filesystem::create_directory(path("book"));
    write_file(path("book") / "accounts.csv", "account\nA\n");
    write_file(path("book") / "cash.csv", "account,asset,amount\n");
    write_file(path("book") / "positions.csv", "account,instrument,quantity,entry_price\n");
    auto const r = run_lockstep("risk --market '" + path("chain.csv").string() + "' --portfolio '" +
                                path("book").string() + "' --tail '" + path("bad.csv").string() +
                                "' --out '" + path("out").string() + "'");
    EXPECT_EQ(r.exit, 3);
    EXPECT_NE(r.err.find("bad.csv:4: days"), std::string::npos) << r.err;
}

TEST_F(HistoryCommand, SnapshotsOutOfOrderAreNamed) {
    write_day(1, 60'000, 0.5);
    write_day(3, 57'000, 0.6);
    write_file(path("days") / "04.csv", chain(2, 57'000, {0.5, 0.5, 0.5}));
    auto const r = history();
    EXPECT_EQ(r.exit, 3);
    EXPECT_NE(r.err.find((path("days") / "04.csv").string() + ": is of 2026-05-01T02:00:00Z, and " +
                         (path("days") / "03.csv").string() + " before it is of"),
              std::string::npos)
        << r.err;
}

TEST_F(HistoryCommand, TheResultMayNotLieAmongItsInputs) {
    write_day(1, 60'000, 0.5);
    write_day(2, 57'000, 0.6);
    auto const inside = path("days") / "out.csv";
    for (char const* command : {"history", "ticks"}) {
        auto const r = run_lockstep(std::string(command) + " --snapshots '" +
                                    path("days").string() + "' --out '" + inside.string() + "'");
        EXPECT_EQ(r.exit, 2) << command;
        EXPECT_NE(r.err.find("lies in"), std::string::npos) << r.err;
        EXPECT_FALSE(std::filesystem::exists(inside)) << command;
    }
}

TEST_F(HistoryCommand, WhatCannotBeUsedLeavesNothing) {
    write_day(1, 60'000, 0.5);
    auto const alone = history();
    EXPECT_EQ(alone.exit, 3) << "one snapshot moves nowhere";
    EXPECT_NE(alone.err.find(path("days").string() + ": a history needs two"), std::string::npos)
        << alone.err;
    write_file(path("days") / "02.csv", "nonsense\n");
    EXPECT_EQ(history().exit, 3);
    EXPECT_FALSE(std::filesystem::exists(path("history.csv")));
}

}  // namespace
}  // namespace lockstep
