// RocksDB's own LOG, on a disk that may be full. RocksDB's writer of it asserts, after a write that
// failed, that there is no other, and reports the full disk in the same place: the process would be
// aborted on the machines where asserts are on, as Debian's package has them.
#pragma once

#include <rocksdb/file_system.h>

#include <memory>

namespace lockstep {

/// These files, with a LOG in which what cannot be written is left out.
std::shared_ptr<rocksdb::FileSystem> with_lasting_log(std::shared_ptr<rocksdb::FileSystem> files);

}  // namespace lockstep
