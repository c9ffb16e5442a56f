// Draws for one thing (an account, a chain) out of a seed. Every thing has its own stream of Philox
// blocks, so what is drawn for one account does not depend on how many there are before it.
#pragma once

#include <cstdint>

#include "pricing/base/exp_log.h"
#include "pricing/base/random.h"

namespace lockstep {

enum class draw_stream : std::uint64_t { chain = 1, account = 2, transaction = 3, holder = 4 };

class draws {
  public:
    draws(std::uint64_t seed, draw_stream stream, std::uint64_t item)
        : seed_(seed), item_(item << 8 | static_cast<std::uint64_t>(stream)) {}

    std::uint64_t bits() {
        if (has_second_) {
            has_second_ = false;
            return second_;
        }
        auto const block = philox4x32(next_++, item_, seed_);
        second_ = block.second;
        has_second_ = true;
        return block.first;
    }
    /// In (0, 1).
    double uniform() { return uniform_open(bits()); }
    double normal() { return standard_normal(bits()); }
    bool happens(double probability) { return uniform() < probability; }
    /// One of 0 .. count - 1; the bias of 2^-32 times count does not matter here.
    std::uint32_t below(std::uint32_t count) {
        return static_cast<std::uint32_t>((bits() >> 32) * count >> 32);
    }
    /// 0, 1, 2, ... with that mean, each step as likely to be the last (a geometric law).
    std::uint32_t count_with_mean(double mean, std::uint32_t limit) {
        if (!(mean > 0)) return 0;
        double const steps = logarithm(uniform()) / logarithm(mean / (1 + mean));
        return steps < limit ? static_cast<std::uint32_t>(steps) : limit;
    }

  private:
    std::uint64_t seed_, item_;
    std::uint64_t next_ = 0;
    std::uint64_t second_ = 0;
    bool has_second_ = false;
};

}  // namespace lockstep
