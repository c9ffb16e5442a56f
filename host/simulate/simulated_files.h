// What a simulated disk hands out: files to read, to append to and to write in place, and folders
// to sync. Each operation asks the disk first, which may refuse it, cut it short or lose its power.
#pragma once

#include <algorithm>
#include <cstring>
#include <mutex>
#include <string>
#include <utility>

#include "host/simulate/simulated_disk.h"

namespace lockstep {

inline rocksdb::IOStatus refused() {
    return rocksdb::IOStatus::IOError("the simulated disk refuses");
}

class sequential_reader final : public rocksdb::FSSequentialFile {
  public:
    sequential_reader(simulated_disk& disk, simulated_disk::file_ptr file)
        : disk_(disk), file_(std::move(file)) {}
    rocksdb::IOStatus Read(std::size_t n, rocksdb::IOOptions const&, rocksdb::Slice* result,
                           char* scratch, rocksdb::IODebugContext*) override {
        std::lock_guard const lock(disk_.mutex_);
        disk_fault const fault = disk_.begin(simulated_disk::operation::read);
        if (fault != disk_fault::none && fault != disk_fault::short_read) return refused();
        n = std::min(n, file_->bytes.size() - std::min(at_, file_->bytes.size()));
        if (fault == disk_fault::short_read) n = disk_.dice_.roll(n + 1);
        std::memcpy(scratch, file_->bytes.data() + at_, n);
        *result = rocksdb::Slice(scratch, n);
        at_ += n;
        return rocksdb::IOStatus::OK();
    }
    rocksdb::IOStatus Skip(std::uint64_t n) override {
        at_ += n;
        return rocksdb::IOStatus::OK();
    }

  private:
    simulated_disk& disk_;
    simulated_disk::file_ptr file_;
    std::size_t at_ = 0;
};

class random_reader final : public rocksdb::FSRandomAccessFile {
  public:
    random_reader(simulated_disk& disk, simulated_disk::file_ptr file)
        : disk_(disk), file_(std::move(file)) {}
    rocksdb::IOStatus Read(std::uint64_t offset, std::size_t n, rocksdb::IOOptions const&,
                           rocksdb::Slice* result, char* scratch,
                           rocksdb::IODebugContext*) const override {
        std::lock_guard const lock(disk_.mutex_);
        disk_fault const fault = disk_.begin(simulated_disk::operation::read);
        if (fault != disk_fault::none && fault != disk_fault::short_read) return refused();
        std::size_t const size = file_->bytes.size();
        n = offset >= size ? 0 : std::min(n, size - offset);
        if (fault == disk_fault::short_read) n = disk_.dice_.roll(n + 1);
        std::memcpy(scratch, file_->bytes.data() + std::min<std::size_t>(offset, size), n);
        *result = rocksdb::Slice(scratch, n);
        return rocksdb::IOStatus::OK();
    }

  private:
    simulated_disk& disk_;
    simulated_disk::file_ptr file_;
};

class appender final : public rocksdb::FSWritableFile {
  public:
    appender(simulated_disk& disk, simulated_disk::file_ptr file)
        : disk_(disk), file_(std::move(file)) {}
    using rocksdb::FSWritableFile::Append;
    rocksdb::IOStatus Append(rocksdb::Slice const& data, rocksdb::IOOptions const&,
                             rocksdb::IODebugContext*) override {
        std::lock_guard const lock(disk_.mutex_);
        bool const was_off = disk_.off_;
        disk_fault const fault = disk_.begin(simulated_disk::operation::write);
        std::size_t written = data.size();
        if (was_off || fault == disk_fault::no_space)
            written = 0;
        else if (fault != disk_fault::none)
            written = disk_.dice_.roll(data.size() + 1);
        file_->bytes.append(data.data(), written);
        if (fault == disk_fault::no_space)
            return rocksdb::IOStatus::NoSpace("the simulated disk is full");
        return fault == disk_fault::none ? rocksdb::IOStatus::OK() : refused();
    }
    rocksdb::IOStatus Close(rocksdb::IOOptions const&, rocksdb::IODebugContext*) override {
        return rocksdb::IOStatus::OK();
    }
    rocksdb::IOStatus Flush(rocksdb::IOOptions const&, rocksdb::IODebugContext*) override {
        return rocksdb::IOStatus::OK();
    }
    rocksdb::IOStatus Sync(rocksdb::IOOptions const&, rocksdb::IODebugContext*) override {
        std::lock_guard const lock(disk_.mutex_);
        if (disk_.begin(simulated_disk::operation::sync) != disk_fault::none) return refused();
        file_->synced = file_->bytes.size();
        disk_.keep_new_name_of(file_);
        return rocksdb::IOStatus::OK();
    }
    std::uint64_t GetFileSize(rocksdb::IOOptions const&, rocksdb::IODebugContext*) override {
        std::lock_guard const lock(disk_.mutex_);
        return file_->bytes.size();
    }
    rocksdb::IOStatus Truncate(std::uint64_t size, rocksdb::IOOptions const&,
                               rocksdb::IODebugContext*) override {
        std::lock_guard const lock(disk_.mutex_);
        file_->bytes.resize(size);
        file_->synced = std::min<std::size_t>(file_->synced, size);
        return rocksdb::IOStatus::OK();
    }

