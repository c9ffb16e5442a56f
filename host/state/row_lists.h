// For each owner, the rows that belong to it, as chains of indices: an owner with one row costs
// eight bytes. Rows are listed newest first; whoever walks a chain adds, so that order is no
// matter.
#pragma once

#include <cstdint>
#include <vector>

namespace lockstep {

class row_lists {
  public:
    static constexpr std::uint32_t end = UINT32_MAX;

    /// Row numbers are given in sequence: 0, 1, 2, ...
    void append(std::uint32_t owner) {
        auto const row = static_cast<std::uint32_t>(next_.size());
        if (owner >= first_.size()) first_.resize(owner + 1, end);
        next_.push_back(first_[owner]);
        first_[owner] = row;
    }
    std::uint32_t first(std::uint32_t owner) const {
        return owner < first_.size() ? first_[owner] : end;
    }
    std::uint32_t after(std::uint32_t row) const { return next_[row]; }

  private:
    std::vector<std::uint32_t> first_;  // by owner
    std::vector<std::uint32_t> next_;   // by row
};

}  // namespace lockstep
