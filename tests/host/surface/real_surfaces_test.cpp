// Surfaces of every real chain at hand, and forwards of real index options. Prints what came out.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <map>
#include <span>
#include <vector>

#include "host/io/csv_table.h"
#include "host/io/timestamp.h"
#include "host/market/load.h"
#include "host/surface/fit.h"
#include "pricing/market/forward_curve.h"
#include "tests/host/real_data.h"
#include "tests/host/run_binary.h"

namespace lockstep {
namespace {

std::vector<std::filesystem::path> files_of(std::filesystem::path const& folder) {
    std::vector<std::filesystem::path> files;
    for (auto const& entry : std::filesystem::directory_iterator(folder))
        files.push_back(entry.path());
    std::ranges::sort(files);
    return files;
}

struct sweep {
    slice_totals buckets[day_buckets];
    std::vector<double> rmse[day_buckets];
    std::uint64_t week_or_more = 0, week_or_more_free = 0;

    void add(surface_fit const& fit) {
        for (surface_slice const& s : fit.slices) {
            std::size_t const b = bucket_of(s);
            buckets[b].add(s);
            if (s.has_curve() && s.used > 0) rmse[b].push_back(s.rmse);
            if (s.time * 365 < 7) continue;
            ++week_or_more;
            week_or_more_free += s.has_curve() && s.remaining == 0;
        }
    }
};

/// A plain look at what stands, of every curve's own scale: g, and the distance to the one before.
std::uint64_t breaches_seen(std::span<surface_slice const> slices) {
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < slices.size(); ++i) {
        surface_slice const& s = slices[i];
        if (!s.has_curve()) continue;
        std::size_t before = i;
        while (before > 0 && slices[before - 1].book == s.book && !slices[before - 1].has_curve())
            --before;
        bool const first = before == 0 || slices[before - 1].book != s.book;
        svi_raw const& curve = s.curve;
        svi_raw const& other = first ? curve : slices[before - 1].curve;
        bool broken = false;
        for (int u = -500; u <= 500; ++u) {
            double const along = std::sinh(0.02 * u);
            double const own = curve.m + curve.sigma * along, k = other.m + other.sigma * along;
            broken |= butterfly_density(svi_at(curve, own), own) < 0;
            broken |= svi_at(curve, own).variance < svi_at(other, own).variance;
            broken |= svi_at(curve, k).variance < svi_at(other, k).variance;
        }
        seen += broken;
    }
    return seen;
}

void check_sweep(fitted_price price, char const* what) {
    auto const folder = real_data("deribit_daily");
    if (!folder) GTEST_SKIP() << "no real data here";
    auto const device = make_backend({.kind = backend_kind::cpu});
    sweep all;
    for (auto const& file : files_of(*folder)) {
        exception_log exceptions;
        surface_fit const fit =
            fit_surfaces(load_quotes(file.string(), exceptions), {price}, *device);
        all.add(fit);
        EXPECT_EQ(breaches_seen(fit.slices), 0u) << file;
    }
    fmt::print("fitted to {}\n{}", what, totals_table(all.buckets));
    for (std::size_t b = 0; b < day_buckets; ++b) {
        std::ranges::sort(all.rmse[b]);
        auto const quantile = [&](double q) {
            auto const& r = all.rmse[b];
            return r.empty()
                       ? 0
                       : 100 * r[static_cast<std::size_t>(q * static_cast<double>(r.size() - 1))];
        };
        fmt::print("RMSE of a slice, {:<14} median {:.2f}, p90 {:.2f}, p99 {:.2f} vol points\n",
                   name_of_bucket(b), quantile(0.5), quantile(0.9), quantile(0.99));
    }
    fmt::print("a week or more: {} of {} with a curve free of arbitrage\n", all.week_or_more_free,
               all.week_or_more);
    EXPECT_GE(static_cast<double>(all.week_or_more_free),
              0.99 * static_cast<double>(all.week_or_more));
    for (slice_totals const& t : all.buckets) EXPECT_EQ(t.arbitrage_free, t.with_curve);
}

TEST(real_surfaces, of_every_daily_chain_by_mids) { check_sweep(fitted_price::mid, "mids"); }
TEST(real_surfaces, of_every_daily_chain_by_marks) { check_sweep(fitted_price::mark, "marks"); }

/// The weekly and daily expiries have no future of their own: the exchange makes their forwards up
/// between those that have one. So does our curve, from the index and the futures.
TEST(real_surfaces, forwards_between_dated_futures_are_the_exchanges) {
    auto const file = real_data("deribit_options_2026-08-22.csv");
    if (!file) GTEST_SKIP() << "no real data here";
    exception_log exceptions;
    market const m = load_market(file->string(), exceptions);
    int compared = 0;
    for (std::uint32_t u = 0; u < m.underlyings.size(); ++u) {
        std::map<double, double> futures;
        for (std::size_t i = 0; i < m.instruments.size(); ++i)
            if (m.instruments[i].kind == instrument_kind::future &&
                m.instruments[i].underlying.value == u)
                futures[year_fraction(m.time, m.instruments[i].expiry)] = m.quotes[i].mark;
        std::vector<dated_forward> known;
        for (auto const& [time, forward] : futures) known.push_back({time, forward});
        for (std::size_t i = 0; i < m.instruments.size(); ++i) {
            if (m.instruments[i].kind != instrument_kind::option) continue;
            if (m.instruments[i].underlying.value != u) continue;
            double const time = year_fraction(m.time, m.instruments[i].expiry);
            double const ours =
                forward_at({known.data(), known.size()}, m.underlyings[u].index, time);
            EXPECT_NEAR(ours / m.quotes[i].underlying, 1, 1.5e-3) << m.names[i];
            ++compared;
        }
    }
    EXPECT_GT(compared, 1000);
}

/// S&P 500 options of 24 January 2011: the cleaned table carries the rate, dividend yield and
/// forward that its authors found by ordinary least squares on the same quotes.
class RealSpx : public testing::Test {
  protected:
    void SetUp() override {
        auto const folder = real_data("spx_2011-01-24");
        if (!folder) GTEST_SKIP() << "no real data here";
        cleaned_ = (*folder / "df_options_SPX_24jan2011.csv").string();
        // The same table under the names that ours have.
        std::string text = text_of_file(*folder / "df_SPX_24jan2011.csv");
        text.replace(0, text.find('\n'), "bid,ask,type,strike,expiry,time,spot");
        listed_ = (scratch_.path() / "listed.csv").string();
        write_file(listed_, text);
    }
    struct published {
        double rate, dividend, forward, time;
    };
    std::map<std::int64_t, published> cleaned() const {
        static constexpr std::array<csv_column, 5> columns{
            {{"dtExpiry"}, {"iRate"}, {"iDiv"}, {"Fwd"}, {"TTM"}}};
        exception_log none;
        csv_reader table(cleaned_, none);
        table.choose(columns);
        std::map<std::int64_t, published> rows;
        while (table.next()) {
            auto const expiry = parse_timestamp(std::string(table[0]) + "T00:00:00Z");
            published p{};
            EXPECT_TRUE(expiry && table.number(1, p.rate) && table.number(2, p.dividend) &&
                        table.number(3, p.forward) && table.number(4, p.time));
            rows[expiry->value] = p;
            ++rows_;
        }
        return rows;
    }

