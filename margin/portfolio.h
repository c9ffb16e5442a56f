// Portfolio margin of one netting set: exact sums over its positions, and the rule that turns the
// sums into a requirement. Deribit-style: worst of 27 + 8 scenarios after the offset of gains and
// the dampening of extended moves, plus roll shock, delta shock and add-ons.
#pragma once

#include <cstdint>
#include <type_traits>

#include "margin/scenario.h"
#include "pricing/base/checked.h"

namespace lockstep {}  // namespace lockstep
