// Numbers for property tests of this room: the same sequence everywhere, from the top bits of a
// linear congruential generator (Knuth's MMIX constants).
#pragma once

#include <cstdint>

namespace lockstep {

class draws {
  public:
    explicit draws(std::uint64_t seed) : state_(seed) {}

    std::int64_t between(std::int64_t low, std::int64_t high) {
        state_ = state_ * 6364136223846793005u + 1442695040888963407u;
        return low + static_cast<std::int64_t>((state_ >> 17) %
                                               static_cast<std::uint64_t>(high - low + 1));
    }
    bool coin() { return between(0, 1) == 1; }

  private:
    std::uint64_t state_;
};

}  // namespace lockstep
