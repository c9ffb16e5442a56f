// The fall of 5 February 2026 through the ledger: a crowd shaped like the one of a real cascade,
// the marks of the real chain, every account checked at every step, liquidations booked until
// nobody is under water who could be closed; and the log of it gives one root on every executor and
// backend.
#include <gtest/gtest.h>

#include <cmath>

#include "host/block/engine.h"
#include "host/block/ledger_root.h"
#include "host/io/hex.h"
#include "host/log/block_source.h"
#include "host/log/names.h"
#include "tests/contract/backends.h"
#include "tests/host/real_data.h"
#include "tests/host/run_binary.h"

namespace lockstep {
namespace {

std::vector<block> blocks_of(std::filesystem::path const& path) {
    std::vector<block> blocks;
    auto const log = open_log(path.string());
    for (block b; log->next(b);) blocks.push_back(b);
    return blocks;
}

/// Maintenance margin by the plainest road, in doubles: 7.5 % of the coin and what closing costs
/// for an option sold, 1 % of a future's notional, nothing for an option bought.
double maintenance_of(listing_row const& l, position_row const& p) {
    double const size = static_cast<double>(p.size.nanos) * 1e-9;
    double const mark = static_cast<double>(l.mark.nanos) * 1e-9;
    bool const inverse = l.contract.settle == settlement::inverse;
    double const strike = static_cast<double>(l.contract.strike.nanos) * 1e-9;
    if (l.contract.kind == instrument_kind::option)
        return size >= 0 ? 0 : -size * (0.075 * (inverse ? 1 : strike) + mark);
    return 0.01 * std::fabs(inverse ? size / mark : size * mark);
}
double gain_of(listing_row const& l, position_row const& p) {
    double const size = static_cast<double>(p.size.nanos) * 1e-9;
    double const mark = static_cast<double>(l.mark.nanos) * 1e-9;
    double const cost = static_cast<double>(p.cost.nanos) * 1e-9;
    if (l.contract.kind == instrument_kind::option) return 0;
    return (l.contract.settle == settlement::inverse ? -size / mark : size * mark) - cost;
}

/// What each account's row must say after a block, and whether its verdict is right.
void check_every_account(engine_state const& s) {
    struct sums {
        double maintenance = 0, gain = 0, quarantined = 0;
    };
    std::vector<sums> of(s.accounts.size());
    for (position_row const& p : s.positions) {
        listing_row const& l = s.listings[p.instrument.value];
        double const maintenance = maintenance_of(l, p), gain = gain_of(l, p);
        of[p.account.value].maintenance += maintenance;
        of[p.account.value].gain += gain;
        if (l.flags & listing_flag::reduce_only)
            of[p.account.value].quarantined += gain - maintenance;
    }
    for (account_row const& a : s.accounts) {
        double const maintenance = static_cast<double>(a.maintenance.nanos) * 1e-9;
        double const gain = static_cast<double>(a.unrealised.nanos) * 1e-9;
        sums const& wanted = of[a.number];
        double const near = 1e-6 + 1e-9 * (std::fabs(wanted.gain) + wanted.maintenance);
        ASSERT_NEAR(maintenance, wanted.maintenance, near) << "account " << a.number;
        ASSERT_NEAR(gain, wanted.gain, near) << "account " << a.number;
        double const excess = static_cast<double>(a.cash.nanos) * 1e-9 + gain - maintenance;
        bool const under = excess < 0 && excess < wanted.quarantined;
        if (std::fabs(excess) < near || std::fabs(excess - wanted.quarantined) < near) continue;
        ASSERT_EQ(under, (a.flags & account_flag::liquidating) != 0) << "account " << a.number;
    }
}

class real_fall : public ::testing::Test {
  protected:
    static std::filesystem::path scratch() {
        static scratch_folder const folder;
        return folder.path();
    }
    /// Made once: a crowd, the log, and the log as it was executed with a liquidator.
    static std::string const& report() {
        static std::string const text = [] {
            auto const folder = real_data("deribit_stress_2026-02-05");
            auto const perpetuals = real_data("deribit_perpetuals.csv.gz");
            if (!folder || !perpetuals) return std::string();
            std::string const at = scratch().string();
            std::string const chain =
                (*folder / "deribit_options_snapshot_20260204T042403Z.csv.gz").string();
            std::string all;
            for (std::string const& command :
                 {"generate --accounts 2000 --positions-per-account 6 --chain " + chain +
                      " --out " + at + "/crowd",
                  "ticks --steps 4 --snapshots " + folder->string() + " --perpetuals " +
                      perpetuals->string() + " --portfolio " + at + "/crowd/portfolio --out " + at +
                      "/fall.log",
                  "run --log " + at + "/fall.log --liquidate --check --executor serial --out " +
                      at + "/fall"}) {
                auto const ran = run_lockstep(command);
                EXPECT_LE(ran.exit, 1) << ran.err;
                all += ran.out;
            }
            return all;
        }();
        return text;
    }
    void SetUp() override {
        if (report().empty()) GTEST_SKIP() << "the real data is not on this machine";
    }
    static std::vector<block> const& executed() {
        static std::vector<block> const blocks = blocks_of(scratch() / "fall/executed.log");
        return blocks;
    }
    static sha256_digest run(engine_options const& options, backend& device) {
        engine ledger(options);
        ledger_root root(device);
        sha256_digest last{};
        for (block const& b : executed())
            last = root.update(ledger.state(), ledger.dirty(), ledger.run(b));
        return last;
    }
};

// Accounts are those of the portfolio, one for each asset, behind three of the exchange's own.
TEST(fall_log, says_what_it_calls_by_number) {
    scratch_folder const scratch;
    std::string const at = scratch.path().string() + "/";
    ASSERT_EQ(run_lockstep("generate --accounts 20 --seed 3 --out " + at + "x").exit, 0);
    std::filesystem::create_directory(at + "days");
    std::filesystem::copy_file(at + "x/chain.csv", at + "days/1.csv");
    auto const made = run_lockstep("ticks --snapshots " + at + "days --portfolio " + at +
                                   "x/portfolio --out " + at + "fall.log --names " + at + "n.csv");
    ASSERT_EQ(made.exit, 0) << made.err;
    std::string const names = text_of_file(at + "n.csv");
    EXPECT_TRUE(names.starts_with("what,number,name,asset\nasset,0,BTC,\nasset,1,ETH,\n"));
    EXPECT_NE(names.find("\naccount,3,maker,ETH\n"), std::string::npos) << names;
    std::map<std::uint32_t, std::string> assets;  // of accounts as they are made
    for (block const& b : blocks_of(at + "fall.log"))
        for (transaction_row const& t : b.commands)
            if (t.kind == transaction_kind::create_account)
                assets[static_cast<std::uint32_t>(assets.size())] = t.asset == 0   ? "BTC"
                                                                    : t.asset == 1 ? "ETH"
                                                                                   : "USDC";
    ASSERT_GT(assets.size(), 9u);
    for (auto const& [number, asset] : assets) {
        std::string const begin = "\naccount," + std::to_string(number) + ",";
        std::size_t const line = names.find(begin);
        ASSERT_NE(line, std::string::npos) << begin;
        std::string const found = names.substr(line + 1, names.find('\n', line + 1) - line - 1);
        EXPECT_TRUE(found.ends_with("," + asset)) << found;
    }
    EXPECT_NE(names.find("\ninstrument,0,"), std::string::npos);
}

TEST_F(real_fall, books_every_step_of_the_waterfall_and_ends_with_nobody_to_close) {
    std::string const& text = report();
    for (char const* kind : {" liquidate", " take_over", " deleverage"})
        EXPECT_NE(text.find(kind), std::string::npos) << kind << "\n" << text;
    EXPECT_NE(text.find(", 0 at the end"), std::string::npos) << text;
    EXPECT_NE(text.find("45 blocks with marks"), std::string::npos) << text;  // one lists
}

TEST_F(real_fall, checks_every_account_at_every_step_and_who_trades_nothing_keeps_all) {
    engine ledger({});
    for (block const& b : executed()) {
        ledger.run(b);
        engine_state const& s = ledger.state();
        check_every_account(s);
        if (HasFatalFailure()) FAIL() << "after block " << s.blocks;
        for (std::uint32_t a = 2; a < std::min<std::size_t>(s.accounts.size(), 6); a += 3)
            EXPECT_EQ(s.accounts[a].cash.nanos, nanos_per_unit) << "account " << a;
    }
}

TEST_F(real_fall, pays_the_funding_of_every_hour) {
    engine ledger({});
    std::map<std::int64_t, int> rates;  // above zero, below it
    for (block const& b : executed()) {
        auto const& receipts = ledger.run(b);
        for (std::size_t i = 0; i < b.commands.size(); ++i) {
            if (b.commands[i].kind != transaction_kind::funding) continue;
            EXPECT_EQ(receipts[i].status, apply_status::applied);
            ++rates[b.commands[i].amount > 0 ? 1 : -1];
        }
    }
    EXPECT_EQ(rates[1] + rates[-1], 2 * 44) << "each of the 44 ticks ends an hour, of BTC and ETH";
    EXPECT_GT(rates[-1], 0) << "perpetuals that fall ahead of the index have shorts pay";
}

TEST_F(real_fall, gives_one_root_on_every_executor_and_backend) {
    std::string const roots = text_of_file(scratch() / "fall/roots.csv");
    auto const plainest = plainest_backend();
    sha256_digest const serial = run({}, *plainest);
    EXPECT_NE(roots.find(hex_text(serial.bytes, sizeof serial.bytes) + "\n", roots.size() - 70),
              std::string::npos)
        << "the log with the liquidator's commands runs without it";
    std::vector<engine_options> all;
    for (auto kind :
         {executor_kind::deterministic, executor_kind::optimistic, executor_kind::automatic})
        all.push_back({.executor = kind, .threads = 2});
    for (int shards : {1, 2, 3, 8})
        all.push_back({.executor = executor_kind::sharded, .threads = 2, .shards = shards});
    for (engine_options const& options : all)
        EXPECT_EQ(run(options, *plainest), serial)
            << static_cast<int>(options.executor) << ", shards " << options.shards;
    for (backend_options const& options : cpu_backends()) {
        auto const device = make_backend(options);
        EXPECT_EQ(run({.device = device.get()}, *device), serial)
            << options.isa << " " << options.threads;
    }
}

class RealFallGpu : public real_fall {};

TEST_F(RealFallGpu, gives_the_root_of_the_plainest) {
    LOCKSTEP_SKIP_WITHOUT_DEVICE();
    auto const plainest = plainest_backend();
    auto const device = make_backend({backend_kind::cuda});
    EXPECT_EQ(run({.device = device.get()}, *device), run({}, *plainest));
}

}  // namespace
}  // namespace lockstep
