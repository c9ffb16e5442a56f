// A seeded stream of small integers; the same on every machine.
#pragma once

#include <cstdint>

#include "pricing/base/random.h"

namespace lockstep {

class dice {
  public:
    explicit dice(std::uint64_t seed) : seed_(seed) {}
    std::uint64_t roll(std::uint64_t sides) { return philox4x32(count_++, 0, seed_).first % sides; }
    bool one_in(std::uint64_t n) { return roll(n) == 0; }

  private:
    std::uint64_t seed_;
    std::uint64_t count_ = 0;
};

}  // namespace lockstep
