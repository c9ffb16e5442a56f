// Rows handed out as they stand, while noting which of them a task really reads and changes: often
// fewer than it declares. From this follows how much a speculative run could do at once.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <unordered_map>
#include <vector>

#include "host/exec/program.h"

namespace lockstep::exec {

class watched_rows {
  public:
    explicit watched_rows(row_store const& store) : store_(store) {}

    template <class Row>
    Row const& read(row_key key) {
        return *reinterpret_cast<Row const*>(touch(key, sizeof(Row)));
    }
    template <class Row>
    Row& write(row_key key) {
        return *reinterpret_cast<Row*>(touch(key, sizeof(Row)));
    }

    /// The task is done: it stands one level above the highest task whose change it has seen.
    void end_task() {
        std::uint32_t level = 0;
        for (before const& b : touched_) {
            auto const found = writer_level_.find(b.key.value);
            if (found != writer_level_.end()) level = std::max(level, found->second + 1);
        }
        for (before const& b : touched_)
            if (std::memcmp(store_.at(b.key), b.bytes.data(), b.count) != 0)
                writer_level_[b.key.value] = level;
        levels_ = std::max(levels_, level + 1);
        touched_.clear();
    }
    std::uint32_t levels() const { return levels_; }

  private:
    struct before {
        row_key key;
        std::size_t count;
        std::array<std::byte, row_bytes_max> bytes;
    };

    std::byte* touch(row_key key, std::size_t bytes) {
        std::byte* const row = store_.at(key);
        for (before const& b : touched_)
            if (b.key == key) return row;
        before& b = touched_.emplace_back();
        b.key = key;
        b.count = bytes;
        std::memcpy(b.bytes.data(), row, bytes);
        return row;
    }

    row_store const& store_;
    std::vector<before> touched_;
    std::unordered_map<std::uint64_t, std::uint32_t> writer_level_;  // looked up, never walked
    std::uint32_t levels_ = 0;
};

}  // namespace lockstep::exec
