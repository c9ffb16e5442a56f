// Every backend values every American option, finds every vol of one, and values every option with
// a schedule to the same bytes as the formula called row by row.
#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <utility>
#include <vector>

#include "pricing/model/american_implied_vol.h"
#include "pricing/model/scheduled_option.h"
#include "tests/contract/backends.h"

namespace lockstep {
namespace {

struct american_columns {
    std::vector<double> underlying, strike, time, rate, dividend, vol;
    std::vector<std::uint8_t> flags;
    option_batch batch() const {
        return {view_of(underlying), view_of(strike), view_of(time), view_of(rate),
                view_of(dividend),   view_of(vol),    view_of(flags)};
    }
};

/// Ordinary options, rates of either sign (so that some have two boundaries or none), some with so
/// little vol that FP-B solves them, and one row in six with something wild in it.
american_columns random_options(std::size_t count, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    auto const uniform = [&](double a, double b) {
        return a + (b - a) * static_cast<double>(random() >> 11) * 0x1p-53;
    };
    american_columns c;
    for (std::size_t i = 0; i < count; ++i) {
        double row[] = {uniform(60, 140),     100,
                        uniform(0, 3),        uniform(-0.02, 0.1),
                        uniform(-0.05, 0.08), random() % 4 == 0 ? 0.02 : uniform(0.1, 0.8)};
        double const wild[] = {0.0, -1.0, NAN, INFINITY, 1e-310, 1e300, double_of(random())};
        if (random() % 6 == 0) row[random() % 6] = wild[random() % 7];
        c.underlying.push_back(row[0]), c.strike.push_back(row[1]), c.time.push_back(row[2]);
        c.rate.push_back(row[3]), c.dividend.push_back(row[4]), c.vol.push_back(row[5]);
        c.flags.push_back(static_cast<std::uint8_t>(random() % 2 * option_flag::put +
                                                    random() % 2 * option_flag::spot));
    }
    return c;
}

void expect_same_values(backend& ours, std::size_t count, bool greeks) {
    auto const options = random_options(count, count + 1);
    std::vector<std::vector<double>> columns(american_value_count,
                                             std::vector<double>(count, -7.0));
    std::vector<std::uint8_t> status(count, 0xee);
    option_values values{{}, status.data(), count};
    for (std::size_t k = 0; k < (greeks ? american_value_count : 1); ++k)
        values.columns[k] = columns[k].data();
    ours.american(options.batch(), values);
    for (std::size_t i = 0; i < count; ++i) {
        american_valuation const v =
            value_american({options.underlying[i], options.strike[i], options.time[i],
                            options.rate[i], options.dividend[i], options.vol[i], options.flags[i]},
                           greeks ? option_depth::first_greeks : option_depth::price);
        ASSERT_EQ(status[i], static_cast<std::uint8_t>(first_fault(v.faults)))
            << "row " << i << " of " << count;
        double const expected[] = {v.price, v.delta, v.gamma, v.vega, v.theta, v.rho};
        for (std::size_t k = 0; k < (greeks ? american_value_count : 1); ++k)
            ASSERT_EQ(bits_of(columns[k][i]), bits_of(expected[k]))
                << "column " << k << " of row " << i << " of " << count;
    }
}

void expect_same_vols(backend& ours, std::size_t count) {
    auto const o = random_options(count, count + 2);
    std::vector<double> price(count), vol(count, -7.0), error(count, -7.0);
    std::vector<std::uint8_t> status(count, 0xee);
    for (std::size_t i = 0; i < count; ++i)
        price[i] = value_american({o.underlying[i], o.strike[i], o.time[i], o.rate[i],
                                   o.dividend[i], o.vol[i], o.flags[i]},
                                  option_depth::price)
                       .price;
    ours.american_implied_vol(
        {view_of(o.underlying), view_of(o.strike), view_of(o.time), view_of(o.rate),
         view_of(o.dividend), view_of(std::as_const(price)), view_of(o.flags)},
        {vol.data(), error.data(), status.data(), count});
    for (std::size_t i = 0; i < count; ++i) {
        american_quotes<1> const q{{o.underlying[i]}, {o.strike[i]}, {o.time[i]}, {o.rate[i]},
                                   {o.dividend[i]},   {price[i]},    {o.flags[i]}};
        american_vols<1> v;
        american_implied_vol(q, v);
        ASSERT_EQ(status[i], static_cast<std::uint8_t>(first_implied_vol_fault(v.faults[0])))
            << "row " << i << " of " << count;
        ASSERT_EQ(bits_of(vol[i]), bits_of(v.vol[0])) << "row " << i << " of " << count;
        ASSERT_EQ(bits_of(error[i]), bits_of(v.error[0])) << "row " << i << " of " << count;
    }
}

void expect_same_scheduled(backend& ours, std::size_t count) {
    auto const o = random_options(count, count + 3);
    std::vector<std::uint8_t> styles(count), status(count, 0xee), flags = o.flags;
    std::vector<std::uint64_t> first{0};
    std::vector<schedule_event> events;
    for (std::size_t i = 0; i < count; ++i) {
        styles[i] = static_cast<std::uint8_t>(i % 3);
        if (i % 5 != 0) flags[i] |= option_flag::spot;
        for (std::size_t k = 1; k <= i % 4; ++k)
            events.push_back({o.time[i] * static_cast<double>(k) / 4, k == 2 ? 3.0 : 0.0, 1});
        first.push_back(events.size());
    }
    std::vector<std::vector<double>> columns(4, std::vector<double>(count, -7.0));
    option_batch options = o.batch();
    options.flags = view_of(std::as_const(flags));
    ours.scheduled({options, view_of(std::as_const(styles)), view_of(std::as_const(first)),
                    view_of(std::as_const(events))},
                   {columns[0].data(), columns[1].data(), columns[2].data(), columns[3].data(),
                    status.data(), count});
    std::vector<double> scratch(schedule_scratch::columns * schedule_nodes);
    for (std::size_t i = 0; i < count; ++i) {
        auto const v = value_scheduled(
            {o.underlying[i], o.strike[i], o.time[i], o.rate[i], o.dividend[i], o.vol[i], flags[i]},
            static_cast<exercise_style>(styles[i]),
            {events.data() + first[i], first[i + 1] - first[i]}, {scratch.data(), 1});
        ASSERT_EQ(status[i], static_cast<std::uint8_t>(v.status)) << "row " << i;
        double const expected[] = {v.price, v.delta, v.gamma, v.theta};
        for (std::size_t k = 0; k < 4; ++k)
            ASSERT_EQ(bits_of(columns[k][i]), bits_of(expected[k])) << "row " << i;
    }
}

class AmericanContract : public testing::TestWithParam<backend_options> {};

TEST_P(AmericanContract, SameBytesAsTheFormula) {
    auto const ours = make_backend(GetParam());
    for (std::size_t count : {0, 1, 7, 8, 9, 33, 701}) expect_same_values(*ours, count, false);
    expect_same_values(*ours, 151, true);
}

TEST_P(AmericanContract, SameVolsAsTheSearch) {
    auto const ours = make_backend(GetParam());
    for (std::size_t count : {0, 1, 9, 101}) expect_same_vols(*ours, count);
}

TEST_P(AmericanContract, SameScheduledValuesAsTheGrid) {
    auto const ours = make_backend(GetParam());
    for (std::size_t count : {0, 1, 30}) expect_same_scheduled(*ours, count);
}

INSTANTIATE_TEST_SUITE_P(Cpu, AmericanContract, testing::ValuesIn(cpu_backends()),
                         backend_test_name);

TEST(AmericanContractGpu, SameBytesAsTheFormula) {
    LOCKSTEP_SKIP_WITHOUT_DEVICE();
    auto const ours = make_backend({backend_kind::cuda, 0, ""});
    for (std::size_t count : {0, 1, 257}) expect_same_values(*ours, count, false);
    expect_same_values(*ours, 151, true);
    expect_same_vols(*ours, 101);
    expect_same_scheduled(*ours, 30);
}

TEST(AmericanContractGpu, ManyRows) {
    LOCKSTEP_SKIP_WITHOUT_DEVICE();
    auto const ours = make_backend({backend_kind::cuda, 0, ""});
    expect_same_values(*ours, 4001, false);
    expect_same_values(*ours, 1009, true);
    expect_same_vols(*ours, 503);
    expect_same_scheduled(*ours, 1501);
}

}  // namespace
}  // namespace lockstep
