#include "host/store/whole_reads.h"

#include <cstring>
#include <utility>

#include "host/store/lasting_log.h"

namespace lockstep {

namespace {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

/// Calls read(bytes so far, bytes wanted, result, scratch) until all is there or nothing comes.
template <class Read>
IOStatus read_whole(std::size_t n, Slice* result, char* scratch, Read&& read) {
    std::size_t have = 0;
    for (;;) {
        Slice piece;
        IOStatus const status = read(have, n - have, &piece, scratch + have);
        if (!status.ok()) return status;
        if (have == 0 && piece.size() == n) {
            *result = piece;  // as it lies, perhaps not in the scratch
            return status;
        }
        if (!piece.empty() && piece.data() != scratch + have)
            std::memmove(scratch + have, piece.data(), piece.size());
        have += piece.size();
        *result = Slice(scratch, have);
        if (have == n || piece.empty()) return status;
    }
}

class whole_sequential final : public rocksdb::FSSequentialFileOwnerWrapper {
  public:
    using FSSequentialFileOwnerWrapper::FSSequentialFileOwnerWrapper;
    IOStatus Read(std::size_t n, IOOptions const& options, Slice* result, char* scratch,
                  IODebugContext* context) override {
        return read_whole(
            n, result, scratch, [&](std::size_t, std::size_t wanted, Slice* piece, char* into) {
                return FSSequentialFileOwnerWrapper::Read(wanted, options, piece, into, context);
            });
    }
};

class whole_random final : public rocksdb::FSRandomAccessFileOwnerWrapper {
  public:
    using FSRandomAccessFileOwnerWrapper::FSRandomAccessFileOwnerWrapper;
    IOStatus Read(std::uint64_t offset, std::size_t n, IOOptions const& options, Slice* result,
                  char* scratch, IODebugContext* context) const override {
        return read_whole(n, result, scratch,
                          [&](std::size_t have, std::size_t wanted, Slice* piece, char* into) {
                              return FSRandomAccessFileOwnerWrapper::Read(
                                  offset + have, wanted, options, piece, into, context);
                          });
    }
};

class whole_reads final : public rocksdb::FileSystemWrapper {
  public:
    using FileSystemWrapper::FileSystemWrapper;
    char const* Name() const override { return "lockstep_whole_reads"; }
    IOStatus NewSequentialFile(std::string const& path, rocksdb::FileOptions const& options,
                               std::unique_ptr<rocksdb::FSSequentialFile>* result,
                               IODebugContext* context) override {
        std::unique_ptr<rocksdb::FSSequentialFile> file;
        IOStatus status = FileSystemWrapper::NewSequentialFile(path, options, &file, context);
        if (status.ok()) *result = std::make_unique<whole_sequential>(std::move(file));
        return status;
    }
    IOStatus NewRandomAccessFile(std::string const& path, rocksdb::FileOptions const& options,
                                 std::unique_ptr<rocksdb::FSRandomAccessFile>* result,
                                 IODebugContext* context) override {
        std::unique_ptr<rocksdb::FSRandomAccessFile> file;
        IOStatus status = FileSystemWrapper::NewRandomAccessFile(path, options, &file, context);
        if (status.ok()) *result = std::make_unique<whole_random>(std::move(file));
        return status;
    }
};

class composed_env final : public rocksdb::EnvWrapper {
  public:
    composed_env(std::shared_ptr<rocksdb::FileSystem> const& files,
                 std::shared_ptr<rocksdb::SystemClock> clock)
        : EnvWrapper(rocksdb::NewCompositeEnv(files)) {
        file_system_ = files;
        system_clock_ = std::move(clock);
    }
};

}  // namespace

std::unique_ptr<rocksdb::Env> env_of(std::shared_ptr<rocksdb::FileSystem> files,
                                     std::shared_ptr<rocksdb::SystemClock> clock) {
    return std::make_unique<composed_env>(files, std::move(clock));
}

std::unique_ptr<rocksdb::Env> with_whole_reads(rocksdb::Env& env) {
    return env_of(std::make_shared<whole_reads>(env.GetFileSystem()), env.GetSystemClock());
}

std::unique_ptr<rocksdb::Env> env_of_machine() {
    rocksdb::Env& machine = *rocksdb::Env::Default();
    return env_of(std::make_shared<whole_reads>(with_lasting_log(machine.GetFileSystem())),
                  machine.GetSystemClock());
}

}  // namespace lockstep
