// Every backend fits every expiry to the same bits as the formula called expiry by expiry.
#include <cmath>
#include <random>
#include <utility>
#include <vector>

#include "kernels/svi_batch.h"
#include "pricing/base/digest.h"
#include "tests/contract/backends.h"

namespace lockstep {
namespace {

struct svi_question {
    std::vector<variance_quote> quotes;
    std::vector<std::uint32_t> begin{0};
    svi_batch batch() const { return {view_of(quotes), view_of(begin)}; }
};

/// Curves with noise; half of them allow arbitrage and are repaired. Some expiries have too few
/// quotes, or none.
svi_question random_question(std::size_t expiries, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    auto const uniform = [&](double a, double b) {
        return a + (b - a) * static_cast<double>(random() >> 11) * 0x1p-53;
    };
    svi_question q;
    for (std::size_t e = 0; e < expiries; ++e) {
        svi_raw const truth{uniform(-.03, .05), uniform(.05, .3), uniform(-.8, .8),
                            uniform(-.3, .3), uniform(.2, .6)};
        std::size_t const count = random() % 7 == 0 ? random() % 5 : 5 + random() % 40;
        for (std::size_t i = 0; i < count; ++i) {
            double const k = -1 + 2 * static_cast<double>(i) / static_cast<double>(count);
            double const w = svi_at(truth, k).variance * uniform(.97, 1.03);
            q.quotes.push_back({k, w > 1e-4 ? w : 1e-4, uniform(.001, .01)});
        }
        q.begin.push_back(static_cast<std::uint32_t>(q.quotes.size()));
    }
    return q;
}

void expect_same(backend& ours, svi_question const& q) {
    std::size_t const n = q.batch().size();
    std::vector<svi_fit_result> fits(n, {{-7, -7, -7, -7, -7}, -7, -7, svi_fit_status{77}});
    ours.fit_svi(q.batch(), view_of(fits));
    for (std::size_t i = 0; i < n; ++i) {
        svi_fit_result const one = fit_svi(q.batch().quotes_of(i));
        double const expected[] = {one.curve.a, one.curve.b,     one.curve.rho,
                                   one.curve.m, one.curve.sigma, one.cost};
        double const got[] = {fits[i].curve.a, fits[i].curve.b,     fits[i].curve.rho,
                              fits[i].curve.m, fits[i].curve.sigma, fits[i].cost};
        for (std::size_t k = 0; k < std::size(got); ++k)
            ASSERT_EQ(bits_of(got[k]), bits_of(expected[k])) << "expiry " << i << " of " << n;
        ASSERT_EQ(fits[i].steps, one.steps) << "expiry " << i << " of " << n;
        ASSERT_EQ(fits[i].status, one.status) << "expiry " << i << " of " << n;
    }
}

class SviContract : public testing::TestWithParam<backend_options> {};

TEST_P(SviContract, SameBytesAsTheFormula) {
    auto const ours = make_backend(GetParam());
    for (std::size_t expiries : {0u, 1u, 9u, 60u}) expect_same(*ours, random_question(expiries, 4));
}

INSTANTIATE_TEST_SUITE_P(Cpu, SviContract, testing::ValuesIn(cpu_backends()), backend_test_name);

TEST(SviContractGpu, SameBytesAsTheFormula) {
    LOCKSTEP_SKIP_WITHOUT_DEVICE();
    auto const ours = make_backend({backend_kind::cuda, 0, ""});
    for (std::size_t expiries : {0u, 1u, 33u, 1500u})
        expect_same(*ours, random_question(expiries, 6));
}

}  // namespace
}  // namespace lockstep
