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
    /// Reads the mark of the store in `folder`; makes one when `writes` and there is none. Throws
    /// input_error when it is damaged.
    acknowledged_mark(rocksdb::Env& env, std::string const& folder, bool writes);

    std::uint64_t blocks() const { return blocks_; }
    /// Not synced: a machine that goes down may forget it, a process that dies does not.
    void write(std::uint64_t blocks);
    /// On disk when this returns.
    void write_synced(std::uint64_t blocks);

  private:
    std::string const path_;
    std::uint64_t blocks_ = 0;
    std::unique_ptr<rocksdb::RandomRWFile> file_;
};

}  // namespace lockstep
