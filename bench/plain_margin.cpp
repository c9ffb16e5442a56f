// Compiled with the vectoriser off (bench/CMakeLists.txt): this is the plain loop that it says.
#include "bench/plain_margin.h"

#include <algorithm>

#include "bench/book.h"

namespace lockstep::bench {

void plain_margin(position_batch const& positions, std::vector<double> const& gains,
                  std::vector<double> const& contracts, std::vector<double>& worst_losses) {
    for (std::size_t account = 0; account < positions.sets(); ++account) {
        double sums[scenario_count] = {};
        for (std::uint32_t p = positions.begin[account]; p < positions.begin[account + 1]; ++p) {
            double const* row = &gains[positions.instrument[p] * std::size_t{scenario_count}];
            for (std::uint32_t s = 0; s < scenario_count; ++s) sums[s] += contracts[p] * row[s];
        }
        worst_losses[account] = -*std::min_element(sums, sums + scenario_count);
    }
}

}  // namespace lockstep::bench
