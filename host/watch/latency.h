// How long things took, as a histogram: a fixed table of counters, 32 to each doubling, so that a
// percentile is within 3 % whatever was measured. Times are for people; nothing is decided by them.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace lockstep {

class latency_histogram {
  public:
    void add(std::uint64_t ns) {
        ++counts_[place_of(ns)];
        ++count_;
        sum_ += ns;
        if (ns > most_) most_ = ns;
    }

    std::uint64_t count() const { return count_; }
    std::uint64_t sum_ns() const { return sum_; }
    std::uint64_t max_ns() const { return most_; }

    /// The time that this share (0.99) of all stayed at or below; zero when there are none.
    std::uint64_t percentile_ns(double share) const {
        auto const wanted = static_cast<std::uint64_t>(share * static_cast<double>(count_));
        std::uint64_t seen = 0;
        for (std::size_t i = 0; i < counts_.size(); ++i) {
            seen += counts_[i];
            if (seen > wanted || (seen == count_ && seen > 0))
                return most_ < last_of(i) ? most_ : last_of(i);
        }
        return 0;
    }

  private:
    static constexpr int fine_bits = 5;

    static std::size_t place_of(std::uint64_t ns) {
        int const shift = std::bit_width(ns >> fine_bits);  // beyond the first 32 by doubling
        if (shift <= 1) return ns;
        return (static_cast<std::size_t>(shift - 1) << fine_bits) + (ns >> (shift - 1));
    }
    static std::uint64_t last_of(std::size_t place) {
        if (place < (std::size_t{2} << fine_bits)) return place;
        std::size_t const shift = (place >> fine_bits) - 1;
        std::uint64_t const head = (place & 31u) | 32u;
        return ((head + 1) << shift) - 1;
    }

    std::array<std::uint64_t, 64 * 32> counts_{};
    std::uint64_t count_ = 0, sum_ = 0, most_ = 0;
};

}  // namespace lockstep
