// Every backend finds every implied vol to the same bytes as the formula called row by row.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "pricing/model/implied_vol.h"
#include "tests/contract/backends.h"

namespace lockstep {
namespace {

struct quote_columns {
    std::vector<double> forward, strike, time, price, discount;
    std::vector<std::uint8_t> flags;
    implied_vol_batch batch() const {
        return {view_of(forward), view_of(strike),   view_of(time),
                view_of(price),   view_of(discount), view_of(flags)};
    }
};

/// Prices of ordinary options, of far ones, and one row in six with something wild in it.
quote_columns random_quotes(std::size_t count, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    auto const uniform = [&](double a, double b) {
        return a + (b - a) * static_cast<double>(random() >> 11) * 0x1p-53;
    };
    quote_columns c;
    for (std::size_t i = 0; i < count; ++i) {
        double const width = random() % 4 == 0 ? 0.9 : 0.3;
        double row[] = {uniform(10, 1000), 0, uniform(0, 3), 0, uniform(0.8, 1.0)};
        row[1] = row[0] * (1 + width * uniform(-1, 1));
        auto const flags = static_cast<std::uint8_t>(random() % 2 * implied_vol_flag::put +
                                                     random() % 2 * implied_vol_flag::bachelier);
        row[3] = row[4] * value_option({row[0], row[1], row[2], 0, 0, uniform(0.05, 1.5),
                                        std::uint64_t{flags} & option_flag::put},
                                       option_depth::price)
                              .price;
        double const wild[] = {0.0, -1.0, NAN, INFINITY, 1e-310, 1e300, double_of(random())};
        if (random() % 6 == 0) row[random() % 5] = wild[random() % 7];
        c.forward.push_back(row[0]);
        c.strike.push_back(row[1]);
        c.time.push_back(row[2]);
        c.price.push_back(row[3]);
        c.discount.push_back(row[4]);
        c.flags.push_back(flags);
    }
    return c;
}

void expect_same_vols(backend& ours, std::size_t count) {
    auto const quotes = random_quotes(count, count + 1);
    std::vector<double> vol(count, -7.0), error(count, -7.0);
    std::vector<std::uint8_t> status(count, 0xee);
    ours.implied_vol(quotes.batch(), {vol.data(), error.data(), status.data(), count});
    for (std::size_t i = 0; i < count; ++i) {
        implied_vol_value const v =
            implied_vol({quotes.forward[i], quotes.strike[i], quotes.time[i], quotes.price[i],
                         quotes.discount[i], quotes.flags[i]});
        ASSERT_EQ(status[i], static_cast<std::uint8_t>(first_implied_vol_fault(v.faults)))
            << "row " << i << " of " << count;
        ASSERT_EQ(bits_of(vol[i]), bits_of(v.vol)) << "row " << i << " of " << count;
        ASSERT_EQ(bits_of(error[i]), bits_of(v.error)) << "row " << i << " of " << count;
    }
}

class ImpliedVolContract : public testing::TestWithParam<backend_options> {};

TEST_P(ImpliedVolContract, SameBytesAsTheFormula) {
    auto const ours = make_backend(GetParam());
    for (std::size_t count : {0, 1, 7, 8, 9, 255, 256, 257, 512, 513, 20011})
        expect_same_vols(*ours, count);
}

INSTANTIATE_TEST_SUITE_P(Cpu, ImpliedVolContract, testing::ValuesIn(cpu_backends()),
                         backend_test_name);

TEST(ImpliedVolContractGpu, SameBytesAsTheFormula) {
    LOCKSTEP_SKIP_WITHOUT_DEVICE();
    auto const ours = make_backend({backend_kind::cuda, 0, ""});
    for (std::size_t count : {0, 1, 257, 20011, 700001}) expect_same_vols(*ours, count);
}

}  // namespace
}  // namespace lockstep
