// Inputs made from a seed: the same numbers on every machine, so that a digest printed here can be
// compared with one printed there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "kernels/views.h"
#include "pricing/base/digest.h"
#include "pricing/base/random.h"

namespace lockstep::bench {

/// Draws from one stream of the seed: the i-th row's j-th number, in any order.
class draws {
  public:
    draws(std::uint64_t seed, std::uint64_t stream) : seed_(seed), stream_(stream) {}

    /// Uniform in (low, high).
    double between(std::size_t row, std::uint32_t column, double low, double high) const {
        return low + (high - low) * uniform_open(bits(row, column));
    }
    /// One of 0 .. count - 1.
    std::uint64_t one_of(std::size_t row, std::uint32_t column, std::uint64_t count) const {
        return bits(row, column) % count;  // counts are small: the bias is below 2^-40
    }

  private:
    std::uint64_t bits(std::size_t row, std::uint32_t column) const {
        auto const block = philox4x32(row, stream_ << 32 | column / 2, seed_);
        return column % 2 == 0 ? block.first : block.second;
    }

    std::uint64_t seed_, stream_;
};

/// Options as columns that are owned. Forwards 20,000 to 120,000, strikes within a factor of e^±0.5
/// of them, 1 to 730 whole days of a 365-day year, vols 20 % to 120 %, rates 0 to 6 %, yields 0 to
/// 3 %; calls and puts. `flags` is set in every row beside `put`.
struct option_columns {
    std::vector<double> underlying, strike, time, rate, dividend, vol;
    std::vector<std::uint8_t> flags;

    option_columns(std::size_t count, std::uint64_t seed, std::uint8_t flags);
    option_batch first(std::size_t count) const;
    option_batch all() const { return first(underlying.size()); }
};

/// The digest as the tables print it.
std::string digest_text(digest128 digest);

}  // namespace lockstep::bench
