// A file system whose reads come whole: one that brings fewer bytes than the file has is asked
// again. RocksDB takes a short read of its write-ahead log for the log's end, and would drop what
// follows.
#pragma once

#include <rocksdb/env.h>

#include <memory>

namespace lockstep {

/// `env` must outlive what is returned.
std::unique_ptr<rocksdb::Env> with_whole_reads(rocksdb::Env& env);

}  // namespace lockstep
