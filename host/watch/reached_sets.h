// Which netting sets and pools a tick has reached. It keeps its memory from tick to tick: a tick
// over a million accounts has no time to ask for more.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace lockstep {

class reached_sets {
  public:
    void take_all() { all_ = true; }
    /// No set, and one pool.
    void take_pool(std::uint32_t pool);
    /// A byte for each set, to be marked by the caller.
    std::vector<std::uint8_t>& cleared_marks(std::size_t sets);
    /// The sets that are marked, and their pools; sets of one pool lie side by side.
    void take_marked(std::span<std::uint32_t const> pool_of_set);

    bool all() const { return all_; }
    /// Rising; of no meaning when all are reached.
    std::vector<std::uint32_t> const& sets() const { return sets_; }
    std::vector<std::uint32_t> const& pools() const { return pools_; }

  private:
    bool all_ = false;
    std::vector<std::uint8_t> marks_;
    std::vector<std::uint32_t> sets_, pools_;
    std::vector<std::size_t> begin_;  // of each slice's part of a list
};

}  // namespace lockstep
