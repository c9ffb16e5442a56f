// Every backend values contracts on random paths to the same bytes as the path's body called path
// by path and added up by halves, whatever the number of threads.
#include <gtest/gtest.h>

#include <vector>

#include "pricing/base/digest.h"
#include "tests/contract/backends.h"
#include "tests/pricing/path_runner.h"

namespace lockstep {
namespace {

struct example {
    std::vector<path_contract> contracts;
    std::vector<path_estimate> estimates;
    std::unique_ptr<path_source> source;
    exercise_policy policy{};

    path_batch batch(std::size_t blocks, std::vector<double>& sums) const {
        sums.assign(blocks * 2 * estimates.size(), -7.0);
        return {view_of(contracts), view_of(estimates), source.get(), &policy, blocks, sums.data()};
    }
};

/// Three assets on seven dates and a copy with a moved spot.
example make_example(path_payoff payoff, bool sobol) {
    example x;
    path_contract c{};
    c.payoff = payoff;
    c.assets = payoff == path_payoff::asian ? 1 : 3;
    c.dates = 7;
    c.strike = 100;
    c.time = 0.6;
    c.rate = 0.03;
    c.barrier = 85;
    c.put = payoff == path_payoff::american;
    c.control = payoff == path_payoff::asian;
    double const weights[] = {0.5, 0.3, 0.2};
    for (int a = 0; a < 3; ++a)
        c.asset[a] = {c.assets == 1 ? 100 : 100.0 + a, 0.01 * a, 0.2 + 0.1 * a,
                      c.assets == 1 ? 1 : weights[a]};
    double const matrix[path_assets_max][path_assets_max] = {
        {1, 0.5, -0.2}, {0.5, 1, 0.3}, {-0.2, 0.3, 1}};
    factor_correlation(matrix, 3, c.factor);
    x.contracts = {c, c, c};
    x.contracts[1].asset[0].spot *= 1.01;
    x.contracts[2].asset[0].spot *= 0.99;
    x.estimates = {{0, 0, 1, 0, 0}, {1, 2, 0, 0.5, -0.5}};
    x.source = source_of(c, 20260101, sobol, 1024);
    for (auto& terms : x.policy.value) terms[0] = 4, terms[1] = 1;
    return x;
}

std::vector<double> plain_sums(example const& x, std::size_t blocks) {
    std::size_t const n = x.estimates.size();
    std::vector<double> sums;
    std::vector<double> w(path_numbers_max);
    for (std::size_t block = 0; block < blocks; ++block) {
        std::vector<std::vector<double>> rows(2 * n, std::vector<double>(path_block));
        for (std::size_t i = 0; i < path_block; ++i) {
            detail::draw_path(x.contracts[0], *x.source,
                              detail::drawn_normals{*x.source, block * path_block + i}, w.data());
            double values[path_contracts_max];
            values_on_path(x.contracts.data(), x.contracts.size(), &x.policy, w.data(), values);
            for (std::size_t e = 0; e < n; ++e) {
                rows[e][i] = estimate_of(x.estimates[e], values);
                rows[n + e][i] = rows[e][i] * rows[e][i];
            }
        }
        for (auto& row : rows) sums.push_back(sum_of_block(row.data()));
    }
    return sums;
}

void expect_same_sums(backend& ours, std::size_t blocks) {
    for (auto payoff : {path_payoff::european, path_payoff::asian, path_payoff::worst_of,
                        path_payoff::best_of, path_payoff::barrier, path_payoff::american})
        for (bool sobol : {false, true}) {
            auto const x = make_example(payoff, sobol);
            std::vector<double> sums;
            ours.value_paths(x.batch(blocks, sums));
            auto const plain = plain_sums(x, blocks);
            ASSERT_EQ(sums.size(), plain.size());
            for (std::size_t k = 0; k < sums.size(); ++k)
                ASSERT_EQ(bits_of(sums[k]), bits_of(plain[k]))
                    << "payoff " << static_cast<int>(payoff) << ", sobol " << sobol << ", sum "
                    << k;
        }
}

class PathContract : public testing::TestWithParam<backend_options> {};

TEST_P(PathContract, SameBytesAsTheFormula) {
    auto const ours = make_backend(GetParam());
    for (std::size_t blocks : {0, 1, 9}) expect_same_sums(*ours, blocks);
}

INSTANTIATE_TEST_SUITE_P(Cpu, PathContract, testing::ValuesIn(cpu_backends()), backend_test_name);

TEST(PathContractGpu, SameBytesAsTheFormula) {
    LOCKSTEP_SKIP_WITHOUT_DEVICE();
    auto const ours = make_backend({backend_kind::cuda, 0, ""});
    for (std::size_t blocks : {0, 1, 9}) expect_same_sums(*ours, blocks);
}

TEST(PathContractGpu, ManyBlocks) {
    LOCKSTEP_SKIP_WITHOUT_DEVICE();
    auto const ours = make_backend({backend_kind::cuda, 0, ""});
    expect_same_sums(*ours, 300);
}

}  // namespace
}  // namespace lockstep
