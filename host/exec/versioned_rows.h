// The rows of one execution of one task: copied when first touched, so that a reference stays good
// while others work, and remembered with the version they came from.
#pragma once

#include <array>
#include <cstring>
#include <deque>
#include <vector>

#include "host/exec/mv_memory.h"
#include "host/exec/program.h"

namespace lockstep::exec {

/// Leaves an execution that has met a row which is about to change. Programs let it pass.
struct estimate_met {
    std::uint32_t blocker;
};

class versioned_rows {
  public:
    /// A row that was read, and the version that was seen.
    struct read_record {
        row_key key;
        version from;
    };

    explicit versioned_rows(mv_memory& memory) : memory_(memory) {}

    void begin(std::uint32_t task) {
        task_ = task;
        used_ = 0;
        blocked_ = false;
    }

    template <class Row>
    Row const& read(row_key key) {
        return *reinterpret_cast<Row const*>(fetch(key, sizeof(Row)).now.data());
    }
    template <class Row>
    Row& write(row_key key) {
        return *reinterpret_cast<Row*>(fetch(key, sizeof(Row)).now.data());
    }

    bool blocked() const { return blocked_; }
    std::uint32_t blocker() const { return blocker_; }

    void list_reads(std::vector<read_record>& out) const {
        out.clear();
        for (std::size_t i = 0; i < used_; ++i) out.push_back({copies_[i].key, copies_[i].from});
    }
    /// Calls `take(key, bytes)` for each row whose bytes have changed: a row that was asked for in
    /// order to write it, and then left as it was, was only read.
    template <class Take>
    void for_each_change(Take const& take) const {
        for (std::size_t i = 0; i < used_; ++i) {
            copy const& c = copies_[i];
            if (std::memcmp(c.now.data(), c.then.data(), c.bytes) != 0) take(c.key, c.now.data());
        }
    }

  private:
    struct copy {
        alignas(64) std::array<std::byte, row_bytes_max> now;
        std::array<std::byte, row_bytes_max> then;
        row_key key;
        version from;
        std::size_t bytes;
    };

    copy& fetch(row_key key, std::size_t bytes) {
        for (std::size_t i = 0; i < used_; ++i)
            if (copies_[i].key == key) return copies_[i];
        if (used_ == copies_.size()) copies_.emplace_back();
        copy& c = copies_[used_];
        mv_memory::sight const seen = memory_.read(key, task_, c.now.data());
        if (seen.estimate) {
            blocked_ = true;
            blocker_ = seen.from.task;
            throw estimate_met{blocker_};
        }
        ++used_;
        c.key = key;
        c.from = seen.from;
        c.bytes = bytes;
        std::memcpy(c.then.data(), c.now.data(), bytes);
        return c;
    }

    mv_memory& memory_;
    std::deque<copy> copies_;  // never move; the first `used_` are this execution's
    std::size_t used_ = 0;
    std::uint32_t task_ = 0;
    std::uint32_t blocker_ = 0;
    bool blocked_ = false;
};

}  // namespace lockstep::exec
