#include "host/generate/exchange.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

#include "host/io/timestamp.h"
#include "host/market/load.h"
#include "host/portfolio/load.h"
#include "tests/host/scratch.h"
#include "tests/where.h"

namespace lockstep {
namespace {
namespace fs = std::filesystem;

constexpr std::array<char const*, 6> files{"README.md",          "manifest.json",
                                           "chain.csv",          "portfolio/accounts.csv",
                                           "portfolio/cash.csv", "portfolio/positions.csv"};

std::string text_of(fs::path const& path) {
    std::ifstream in(path, std::ios::binary);
    EXPECT_TRUE(in) << path;
    return {std::istreambuf_iterator<char>(in), {}};
}

exchange_plan small_plan(std::uint64_t seed) {
    exchange_plan plan;
    plan.seed = seed;
    plan.accounts = 300;
    plan.options_per_underlying = 64;
    plan.time = *parse_timestamp("2026-05-01T09:05:00Z");
    return plan;
}

auto const no_progress = [](std::uint64_t) {};

struct loaded_exchange {
    market listed;
    portfolio held;
};

loaded_exchange load(fs::path const& folder) {
    exception_log log;
    loaded_exchange out;
    out.listed = load_market(folder / "chain.csv", log);
    out.held = load_portfolio(folder / "portfolio", out.listed, log);
    EXPECT_TRUE(log.empty()) << log.front().file << log.front().line << log.front().reason;
    return out;
}

TEST(generate_exchange, the_sample_in_data_comes_out_again) {
    scratch_folder scratch;
    fs::path const sample = data_path("sample");
    auto plan = small_plan(1);
    plan.accounts = 200;
    plan.positions_per_account = 7.5;
    plan.options_per_underlying = 128;
    generate_exchange(plan, scratch.path() / "sample", no_progress);
    std::size_t count = 0;
    for (auto const& entry : fs::recursive_directory_iterator(sample))
        // The examples of `lockstep margin` and `mc` stand beside it, and were written by hand.
        count += entry.is_regular_file() && entry.path().filename() != "margin.json" &&
                         entry.path().filename() != "basket.toml"
                     ? 1
                     : 0;
    EXPECT_EQ(count, files.size());
    for (char const* file : files) {
        bool const same = text_of(scratch.path() / "sample" / file) == text_of(sample / file);
        EXPECT_TRUE(same) << file << " differs: regenerate data/sample if that was meant";
    }
}

TEST(generate_exchange, the_seed_decides_everything) {
    scratch_folder scratch;
    for (auto const& [name, seed] : {std::pair{"a", 5U}, {"b", 5U}, {"c", 6U}})
        generate_exchange(small_plan(seed), scratch.path() / name, no_progress);
    for (char const* file : files)
        EXPECT_EQ(text_of(scratch.path() / "a" / file), text_of(scratch.path() / "b" / file));
    for (char const* file : {"chain.csv", "portfolio/positions.csv", "portfolio/cash.csv"})
        EXPECT_NE(text_of(scratch.path() / "a" / file), text_of(scratch.path() / "c" / file));
}

TEST(generate_exchange, an_interrupted_one_leaves_nothing) {
    scratch_folder scratch;
    auto const stop = [](std::uint64_t done) {
        if (done == 100) throw std::runtime_error("stopped");
    };
    EXPECT_THROW(generate_exchange(small_plan(1), scratch.path() / "x", stop), std::runtime_error);
    EXPECT_TRUE(fs::is_empty(scratch.path()));
}

/// Equity and notional of an account, worked out here from the definitions.
struct account_totals {
    double equity = 0, notional = 0;
};

std::vector<account_totals> totals_of(loaded_exchange const& x) {
    std::vector<account_totals> out(x.held.accounts.size());
    auto usd = [&](std::string const& asset) {
        for (auto const& row : x.listed.underlyings)
            if (row.name == asset) return row.index;
        return 1.0;
    };
    for (auto const& row : x.held.cash)
        out[row.account.value].equity +=
            static_cast<double>(row.amount.nanos) * 1e-9 * usd(x.listed.assets[row.asset.value]);
    for (auto const& row : x.held.positions) {
        auto const& terms = x.listed.instruments[row.instrument.value];
        double const index = x.listed.underlyings[terms.underlying.value].index;
        double const mark = x.listed.quotes[row.instrument.value].mark;
        double const size = static_cast<double>(row.size.nanos) * 1e-9;
        double const entry = static_cast<double>(row.entry.nanos) * 1e-9;
        auto& account = out[row.account.value];
        bool const inverse = terms.settle == settlement::inverse;
        double value = 0, notional = size * index;
        if (terms.kind == instrument_kind::option) {
            value = size * mark * (inverse ? index : 1);
        } else if (inverse) {
            value = size * (1 / entry - 1 / mark) * index;
            notional = size;
        } else {
            value = size * (mark - entry);
        }
        account.equity += value;
        account.notional += std::fabs(notional);
    }
    return out;
}

TEST(generate_exchange, accounts_have_the_leverage_of_the_cascade_and_books_close) {
    scratch_folder scratch;
    auto plan = small_plan(2);
    plan.accounts = 20'000;
    plan.positions_per_account = 6;
    plan.options_per_underlying = 400;
    auto const counts = generate_exchange(plan, scratch.path() / "x", no_progress);
    auto const x = load(scratch.path() / "x");
    EXPECT_EQ(x.held.accounts.size(), 20'001U);
    EXPECT_EQ(counts.book.positions, x.held.positions.size());
    EXPECT_EQ(counts.instruments, x.listed.instruments.size());
    EXPECT_NEAR(static_cast<double>(x.held.positions.size()) / 20'000, 6, 0.3);

    std::vector<std::int64_t> net(x.listed.instruments.size(), 0);
    for (auto const& row : x.held.positions) net[row.instrument.value] += row.size.nanos;
    for (std::size_t at = 0; at < net.size(); ++at) EXPECT_EQ(net[at], 0) << x.listed.names[at];

    std::vector<double> leverage;
    std::size_t negative = 0;
    auto totals = totals_of(x);
    EXPECT_GT(totals.back().equity, 0);  // the HOUSE
    totals.pop_back();
    for (auto const& account : totals) {
        EXPECT_GT(account.notional, 0);
        if (account.equity > 0) leverage.push_back(account.notional / account.equity);
        negative += account.equity < 0;
    }
    std::ranges::sort(leverage);
    auto at = [&](double p) {
        return leverage[static_cast<std::size_t>(p * static_cast<double>(leverage.size()))];
    };
    EXPECT_NEAR(at(0.5), 0.43, 0.03);
    EXPECT_NEAR(at(0.9), 3.24, 0.4);
    EXPECT_NEAR(std::log(at(0.99)), std::log(134), 0.8);
    EXPECT_NEAR(static_cast<double>(negative) / 20'000, 165.0 / 19337, 0.002);
}

int exit_code_of(std::string const& arguments) {
    int const status =
        std::system((lockstep_binary() + " " + arguments + " >/dev/null 2>&1").c_str());
    return WEXITSTATUS(status);
}

TEST(generate_command, says_by_its_exit_code_how_it_went) {
    scratch_folder scratch;
    auto const out = scratch.path().string() + "/x";
    EXPECT_EQ(exit_code_of("generate --accounts 3 --options 16 --out " + out), 0);
    EXPECT_EQ(load(out).held.accounts.size(), 4U);
    EXPECT_EQ(exit_code_of("generate --accounts 2 --options 16 --out " + out), 0);
    EXPECT_EQ(load(out).held.accounts.size(), 3U);
    EXPECT_EQ(exit_code_of("generate --accounts 3"), 2);
    EXPECT_EQ(exit_code_of("generate --accounts 0 --out " + out), 2);
    EXPECT_EQ(exit_code_of("generate --time noon --out " + out), 2);
    EXPECT_EQ(exit_code_of("generate --out " + scratch.path().string()), 3);
    EXPECT_EQ(exit_code_of("generate --out /proc/nowhere/x"), 4);
    EXPECT_EQ(load(out).held.accounts.size(), 3U);
}

}  // namespace
}  // namespace lockstep
