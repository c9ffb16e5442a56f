// data/reference/deribit_linear_perp_margin.csv: the worked examples of the exchange's support
// article on linear perpetuals. All four are exact in nanos.
#include "margin/standard.h"
#include "tests/where.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <sstream>

namespace {

using namespace lockstep;

std::int64_t nanos_of(long double amount) { return std::llroundl(amount * 1e9L); }

struct row {
    std::string instrument;
    long double price, size, base, slope, mm_base, im, mm;
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
        all.push_back({c[0], std::stold(c[1]), std::stold(c[2]), std::stold(c[3]), std::stold(c[4]),
                       std::stold(c[5]), std::stold(c[6]), c[7].empty() ? 0 : std::stold(c[7]),
                       !c[7].empty()});
    }
    return all;
}

TEST(standard_margin, deribit_linear_perpetual_examples) {
    auto const table = rows();
    ASSERT_EQ(table.size(), 4u);
    for (row const& r : table) {
        standard_rates const rates{std::llroundl(r.base * 1e12L), std::llroundl(r.mm_base * 1e12L),
                                   std::llroundl(r.slope * 1e12L)};
        for (int sign : {1, -1}) {
            auto const got =
                standard_margin(quantity{sign * nanos_of(r.size)}, price{nanos_of(r.price)}, rates);
            EXPECT_EQ(got.initial.value.nanos, nanos_of(r.im)) << r.instrument << ' ' << r.size;
            EXPECT_FALSE(got.initial.overflowed);
            if (!r.has_mm) continue;
            EXPECT_EQ(got.maintenance.value.nanos, nanos_of(r.mm)) << r.instrument;
        }
    }
}

TEST(standard_margin, rounds_up_and_flags_what_does_not_fit) {
    standard_rates const rates{1, 1, 0};
    EXPECT_EQ(standard_margin(quantity{1}, price{1}, rates).initial.value.nanos, 1);
    EXPECT_EQ(standard_margin(quantity{0}, price{1}, rates).initial.value.nanos, 0);
    EXPECT_TRUE(standard_margin(quantity{int64_max}, price{int64_max}, rates).initial.overflowed);
    standard_rates const steep{0, 0, int64_max};
    EXPECT_TRUE(standard_margin(quantity{int64_min}, price{1}, steep).initial.overflowed);
}

}  // namespace
