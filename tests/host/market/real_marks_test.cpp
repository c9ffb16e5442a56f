// Every quote of 236 real option chains, valued and held against the exchange's own mark. The chain
// gives forward, strike, volatility and both times; the mark is a number that we never look at.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <vector>

#include "host/market/load.h"
#include "host/risk/valuation.h"
#include "tests/host/real_data.h"

namespace lockstep {
namespace {

struct mark_error {
    double error;  // coin
    double days;   // to expiry
    std::string name, file;
    double forward, strike, vol, price, mark;
};

struct chain_sweep {
    std::vector<mark_error> errors;
    std::uint64_t rows_read = 0, rows_used = 0, rows_rejected = 0, files = 0, unvalued = 0;
};

void add_chain(std::filesystem::path const& file, backend& device, chain_sweep& sweep) {
    exception_log exceptions;
    market const m = load_market(file.string(), exceptions);
    valuation const values = value_instruments(m, device);
    sweep.files += 1;
    sweep.rows_read += m.rows_read;
    sweep.rows_used += m.rows_used;
    sweep.rows_rejected += m.rows_rejected;
    ASSERT_EQ(m.rows_rejected, exceptions.size()) << file;
    for (std::size_t i = 0; i < m.instruments.size(); ++i) {
        if (m.instruments[i].kind != instrument_kind::option) continue;
        if (values.status[i] != value_status::valued) {
            sweep.unvalued += 1;
            continue;
        }
        quote const& q = m.quotes[i];
        double const price = values.price(i);
        double const years = values.time[i];
        sweep.errors.push_back(
            {std::abs(price - q.mark), years * 365, m.names[i], file.filename(), q.underlying,
             static_cast<double>(m.instruments[i].strike.nanos) / 1e9, q.vol, price, q.mark});
    }
}

double quantile(std::vector<mark_error> const& sorted, double q) {
    return sorted[static_cast<std::size_t>(q * static_cast<double>(sorted.size() - 1))].error;
}

/// An independent valuation of the same files found median 4.6e-6, p95 1.34e-4, p99 3.8e-4, p99.9
/// 1.14e-3 and max 5.7e-3 coin.
TEST(real_marks, black_76_reproduces_the_marks_of_every_daily_chain) {
    auto const folder = real_data("deribit_daily");
    if (!folder) GTEST_SKIP() << "no real data here";
    std::vector<std::filesystem::path> files;
    for (auto const& entry : std::filesystem::directory_iterator(*folder))
        files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    auto const device = make_backend({.kind = backend_kind::cpu});
    chain_sweep sweep;
    for (auto const& file : files) ASSERT_NO_FATAL_FAILURE(add_chain(file, *device, sweep));

    EXPECT_EQ(sweep.files, 236u);
    EXPECT_EQ(sweep.rows_read, 378'450u);
    EXPECT_EQ(sweep.rows_used + sweep.rows_rejected, sweep.rows_read);
    EXPECT_EQ(sweep.errors.size() + sweep.unvalued, sweep.rows_used);
    std::sort(sweep.errors.begin(), sweep.errors.end(),
              [](mark_error const& a, mark_error const& b) { return a.error < b.error; });
    double const median = quantile(sweep.errors, 0.5), p95 = quantile(sweep.errors, 0.95),
                 p99 = quantile(sweep.errors, 0.99), p999 = quantile(sweep.errors, 0.999),
                 most = sweep.errors.back().error;
    fmt::print("{} rows: {} valued, {} rejected, {} without a value\n", sweep.rows_read,
               sweep.errors.size(), sweep.rows_rejected, sweep.unvalued);
    fmt::print(
        "|price - mark| in coin: median {:.2e}, p95 {:.2e}, p99 {:.2e}, p99.9 {:.2e}, max {:.2e}\n",
        median, p95, p99, p999, most);
    for (std::size_t k = 1; k <= 12; ++k) {
        mark_error const& e = sweep.errors[sweep.errors.size() - k];
        fmt::print(
            "{:<24} {:>7.2f} days  F {:>10.2f}  K {:>8.0f}  vol {:.4f}  price {:.6f}  mark {:.6f}  "
            "{}\n",
            e.name, e.days, e.forward, e.strike, e.vol, e.price, e.mark, e.file);
    }
    EXPECT_NEAR(median, 4.6e-6, 0.1e-6);
    EXPECT_NEAR(p95, 1.34e-4, 0.01e-4);
    EXPECT_NEAR(p99, 3.8e-4, 0.05e-4);
    EXPECT_NEAR(p999, 1.14e-3, 0.01e-3);
    EXPECT_NEAR(most, 5.7e-3, 0.1e-3);
}

}  // namespace
}  // namespace lockstep
