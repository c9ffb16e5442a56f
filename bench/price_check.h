// Are the prices and Greeks right? Every row is held against QuantLib where it is built in, and
// against Black's formula with the C library's erfc and exp where it is not.
#pragma once

#include <string>
#include <vector>

#include "bench/quantlib_peer.h"
#include "kernels/views.h"

namespace lockstep::bench {

/// Columns of the peer's six values, owned.
struct peer_columns {
    std::vector<double> values[peer_value_count];

    explicit peer_columns(std::size_t count) {
        for (auto& column : values) column.assign(count, 0.0);
    }
    peer_values all() {
        peer_values v;
        for (std::size_t k = 0; k < peer_value_count; ++k) v.columns[k] = values[k].data();
        return v;
    }
};

/// The six values as QuantLib's BlackCalculator, or the textbook formula where there is none, has
/// them; and the name of the one that answers.
void peer_answers(option_batch const& options, peer_values const& values);
std::string peer_name();

/// Compares ours with BlackCalculator's: price, delta, gamma, vega, theta, rho as far as `ours` has
/// the columns, vanna by a central difference of its vega. An error is counted in units of what the
/// value hangs on (the underlying's leg for a price, one for a delta), so that a deep wing asks for
/// no more digits than a price has. Throws check_failed above 1e-12 (vanna 1e-6); else says how far
/// apart the worst row is.
std::string check_prices(std::string const& name, option_batch const& options,
                         option_values const& ours);

}  // namespace lockstep::bench
