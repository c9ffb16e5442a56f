// A log that was never written: its blocks, one after the other.
#pragma once

#include <cstddef>
#include <vector>

#include "host/log/block_source.h"

namespace lockstep {

class blocks_in_memory final : public block_source {
  public:
    explicit blocks_in_memory(std::vector<block> const& blocks) : blocks_(blocks) {}
    bool next(block& b) override {
        if (next_ == blocks_.size()) return false;
        b = blocks_[next_++];
        return true;
    }

  private:
    std::vector<block> const& blocks_;
    std::size_t next_ = 0;
};

}  // namespace lockstep
