// What a sensible person writes first: the peer of the margin bench, for want of an open engine.
#pragma once

#include <vector>

#include "kernels/views.h"

namespace lockstep::bench {

/// A plain double loop over positions and scenarios on one thread, kept from being vectorised: the
/// sums and the worst loss of each account, and nothing else (no sensitivities, no rule). `gains`
/// is instruments x scenarios in coins, `contracts` one quantity for each position.
void plain_margin(position_batch const& positions, std::vector<double> const& gains,
                  std::vector<double> const& contracts, std::vector<double>& worst_losses);

}  // namespace lockstep::bench