    scratch_folder scratch_;
    std::string cleaned_, listed_;
    mutable int rows_ = 0;
};

TEST_F(RealSpx, ParityGivesThePublishedRatesAndDividends) {
    exception_log exceptions;
    quote_table const table = load_quotes(listed_, exceptions);
    EXPECT_EQ(table.rows_read, 1472u);
    EXPECT_EQ(exceptions.size(), table.rows_rejected);
    auto const device = make_backend({.kind = backend_kind::cpu});
    auto const slices = make_slices(table, {}, *device);
    auto const rows = cleaned();
    EXPECT_EQ(rows_, 139);
    int compared = 0;
    for (surface_slice const& s : slices) {
        auto const at = rows.find(s.expiry.value);
        if (at == rows.end()) continue;
        auto const& p = at->second;
        ++compared;
        EXPECT_NEAR(s.time, p.time, 1e-15);
        std::vector<parity_pair> pairs;
        for (std::size_t i = 0; i + 1 < s.quotes.size(); ++i) {
            auto const &call = table.quotes[s.quotes[i].row],
                       &put = table.quotes[s.quotes[i + 1].row];
            if (call.strike != put.strike || std::isnan(call.bid + put.bid)) continue;
            pairs.push_back({call.strike, (call.bid + call.ask - put.bid - put.ask) / 2, 1});
        }
        parity_line const plain = fit_parity({pairs.data(), pairs.size()}, false);
        EXPECT_NEAR(yearly_growth(plain.discount, 1, s.time), p.rate, 1e-10);
        double const spot = table.books[s.book].spot;
        EXPECT_NEAR(yearly_growth(plain.forward * plain.discount, spot, s.time), p.dividend, 1e-10);
        EXPECT_NEAR(plain.forward, p.forward, 1e-9 * p.forward);
        // Ours weighs by spreads and stands off from stale quotes.
        EXPECT_NEAR(yearly_growth(s.discount, 1, s.time), p.rate, 1e-3);
        EXPECT_NEAR(s.forward, p.forward, 0.1);
        fmt::print("{:.3f} years: forward {:.2f} ({:.2f}), rate {:.4f} ({:.4f})\n", s.time,
                   s.forward, p.forward, yearly_growth(s.discount, 1, s.time), p.rate);
    }
    EXPECT_EQ(compared, 8);
}

TEST_F(RealSpx, EveryExpiryHasACurveFreeOfArbitrage) {
    exception_log exceptions;
    auto const device = make_backend({.kind = backend_kind::cpu});
    surface_fit const fit = fit_surfaces(load_quotes(listed_, exceptions), {}, *device);
    EXPECT_EQ(fit.slices.size(), 9u);
    for (surface_slice const& s : fit.slices) {
        EXPECT_TRUE(s.has_curve()) << word(s.status);
        EXPECT_EQ(s.remaining, 0);
        // Puts at a tenth of a point, thirteen deviations out, are most of what is left.
        EXPECT_LT(s.rmse, 0.05) << s.time;
        fmt::print("{:.3f} years: {}, RMSE {:.2f} vol points over {}\n", s.time, word(s.status),
                   100 * s.rmse, s.used);
    }
}

}  // namespace
}  // namespace lockstep
