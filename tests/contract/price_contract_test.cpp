// Every backend values every option to the same bytes as the formula called row by row, whatever
// the length of the batch, the columns wanted and the nonsense in the rows.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "pricing/model/black.h"
#include "tests/contract/backends.h"

namespace lockstep {
namespace {

struct option_columns {
    std::vector<double> underlying, strike, time, rate, dividend, vol;
    std::vector<std::uint8_t> flags;

    option_batch batch() const {
        return {view_of(underlying), view_of(strike), view_of(time), view_of(rate),
                view_of(dividend),   view_of(vol),    view_of(flags)};
    }
    black76_batch forwards() const {
        return {view_of(underlying), view_of(strike), view_of(time),
                view_of(vol),        view_of(rate),   view_of(flags)};
    }
};

/// Ordinary options, and one row in eight with something wild in it.
option_columns random_options(std::size_t count, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    auto const uniform = [&](double a, double b) {
        return a + (b - a) * static_cast<double>(random() >> 11) * 0x1p-53;
    };
    option_columns c;
    for (std::size_t i = 0; i < count; ++i) {
        double row[] = {uniform(10, 1000), uniform(10, 1000), uniform(0, 3),
                        uniform(-.1, .2),  uniform(-.1, .2),  uniform(0, 2)};
        double const wild[] = {0.0, -1.0, NAN, INFINITY, 1e-310, 1e300, double_of(random())};
        if (random() % 8 == 0) row[random() % 6] = wild[random() % 7];
        c.underlying.push_back(row[0]);
        c.strike.push_back(row[1]);
        c.time.push_back(row[2]);
        c.rate.push_back(row[3]);
        c.dividend.push_back(row[4]);
        c.vol.push_back(row[5]);
        c.flags.push_back(static_cast<std::uint8_t>(random() % 8 * 2));
    }
    return c;
}

struct result_columns {
    std::vector<std::vector<double>> values;
    std::vector<std::uint8_t> status;

    result_columns(std::size_t count, std::size_t columns)
        : values(columns, std::vector<double>(count, -7.0)), status(count, 0xee) {}
};

constexpr bool all_wanted(std::size_t) { return true; }
constexpr bool price_wanted(std::size_t k) { return k == 0; }
constexpr bool first_greeks_wanted(std::size_t k) { return k < 7; }
constexpr bool some_wanted(std::size_t k) { return k == 2 || k == 9; }

result_columns price_with(backend& b, option_columns const& c, bool (*wanted)(std::size_t)) {
    result_columns r(c.flags.size(), option_value_count);
    option_values out{};
    for (std::size_t k = 0; k < option_value_count; ++k)
        out.columns[k] = wanted(k) ? r.values[k].data() : nullptr;
    out.status = r.status.data();
    out.count = c.flags.size();
    b.price(c.batch(), out);
    return r;
}

/// The formula itself, one row after the other, without any backend.
result_columns expected_prices(option_columns const& c, bool (*wanted)(std::size_t)) {
    result_columns r(c.flags.size(), option_value_count);
    option_values deepest{};
    double used = 0;
    for (std::size_t k = 0; k < option_value_count; ++k)
        deepest.columns[k] = wanted(k) ? &used : nullptr;
    for (std::size_t i = 0; i < c.flags.size(); ++i) {
        option_valuation const v = value_option({c.underlying[i], c.strike[i], c.time[i], c.rate[i],
                                                 c.dividend[i], c.vol[i], c.flags[i]},
                                                depth_of(deepest));
        double const row[] = {v.price, v.delta,  v.gamma,     v.vega,     v.theta, v.rho,
                              v.vanna, v.volga,  v.charm,     v.speed,    v.zomma, v.color,
                              v.veta,  v.ultima, v.delta_usd, v.delta_net};
        for (std::size_t k = 0; k < option_value_count; ++k)
            if (wanted(k)) r.values[k][i] = row[k];
        r.status[i] = static_cast<std::uint8_t>(first_fault(v.faults));
    }
    return r;
}

/// price_core is price for linear options on forwards, first seven columns.
result_columns expected_core(option_columns c) {
    for (auto& flags : c.flags) flags &= option_flag::put;
    for (auto& dividend : c.dividend) dividend = 0;
    auto r = expected_prices(c, first_greeks_wanted);
    r.values.resize(black76_value_count);
    return r;
}

result_columns price_core_with(backend& b, option_columns const& c) {
    result_columns r(c.flags.size(), black76_value_count);
    black76_values out{};
    for (std::size_t k = 0; k < black76_value_count; ++k) out.columns[k] = r.values[k].data();
    out.status = r.status.data();
    out.count = c.flags.size();
    b.price_core(c.forwards(), out);
    return r;
}

void expect_same_bytes(result_columns const& ours, result_columns const& reference,
                       char const* what) {
    ASSERT_EQ(ours.status, reference.status) << what;
    for (std::size_t k = 0; k < reference.values.size(); ++k)
        for (std::size_t i = 0; i < ours.status.size(); ++i)
            ASSERT_EQ(bits_of(ours.values[k][i]), bits_of(reference.values[k][i]))
                << what << ": column " << k << ", row " << i << " of " << ours.status.size();
}

/// The one body, for each backend. Lengths around a vector, a block, a slice, and a batch of many
/// slices.
void expect_same_prices(backend& ours) {
    for (std::size_t count : {0, 1, 7, 8, 9, 255, 256, 257, 1536, 1537, 20011}) {
        auto const options = random_options(count, count + 1);
        for (auto wanted : {all_wanted, price_wanted, first_greeks_wanted, some_wanted})
            expect_same_bytes(price_with(ours, options, wanted), expected_prices(options, wanted),
                              "price");
        expect_same_bytes(price_core_with(ours, options), expected_core(options), "price_core");
    }
}

class PriceContract : public testing::TestWithParam<backend_options> {};

TEST_P(PriceContract, SameBytesAsTheFormula) {
    auto const ours = make_backend(GetParam());
    EXPECT_NE(ours->name().find(GetParam().isa), std::string::npos) << ours->name();
    expect_same_prices(*ours);
}

INSTANTIATE_TEST_SUITE_P(Cpu, PriceContract, testing::ValuesIn(cpu_backends()), backend_test_name);

TEST(PriceContractGpu, SameBytesAsTheFormula) {
    LOCKSTEP_SKIP_WITHOUT_DEVICE();
    expect_same_prices(*make_backend({backend_kind::cuda, 0, ""}));
}

TEST(PriceContractGpu, SlicesLargerThanStaging) {
    LOCKSTEP_SKIP_WITHOUT_DEVICE();
    // More rows than three slices of staging hold, and not a multiple of one.
    auto const options = random_options(700001, 5);
    auto const ours = make_backend({backend_kind::cuda, 0, ""});
    expect_same_bytes(price_with(*ours, options, all_wanted), expected_prices(options, all_wanted),
                      "price");
    expect_same_bytes(price_core_with(*ours, options), expected_core(options), "price_core");
}

TEST(PriceContract, UnwantedColumnsStayUntouched) {
    auto const b = plainest_backend();
    auto const r = price_with(*b, random_options(300, 9), some_wanted);
    for (double x : r.values[0]) ASSERT_EQ(x, -7.0);
    for (double x : r.values[15]) ASSERT_EQ(x, -7.0);
}

}  // namespace
}  // namespace lockstep
