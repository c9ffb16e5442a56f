// What a generated market is like; market_flow.h and listed_market.h say what each of them does.
#pragma once

#include <cstdint>

namespace lockstep {

enum class market_mood : std::uint8_t { calm = 0, swinging, crashing };

}  // namespace lockstep
