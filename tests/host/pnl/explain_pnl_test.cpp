// P&L explained: against two full runs, by a slow expansion, and on files that do not fit together.
#include <gtest/gtest.h>

#include "host/base/error.h"
#include "host/pnl/explain_pnl.h"
#include "tests/host/risk/risk_fixture.h"

namespace lockstep {
namespace {

class explained : public testing::Test {
  protected:
    explained() {
        put(later(),
            "timestamp,instrument_name,underlying,mark_price,implied_volatility,index_price\n"
            "2026-01-02T08:00:00Z,BTC-15MAR26-55000-C,51000,0.07,0.57,51000\n");
        world.portfolio("a\nb\n", "a,BTC,1\nb,BTC,1\n",
                        "a,BTC-15MAR26-55000-C,-3.7,\na,BTC-PERPETUAL,1234,50000\n"
                        "b,BTC-15MAR26-55000-C,0.3,\n");
    }
    std::string later() const { return (world.folder.path() / "later.csv").string(); }
    pnl_result explain() const {
        auto const device = make_backend({});
        return explain_pnl({world.chain(), later(), "", "", world.book(), funding}, *device);
    }
    small_world world;
    std::string funding;
};

/// What the accounts are said to gain is the difference of two whole runs, to the last nano, and
/// the terms add up to it.
TEST_F(explained, adds_up_to_two_full_revaluations) {
    pnl_result const all = explain();
    risk_result const before = world.run();
    put(world.chain(), text_of(later()));
    risk_result const after = world.run();
    ASSERT_EQ(all.pools.size(), 2u);
    for (std::size_t p = 0; p < 2; ++p) {
        pnl_sum const& sum = all.pools[p].sum;
        EXPECT_TRUE(sum.value_from == before.pools[p].value.nanos) << p;
        EXPECT_TRUE(sum.value_to == after.pools[p].value.nanos) << p;
        int128 added = sum.residual();
        for (int128 const term : sum.terms) added += term;
        EXPECT_TRUE(added == after.pools[p].value.nanos - before.pools[p].value.nanos) << p;
    }
    pnl_sum books;
    for (pnl_sum const& sum : all.by_book) books += sum;
    EXPECT_TRUE(books.value_to == all.pools[0].sum.value_to + all.pools[1].sum.value_to);
}

/// Greeks by central differences of the option's price in coins: the terms of one contract.
TEST_F(explained, terms_are_those_of_a_taylor_expansion) {
    pnl_result const all = explain();
    std::uint32_t const id = all.from.by_name.at("BTC-15MAR26-55000-C");
    auto const value = [](double f, double v, double t) {
        return value_option({f, 55'000, t, 0, 0, v, option_flag::inverse}, option_depth::price)
            .price;
    };
    double const f = 50'000, v = 0.6, t = 0.2, df = 1000, dv = -0.03, dt = 1 / 365.0;
    double const h = 5, k = 1e-4;
    double const up = value(f + h, v, t), mid = value(f, v, t), down = value(f - h, v, t);
    double const cross = (value(f + h, v + k, t) - value(f + h, v - k, t) - value(f - h, v + k, t) +
                          value(f - h, v - k, t)) /
                         (4 * h * k);
    double const volga = (value(f, v + k, t) - 2 * mid + value(f, v - k, t)) / (k * k);
    double const wanted[pnl_term_count] = {
        (up - down) / (2 * h) * df,
        0.5 * (up - 2 * mid + down) / (h * h) * df * df,
        (value(f, v + k, t) - value(f, v - k, t)) / (2 * k) * dv,
        -(value(f, v, t + k) - value(f, v, t - k)) / (2 * k) * dt,
        0,  // the forward is the index, before and after
        cross * df * dv,
        0.5 * volga * dv * dv};
    for (std::uint32_t term = 0; term < pnl_term_count; ++term)
        EXPECT_NEAR(static_cast<double>(all.rows[id].terms[term]) * 1e-15, wanted[term], 2e-8)
            << "term " << term;
    double const change = value(51'000, 0.57, t - dt) - mid;
    double const residual = static_cast<double>(all.rows[id].residual()) * 1e-15;
    EXPECT_LT(std::abs(residual), 0.05 * std::abs(change)) << "the expansion explains nearly all";
}

// 1,234 USD long from 50,000 to 51,000: 1234 (1/50000 - 1/51000) coins; delta 1234 / 50000 x 2 %,
// gamma minus a fiftieth of that.
TEST_F(explained, an_inverse_future_has_delta_and_gamma) {
    pnl_result const all = explain();
    std::uint32_t const id = all.from.by_name.at("BTC-PERPETUAL");
    pnl_row const& row = all.rows[id];
    EXPECT_NEAR(static_cast<double>(row.terms[0]) * 1e-15, 0.02 / 50'000, 1e-15);
    EXPECT_NEAR(static_cast<double>(row.terms[1]) * 1e-15, -0.0004 / 50'000, 1e-15);
    EXPECT_NEAR(static_cast<double>(row.residual()) * 1e-15,
                1 / 50'000.0 - 1 / 51'000.0 - 0.0196 / 50'000, 1e-14);
}

// The forward goes from the index, 50,000, to 2 % above it, while the index rises by 1 %: with
// 72 days left that is a carry of ln(1.02) 365 / 72. What it explains of the forward's move is
// rho's, the rest delta's; together they are what delta was without a carry.
TEST_F(explained, a_change_of_the_carry_is_told_by_rho) {
    put(later(),
        "timestamp,instrument_name,underlying,mark_price,implied_volatility,index_price\n"
        "2026-01-02T08:00:00Z,BTC-15MAR26-55000-C,51510,0.07,0.57,50500\n");
    pnl_result const all = explain();
    pnl_row const& row = all.rows[all.from.by_name.at("BTC-15MAR26-55000-C")];
    auto const value = [](double f) {
        return value_option({f, 55'000, 0.2, 0, 0, 0.6, option_flag::inverse}, option_depth::price)
            .price;
    };
    double const slope = (value(50'005) - value(49'995)) / 10;
    double const rho = slope * 50'000 * std::log(1.02);
    EXPECT_NEAR(static_cast<double>(row.terms[4]) * 1e-15, rho, 2e-8);
    EXPECT_NEAR(static_cast<double>(row.terms[0]) * 1e-15, slope * 1510 - rho, 2e-8);
    pnl_row const& perpetual = all.rows[all.from.by_name.at("BTC-PERPETUAL")];
    EXPECT_EQ(perpetual.terms[4], 0) << "nothing to carry";
}

// 1,234 USD long: two payments of 1 and 2 basis points at 50,000 and 50,500 are
// 1234 (0.0001 / 50000 + 0.0002 / 50500) coins paid, and no part of the change of value.
TEST_F(explained, funding_stands_beside_the_change) {
    pnl_result const without = explain();
    funding = (world.folder.path() / "funding.csv").string();
    put(funding,
        "time,instrument,rate,price\n"
        "2026-01-01T08:00:00Z,BTC-PERPETUAL,0.5,50000\n"
        "2026-01-01T16:00:00Z,BTC-PERPETUAL,0.0001,50000\n"
        "2026-01-01T16:00:00+00:00,BTC-PERPETUAL,0.0001,50000\n"
        "2026-01-02T08:00:00Z,BTC-PERPETUAL,0.0002,50500\n"
        "2026-01-02T16:00:00Z,BTC-PERPETUAL,0.5,50000\n"
        "2026-01-02T00:00:00Z,BTC-15MAR26-55000-C,0.1,50000\n"
        "2026-01-02T00:00:00Z,DOGE-PERPETUAL,0.1,50000\n"
        "2026-01-02T00:00:00Z,BTC-PERPETUAL,much,50000\n"
        "2026-01-02T00:00:00Z,BTC-PERPETUAL,0.1,0\n"
        "soon,BTC-PERPETUAL,0.1,50000\n"
        "2027-01-01T00:00:00Z,NOPE,zzz,50000\n"
        "2027-01-01T00:00:00Z,NOPE,0.1,50000\n");
    pnl_result const all = explain();
    double const paid = 1234 * (0.0001 / 50'000 + 0.0002 / 50'500);
    EXPECT_NEAR(static_cast<double>(all.pools[0].sum.funding), -paid * 1e9, 1);
    EXPECT_TRUE(all.pools[1].sum.funding == 0);
    EXPECT_TRUE(all.pools[0].sum.residual() == without.pools[0].sum.residual());
    ASSERT_EQ(all.rejected.size(), without.rejected.size() + 7);
    exception_row last;
    for (exception_row const& row : all.rejected) {
        EXPECT_TRUE(row.line != 4 || row.reason == "was paid already in line 3") << row.reason;
        EXPECT_TRUE(row.line != 4 || row.instrument == "BTC-PERPETUAL") << row.instrument;
        last = row;
    }
    EXPECT_EQ(last.line, 12u) << "of another time, and no number";
    EXPECT_EQ(last.field, "rate");
}

TEST_F(explained, what_is_listed_no_more_is_left_out_by_name) {
    put(later(),
        "timestamp,instrument_name,underlying,mark_price,implied_volatility,index_price\n"
        "2026-01-02T08:00:00Z,BTC-15MAR26-60000-C,51000,0.07,0.57,51000\n");
    pnl_result const all = explain();
    std::uint32_t const id = all.from.by_name.at("BTC-15MAR26-55000-C");
    EXPECT_EQ(all.status[id], pnl_status::is_not_listed_afterwards);
    ASSERT_EQ(all.sets.excluded.size(), 2u);
    ASSERT_EQ(all.pools.size(), 1u) << "the perpetual is there";
}

TEST_F(explained, snapshots_in_the_wrong_order_are_refused) {
    auto const device = make_backend({});
    EXPECT_THROW((void)explain_pnl({later(), world.chain(), "", "", world.book(), ""}, *device),
                 input_error);
}

TEST_F(explained, the_folder_holds_what_the_result_holds) {
    std::string const out = (world.folder.path() / "pnl").string();
    std::filesystem::create_directories(out);
    pnl_paths const paths{world.chain(), later(), "", "", world.book(), ""};
    auto const device = make_backend({});
    write_pnl(out, paths, explain_pnl(paths, *device));
    for (char const* name :
         {"accounts.csv", "books.csv", "exceptions.csv", "instruments.csv", "summary.json"})
        EXPECT_NE(text_of(out + "/manifest.json").find(name), std::string::npos) << name;
    EXPECT_NE(text_of(out + "/accounts.csv").find("account,asset,value_from,value_to,change,delta"),
              std::string::npos);
}

}  // namespace
}  // namespace lockstep