  private:
    simulated_disk& disk_;
    simulated_disk::file_ptr file_;
};

class in_place_writer final : public rocksdb::FSRandomRWFile {
  public:
    in_place_writer(simulated_disk& disk, simulated_disk::file_ptr file)
        : disk_(disk), file_(std::move(file)) {}
    rocksdb::IOStatus Write(std::uint64_t offset, rocksdb::Slice const& data,
                            rocksdb::IOOptions const&, rocksdb::IODebugContext*) override {
        std::lock_guard const lock(disk_.mutex_);
        // Less than a sector: all of it is written or nothing.
        if (disk_.begin(simulated_disk::operation::write) != disk_fault::none) return refused();
        std::string& bytes = file_->bytes;
        if (bytes.size() < offset + data.size()) bytes.resize(offset + data.size());
        std::memcpy(bytes.data() + offset, data.data(), data.size());
        return rocksdb::IOStatus::OK();
    }
    rocksdb::IOStatus Read(std::uint64_t offset, std::size_t n, rocksdb::IOOptions const& options,
                           rocksdb::Slice* result, char* scratch,
                           rocksdb::IODebugContext* context) const override {
        return random_reader(disk_, file_).Read(offset, n, options, result, scratch, context);
    }
    rocksdb::IOStatus Flush(rocksdb::IOOptions const&, rocksdb::IODebugContext*) override {
        return rocksdb::IOStatus::OK();
    }
    rocksdb::IOStatus Sync(rocksdb::IOOptions const&, rocksdb::IODebugContext*) override {
        std::lock_guard const lock(disk_.mutex_);
        if (disk_.begin(simulated_disk::operation::sync) != disk_fault::none) return refused();
        file_->kept = file_->bytes;
        return rocksdb::IOStatus::OK();
    }
    rocksdb::IOStatus Fsync(rocksdb::IOOptions const& options,
                            rocksdb::IODebugContext* context) override {
        return Sync(options, context);
    }
    rocksdb::IOStatus Close(rocksdb::IOOptions const&, rocksdb::IODebugContext*) override {
        return rocksdb::IOStatus::OK();
    }

  private:
    simulated_disk& disk_;
    simulated_disk::file_ptr file_;
};

class folder_syncer final : public rocksdb::FSDirectory {
  public:
    folder_syncer(simulated_disk& disk, std::string prefix)
        : disk_(disk), prefix_(std::move(prefix)) {}
    rocksdb::IOStatus Fsync(rocksdb::IOOptions const&, rocksdb::IODebugContext*) override {
        std::lock_guard const lock(disk_.mutex_);
        if (disk_.begin(simulated_disk::operation::sync) != disk_fault::none) return refused();
        auto const inside = [&](auto const& entry) { return entry.first.starts_with(prefix_); };
        std::erase_if(disk_.durable_, inside);
        for (auto const& entry : disk_.files_)
            if (inside(entry)) disk_.durable_.insert(entry);
        return rocksdb::IOStatus::OK();
    }
    rocksdb::IOStatus Close(rocksdb::IOOptions const&, rocksdb::IODebugContext*) override {
        return rocksdb::IOStatus::OK();
    }

  private:
    simulated_disk& disk_;
    std::string prefix_;
};

}  // namespace lockstep
