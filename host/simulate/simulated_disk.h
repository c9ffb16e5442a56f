// A disk in memory, for RocksDB's FileSystem seam. It knows what has been synced and what has not,
// so that a crash can take back any part of the rest; and it fails when it is told to. Nothing in
// it depends on time or threads: the same calls and the same seed give the same bytes.
#pragma once

#include <rocksdb/file_system.h>

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "host/simulate/dice.h"

namespace lockstep {

/// What happens at one operation of the disk, counted from when it is armed.
enum class disk_fault : std::uint8_t {
    none,
    power_cut,    // this and everything after it fails until the machine starts again
    no_space,     // the write fails, nothing of it is written
    write_error,  // the write fails, part of it is written
    sync_error,   // the sync fails, what it was to keep may be lost
    read_error,
    short_read,  // fewer bytes than the file has
};

class simulated_disk final : public rocksdb::FileSystem {
  public:
    explicit simulated_disk(std::uint64_t seed) : dice_(seed) {}
    char const* Name() const override { return "simulated_disk"; }

    /// The fault strikes at the first operation of its kind that is the `after`th from now or
    /// later.
    void arm(disk_fault fault, std::uint64_t after);
    bool has_struck() const { return struck_; }

    /// The machine loses power and starts again: of what was not synced, any part may be gone or
    /// garbled. Every file must have been closed or forgotten by then.
    void restart();

    struct file {
        std::string bytes;
        std::size_t synced = 0;  // bytes that stay
        std::string kept;        // of a file written in place: what was synced last
        bool in_place = false;
    };
    /// Every file by its path, to be kept and put back.
    struct image {
        std::map<std::string, file> files;
    };
    image take_image() const;
    void put_image(image const& from);
    /// Flips one bit of one file that is not empty; returns where.
    std::string flip_a_bit();

    // ---- rocksdb::FileSystem -------------------------------------------------------------------
    using io = rocksdb::IOStatus;
    io NewSequentialFile(std::string const&, rocksdb::FileOptions const&,
                         std::unique_ptr<rocksdb::FSSequentialFile>*,
                         rocksdb::IODebugContext*) override;
    io NewRandomAccessFile(std::string const&, rocksdb::FileOptions const&,
                           std::unique_ptr<rocksdb::FSRandomAccessFile>*,
                           rocksdb::IODebugContext*) override;
    io NewWritableFile(std::string const&, rocksdb::FileOptions const&,
                       std::unique_ptr<rocksdb::FSWritableFile>*,
                       rocksdb::IODebugContext*) override;
    io NewRandomRWFile(std::string const&, rocksdb::FileOptions const&,
                       std::unique_ptr<rocksdb::FSRandomRWFile>*,
                       rocksdb::IODebugContext*) override;
    io NewDirectory(std::string const&, rocksdb::IOOptions const&,
                    std::unique_ptr<rocksdb::FSDirectory>*, rocksdb::IODebugContext*) override;
    io FileExists(std::string const&, rocksdb::IOOptions const&, rocksdb::IODebugContext*) override;
    io GetChildren(std::string const&, rocksdb::IOOptions const&, std::vector<std::string>*,
                   rocksdb::IODebugContext*) override;
    io DeleteFile(std::string const&, rocksdb::IOOptions const&, rocksdb::IODebugContext*) override;
    io CreateDir(std::string const&, rocksdb::IOOptions const&, rocksdb::IODebugContext*) override;
    io CreateDirIfMissing(std::string const&, rocksdb::IOOptions const&,
                          rocksdb::IODebugContext*) override;
    io DeleteDir(std::string const&, rocksdb::IOOptions const&, rocksdb::IODebugContext*) override;
    io GetFileSize(std::string const&, rocksdb::IOOptions const&, std::uint64_t*,
                   rocksdb::IODebugContext*) override;
    io GetFileModificationTime(std::string const&, rocksdb::IOOptions const&, std::uint64_t*,
                               rocksdb::IODebugContext*) override;
    io RenameFile(std::string const&, std::string const&, rocksdb::IOOptions const&,
                  rocksdb::IODebugContext*) override;
    io LockFile(std::string const&, rocksdb::IOOptions const&, rocksdb::FileLock**,
                rocksdb::IODebugContext*) override;
    io UnlockFile(rocksdb::FileLock*, rocksdb::IOOptions const&, rocksdb::IODebugContext*) override;
    io GetTestDirectory(rocksdb::IOOptions const&, std::string*, rocksdb::IODebugContext*) override;
    io NewLogger(std::string const&, rocksdb::IOOptions const&, std::shared_ptr<rocksdb::Logger>*,
                 rocksdb::IODebugContext*) override;
    io GetAbsolutePath(std::string const&, rocksdb::IOOptions const&, std::string*,
                       rocksdb::IODebugContext*) override;
    io IsDirectory(std::string const&, rocksdb::IOOptions const&, bool*,
                   rocksdb::IODebugContext*) override;

  private:
    friend class sequential_reader;
    friend class random_reader;
    friend class appender;
    friend class in_place_writer;
    friend class folder_syncer;
    using file_ptr = std::shared_ptr<file>;
    enum class operation { read, write, sync };

    /// Counts one operation; the fault that strikes it, or `none`.
    disk_fault begin(operation kind);
    void keep_new_name_of(file_ptr const& synced);
    file_ptr find(std::string const& path) const;
    static std::string normal(std::string path);

    mutable std::mutex mutex_;
    dice dice_;
    std::map<std::string, file_ptr> files_;
    std::map<std::string, file_ptr> durable_;  // what each name leads to after a crash
    disk_fault fault_ = disk_fault::none;
    std::uint64_t strike_at_ = 0;
    std::uint64_t operations_ = 0;
    bool struck_ = false;
    bool off_ = false;
};

}  // namespace lockstep
