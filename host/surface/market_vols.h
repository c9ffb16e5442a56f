// A market on fitted vols: what scenario margin and every Greek are computed from, when marks are
// not to be trusted or are not there.
#pragma once

#include <cstdint>

#include "host/market/market.h"
#include "kernels/backend.h"

namespace lockstep {

/// Fits the market's surfaces to the middle of bid and ask and gives every option the vol that its
/// book's surface has at its strike and expiry. An expiry without a curve of its own lies between
/// those that have one. Gives the number of options that keep the vol they have, because no expiry
/// of their book has a curve.
std::uint64_t take_surface_vols(market& market, backend& device);

}  // namespace lockstep
