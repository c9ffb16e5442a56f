// How far values are off what they should be, over all that are compared.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>

namespace lockstep::bench {

struct error_sum {
    double square = 0, worst = 0;
    std::size_t rows = 0;
    void add(double value, double truth) {
        double const error = std::abs(value - truth);
        square += error * error;
        worst = std::max(worst, error);
        ++rows;
    }
    double rmse() const { return std::sqrt(square / static_cast<double>(rows)); }
    std::string text() const { return fmt::format("RMSE {:.1e}, worst {:.1e}", rmse(), worst); }
};

}  // namespace lockstep::bench
