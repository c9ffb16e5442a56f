// Spreads within one commodity of a SPAN file, between tiers of months and between months: how many
// a portfolio's deltas form, and what these are charged.
#pragma once

#include <vector>

#include "host/margin/span_file.h"

namespace lockstep {

/// `deltas` are net ones by month, `months` beside them in ascending order. By priority; spreads
/// between tiers and between months use up one and the same deltas.
int128 spread_charges(span_commodity const& commodity, std::vector<span_month> const& months,
                      std::vector<double> deltas);

}  // namespace lockstep
