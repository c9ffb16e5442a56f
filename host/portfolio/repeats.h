// Finds rows of one account that name the same thing twice, in 4 bytes a row of memory.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "host/portfolio/portfolio.h"

namespace lockstep {

struct repeat {
    std::uint32_t row;
    std::uint32_t first;  // the row that it repeats
};

/// In the order of the rows. The first of several stays, all later ones repeat it.
std::vector<repeat> repeats(std::span<holding_row const> rows, std::size_t accounts);
std::vector<repeat> repeats(std::span<cash_row const> rows, std::size_t accounts);

}  // namespace lockstep
