// data/reference/deribit_linear_perp_margin.csv: the worked examples of the exchange's support
// article on linear perpetuals.
#include "margin/model/standard_options.h"
#include "tests/where.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace {

using namespace lockstep;

struct row {
    std::string instrument;
    double price, size, base, slope, mm_base, im, mm;
    bool has_mm;
};

std::vector<row> rows() {
    std::ifstream file(data_path("reference/deribit_linear_perp_margin.csv"));
    std::vector<row> all;
    for (std::string line; std::getline(file, line);) {
        if (line.empty() || line[0] == '#' || line.starts_with("instrument")) continue;
        std::istringstream cells(line + ",");
        std::vector<std::string> c;
        for (std::string cell; std::getline(cells, cell, ',');) c.push_back(cell);
        all.push_back({c[0], std::stod(c[1]), std::stod(c[2]), std::stod(c[3]), std::stod(c[4]),
                       std::stod(c[5]), std::stod(c[6]), c[7].empty() ? 0 : std::stod(c[7]),
                       !c[7].empty()});
    }
    return all;
}

TEST(standard_margin, deribit_linear_perpetual_examples) {
    auto const table = rows();
    ASSERT_EQ(table.size(), 4u);
    for (row const& r : table)
        for (int const sign : {1, -1}) {
            auto const found = [&](double base) {
                return standard::position(sign * r.size, r.price, base, r.slope);
            };
            EXPECT_NEAR(found(r.base), r.im, 1e-12 * r.im) << r.instrument << ' ' << r.size;
            if (r.has_mm) {
                EXPECT_NEAR(found(r.mm_base), r.mm, 1e-12 * r.mm) << r.instrument;
            }
        }
}

}  // namespace
