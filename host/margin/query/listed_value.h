// What a leg of a portfolio of listed options is worth when its underlying moves.
#pragma once

#include <string>

#include "host/margin/query/portfolio.h"

namespace lockstep {

/// Value of one unit when the underlying has moved by a relative step: an option by Black (1976) on
/// what it is valued on, anything else by its price. Throws input_error, naming the model that asks
/// and the leg.
double value_after(margin_query const& q, query_underlying const& u, query_leg const& leg,
                   double move, char const* model);

}  // namespace lockstep
