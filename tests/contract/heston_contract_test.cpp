// Every backend values every option under Heston's and Bates' model to the same bytes as the
// formula called option by option, whoever else is in the batch.
#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "kernels/heston_batch.h"
#include "pricing/model/heston_price.h"
#include "tests/contract/backends.h"

namespace lockstep {
namespace {

struct heston_columns {
    std::vector<heston_expiry> expiries;
    std::vector<std::uint32_t> begin{0};
    std::vector<double> strike;
    std::vector<std::uint8_t> flags;
    heston_batch batch() const {
        return {view_of(expiries), view_of(begin), view_of(strike), view_of(flags)};
    }
};

/// Expiries of a day to three years with and without jumps, one in six with something wild in it.
heston_columns random_expiries(std::vector<std::size_t> const& sizes, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    auto const uniform = [&](double a, double b) {
        return a + (b - a) * static_cast<double>(random() >> 11) * 0x1p-53;
    };
    double const wild[] = {0.0, -1.0, NAN, INFINITY, 1e-310, 1e300, double_of(random())};
    heston_columns c;
    for (std::size_t const size : sizes) {
        bool const jumps = random() % 3 == 0;
        heston_expiry x{uniform(50, 150),
                        std::pow(10.0, uniform(-2.5, 0.5)),
                        uniform(-0.02, 0.05),
                        uniform(0, 0.03),
                        {uniform(0.02, 0.6), uniform(0.5, 5), uniform(0.02, 0.6), uniform(0, 1.5),
                         uniform(-0.9, 0.5), jumps ? uniform(0, 3) : 0,
                         jumps ? uniform(-0.2, 0.1) : 0, jumps ? uniform(0, 0.2) : 0},
                        random() % 2 * option_flag::spot};
        double const deviation = std::sqrt(0.3 * x.time);
        if (random() % 6 == 0) {
            double* const fields[] = {&x.underlying,
                                      &x.time,
                                      &x.rate,
                                      &x.parameters.v0,
                                      &x.parameters.kappa,
                                      &x.parameters.sigma,
                                      &x.parameters.rho};
            *fields[random() % 7] = wild[random() % 7];
        }
        c.expiries.push_back(x);
        for (std::size_t i = 0; i < size; ++i) {
            double strike = 100 * std::exp(deviation * uniform(-3, 3));
            if (random() % 40 == 0) strike = wild[random() % 7];
            c.strike.push_back(strike);
            c.flags.push_back(static_cast<std::uint8_t>(random() % 2 * option_flag::put));
        }
        c.begin.push_back(static_cast<std::uint32_t>(c.strike.size()));
    }
    return c;
}

void expect_formula(backend& ours, heston_columns const& c, std::size_t wanted) {
    std::size_t const count = c.strike.size();
    std::vector<double> out(count * heston_value_count, -7.0);
    std::vector<std::uint8_t> status(count, 0xee);
    heston_values values{{}, status.data(), count};
    for (std::size_t k = 0; k < wanted; ++k) values.columns[k] = out.data() + k * count;
    ours.heston(c.batch(), values);
    for (std::size_t e = 0; e < c.expiries.size(); ++e)
        for (std::size_t i = c.begin[e]; i < c.begin[e + 1]; ++i) {
            heston_row const row =
                value_heston(c.expiries[e], c.strike[i], (c.flags[i] & option_flag::put) != 0);
            // What is not asked for cannot leave the range of a double.
            bool const lost = row.status == heston_status::value_is_not_finite;
            if (lost && wanted < heston_value_count) continue;
            ASSERT_EQ(status[i], static_cast<std::uint8_t>(row.status)) << "row " << i;
            for (std::size_t k = 0; k < wanted; ++k)
                ASSERT_EQ(bits_of(values.columns[k][i]), bits_of(row.v.values[k]))
                    << heston_value_names[k] << " of row " << i;
        }
}

class HestonContract : public testing::TestWithParam<backend_options> {};

TEST_P(HestonContract, SameBytesAsTheFormula) {
    auto const ours = make_backend(GetParam());
    auto const c = random_expiries({1, 0, 7, 8, 9, 30, 257, 3, 40, 12, 12, 12, 12}, 11);
    for (std::size_t const wanted : {std::size_t{2}, heston_value_count})
        expect_formula(*ours, c, wanted);
    expect_formula(*ours, {}, heston_value_count);
}

INSTANTIATE_TEST_SUITE_P(Cpu, HestonContract, testing::ValuesIn(cpu_backends()), backend_test_name);

TEST(HestonContractGpu, SameBytesAsTheFormula) {
    LOCKSTEP_SKIP_WITHOUT_DEVICE();
    auto const ours = make_backend({backend_kind::cuda, 0, ""});
    auto const c = random_expiries({1, 0, 7, 128, 129, 257, 40, 40, 40, 40, 12, 12, 12, 12}, 12);
    for (std::size_t const wanted : {std::size_t{2}, heston_value_count})
        expect_formula(*ours, c, wanted);
    expect_formula(*ours, {}, heston_value_count);
}

}  // namespace
}  // namespace lockstep
