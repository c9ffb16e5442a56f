// Up to which block a store has acknowledged, in a small file of its own, written after each sync.
// Without it a database whose end is damaged looks like one that was stopped earlier.
#pragma once

#include <rocksdb/env.h>

#include <cstdint>
#include <memory>
#include <string>

namespace lockstep {

class acknowledged_mark {
  public:
    /// Reads the mark of the store in `folder`. Throws input_error when it is damaged.
    acknowledged_mark(rocksdb::Env& env, std::string const& folder);

    /// No file, or one without a byte: of a store whose making was cut off, and of no other.
    bool is_missing() const { return missing_; }
    std::uint64_t blocks() const { return blocks_; }

    /// Before the first write; makes the file when there is none.
    void open_to_write();
    /// Not synced: a machine that goes down may forget it, a process that dies does not.
    void write(std::uint64_t blocks);
    /// On disk when this returns.
    void write_synced(std::uint64_t blocks);

  private:
    rocksdb::Env& env_;
    std::string const folder_;
    std::string const path_ = folder_ + "/ACKNOWLEDGED";
    bool missing_ = true;
    std::uint64_t blocks_ = 0;
    std::unique_ptr<rocksdb::RandomRWFile> file_;
};

}  // namespace lockstep
