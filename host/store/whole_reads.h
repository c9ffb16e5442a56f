// A file system whose reads come whole: one that brings fewer bytes than the file has is asked
// again. RocksDB takes a short read of its write-ahead log for the log's end, and would drop what
// follows.
#pragma once

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>
#include <rocksdb/system_clock.h>

#include <memory>

namespace lockstep {

/// The machine's threads with another file system and another clock.
std::unique_ptr<rocksdb::Env> env_of(std::shared_ptr<rocksdb::FileSystem> files,
                                     std::shared_ptr<rocksdb::SystemClock> clock);

/// `env` must outlive what is returned.
std::unique_ptr<rocksdb::Env> with_whole_reads(rocksdb::Env& env);

/// The machine's own files: whole reads, and a log that lasts when the disk is full.
std::unique_ptr<rocksdb::Env> env_of_machine();

}  // namespace lockstep
