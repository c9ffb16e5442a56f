// Every backend values the rows of every row model to the same bytes as its functor, row by row.
#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "pricing/model/row_models.h"
#include "tests/contract/backends.h"

namespace lockstep {
namespace {

/// Numbers of an option's size, and one in eight that is none.
struct random_rows {
    std::vector<double> columns[row_inputs_max];
    std::vector<std::uint8_t> flags;

    random_rows(std::size_t inputs, std::size_t count, std::uint64_t seed) {
        std::mt19937_64 random(seed);
        auto const uniform = [&](double a, double b) {
            return a + (b - a) * static_cast<double>(random() >> 11) * 0x1p-53;
        };
        double const wild[] = {0.0, -1.0, NAN, INFINITY, 1e-310, 1e300};
        for (std::size_t i = 0; i < count; ++i) {
            for (std::size_t k = 0; k < inputs; ++k) {
                double const size = random() % 2 == 0 ? uniform(0.0, 1.5) : uniform(50.0, 150.0);
                columns[k].push_back(random() % 8 == 0 ? wild[random() % 6] : size);
            }
            flags.push_back(static_cast<std::uint8_t>(random()));
        }
    }
};

struct results {
    std::vector<double> columns[row_outputs_max];
    std::vector<std::uint8_t> verdicts;
    explicit results(std::size_t count) : verdicts(count, 0xee) {
        for (auto& column : columns) column.assign(count, -7.0);
    }
};

template <class Model>
void expect_same_rows(backend& ours, row_model name, Model const& model, std::size_t count) {
    random_rows const rows(Model::inputs, count, count + 1);
    results got(count);
    row_batch batch{{}, rows.flags.data(), count};
    row_values values{{}, got.verdicts.data(), count};
    for (std::size_t k = 0; k < Model::inputs; ++k) batch.inputs[k] = rows.columns[k].data();
    for (std::size_t k = 0; k < Model::outputs; ++k) values.outputs[k] = got.columns[k].data();
    ours.value_rows(name, batch, values);
    std::size_t computed = 0;
    for (std::size_t i = 0; i < count; ++i) {
        double in[Model::inputs], out[Model::outputs];
        for (std::size_t k = 0; k < Model::inputs; ++k) in[k] = rows.columns[k][i];
        std::uint64_t const verdict = model(in, rows.flags[i], out);
        ASSERT_EQ(got.verdicts[i], verdict) << "row " << i << " of " << count;
        for (std::size_t k = 0; k < Model::outputs; ++k) {
            ASSERT_EQ(bits_of(got.columns[k][i]), bits_of(out[k]))
                << Model::output_names[k] << " of row " << i << " of " << count;
            ASSERT_TRUE(std::isfinite(out[k])) << Model::output_names[k] << " of row " << i;
        }
        computed += verdict == 0;
    }
    EXPECT_TRUE(computed > 0 || count < 1000) << "no row was of use";
}

void expect_all_models_same(backend& ours, std::initializer_list<std::size_t> counts) {
    for (std::size_t m = 0; m < row_model_count; ++m) {
        auto const name = static_cast<row_model>(m);
        visit_row_model(name, [&](auto const& model) {
            SCOPED_TRACE(m);
            for (std::size_t const count : counts) expect_same_rows(ours, name, model, count);
        });
    }
}

class RowModelContract : public testing::TestWithParam<backend_options> {};

TEST_P(RowModelContract, SameBytesAsTheFormula) {
    auto const ours = make_backend(GetParam());
    expect_all_models_same(*ours, {0, 1, 7, 8, 9, 255, 256, 257, 512, 513, 5011});
}

INSTANTIATE_TEST_SUITE_P(Cpu, RowModelContract, testing::ValuesIn(cpu_backends()),
                         backend_test_name);

TEST(RowModelContractGpu, SameBytesAsTheFormula) {
    LOCKSTEP_SKIP_WITHOUT_DEVICE();
    auto const ours = make_backend({backend_kind::cuda, 0, ""});
    expect_all_models_same(*ours, {0, 1, 257, 5011, 140001});
}

}  // namespace
}  // namespace lockstep
