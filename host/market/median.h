// The lower median: a value that was seen.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "host/market/market.h"

namespace lockstep {

/// Of an even number the lower of the two in the middle; `not_quoted` of none.
inline double lower_median(std::vector<double> values) {
    if (values.empty()) return not_quoted;
    auto const middle = values.begin() + static_cast<std::ptrdiff_t>((values.size() - 1) / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

}  // namespace lockstep
