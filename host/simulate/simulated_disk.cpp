#include "host/simulate/simulated_disk.h"

#include <algorithm>
#include <utility>

#include "host/simulate/simulated_files.h"

namespace lockstep {

namespace {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;

IOStatus missing(std::string const& path) { return IOStatus::NotFound(path); }

class silent_logger final : public rocksdb::Logger {
  public:
    using rocksdb::Logger::Logv;
    void Logv(char const*, va_list) override {}
};

struct named_lock final : rocksdb::FileLock {};

}  // namespace

/// Journaling file systems keep the name of a new file with its first sync, and RocksDB counts on
/// it: it points CURRENT at a new MANIFEST before it syncs the folder.
void simulated_disk::keep_new_name_of(file_ptr const& synced) {
    for (auto const& [path, held] : files_)
        if (held == synced && !durable_.contains(path)) durable_.emplace(path, synced);
}

void simulated_disk::arm(disk_fault fault, std::uint64_t after) {
    std::lock_guard const lock(mutex_);
    fault_ = fault;
    strike_at_ = operations_ + after;
    struck_ = false;
}

disk_fault simulated_disk::begin(operation kind) {
    ++operations_;
    if (off_) return disk_fault::power_cut;
    if (struck_ || fault_ == disk_fault::none || operations_ < strike_at_) return disk_fault::none;
    bool fits = false;
    switch (fault_) {
        case disk_fault::power_cut: fits = true; break;
        case disk_fault::no_space:
        case disk_fault::write_error: fits = kind == operation::write; break;
        case disk_fault::sync_error: fits = kind == operation::sync; break;
        case disk_fault::read_error:
        case disk_fault::short_read: fits = kind == operation::read; break;
        case disk_fault::none: break;
    }
    if (!fits) return disk_fault::none;
    struck_ = true;
    off_ = fault_ == disk_fault::power_cut;
    return fault_;
}

void simulated_disk::restart() {
    std::lock_guard const lock(mutex_);
    // A name that was not synced may lead to what it did before, or to what it does now.
    std::map<std::string, file_ptr> after;
    std::map<std::string, file_ptr> names = files_;
    names.insert(durable_.begin(), durable_.end());
    for (auto const& [path, unused] : names) {
        auto const now = files_.find(path), then = durable_.find(path);
        bool const same =
            now != files_.end() && then != durable_.end() && now->second == then->second;
        bool const keep_now = same || dice_.one_in(2);
        auto const& chosen = keep_now ? now : then;
        if (chosen != (keep_now ? files_.end() : durable_.end())) after.insert(*chosen);
    }
    for (auto const& [path, f] : after) {
        if (f->in_place) {
            if (dice_.one_in(2)) f->bytes = f->kept;
            f->kept = f->bytes;
            continue;
        }
        std::size_t const unsynced = f->bytes.size() - f->synced;
        if (unsynced > 0) {
            std::size_t const stays = f->synced + dice_.roll(unsynced + 1);
            f->bytes.resize(stays);
            // RocksDB takes a garbled end of a log, but not of its MANIFEST: that is only cut.
            bool const may_be_torn = path.ends_with(".log") || path.ends_with(".sst");
            if (may_be_torn && dice_.one_in(3))  // torn: the last sector has arrived in part
                for (std::size_t i = std::max(f->synced, stays - std::min<std::size_t>(stays, 512));
                     i < stays; ++i)
                    if (dice_.one_in(4)) f->bytes[i] = static_cast<char>(dice_.roll(256));
        }
        f->synced = f->bytes.size();
    }
    files_ = after;
    durable_ = std::move(after);
    fault_ = disk_fault::none;
    off_ = struck_ = false;
}

simulated_disk::image simulated_disk::take_image() const {
    std::lock_guard const lock(mutex_);
    image all;
    for (auto const& [path, f] : files_) all.files.emplace(path, *f);
    return all;
}

void simulated_disk::put_image(image const& from) {
    std::lock_guard const lock(mutex_);
    files_.clear();
    for (auto const& [path, f] : from.files) files_.emplace(path, std::make_shared<file>(f));
    durable_ = files_;
    fault_ = disk_fault::none;
    off_ = struck_ = false;
}

std::string simulated_disk::flip_a_bit() {
    std::lock_guard const lock(mutex_);
    std::vector<std::pair<std::string, file_ptr>> filled;
    for (auto const& [path, f] : files_)
        if (!f->bytes.empty()) filled.emplace_back(path, f);
    if (filled.empty()) return {};
    auto const& [path, f] = filled[dice_.roll(filled.size())];
    std::size_t const at = dice_.roll(f->bytes.size());
    f->bytes[at] = static_cast<char>(f->bytes[at] ^ (1 << dice_.roll(8)));
    return path + " byte " + std::to_string(at);
}

// ---- names --------------------------------------------------------------------------------------

std::string simulated_disk::normal(std::string path) {
    std::string out;
    for (char const c : path)
        if (c != '/' || out.empty() || out.back() != '/') out.push_back(c);
    while (out.size() > 1 && out.back() == '/') out.pop_back();
    return out;
}

simulated_disk::file_ptr simulated_disk::find(std::string const& path) const {
    auto const at = files_.find(normal(path));
    return at == files_.end() ? nullptr : at->second;
}

IOStatus simulated_disk::NewSequentialFile(std::string const& path, rocksdb::FileOptions const&,
                                           std::unique_ptr<rocksdb::FSSequentialFile>* result,
                                           IODebugContext*) {
    std::lock_guard const lock(mutex_);
    file_ptr f = find(path);
    if (!f) return missing(path);
    *result = std::make_unique<sequential_reader>(*this, std::move(f));
    return IOStatus::OK();
}

IOStatus simulated_disk::NewRandomAccessFile(std::string const& path, rocksdb::FileOptions const&,
                                             std::unique_ptr<rocksdb::FSRandomAccessFile>* result,
                                             IODebugContext*) {
    std::lock_guard const lock(mutex_);
    file_ptr f = find(path);
    if (!f) return missing(path);
    *result = std::make_unique<random_reader>(*this, std::move(f));
    return IOStatus::OK();
}

IOStatus simulated_disk::NewWritableFile(std::string const& path, rocksdb::FileOptions const&,
                                         std::unique_ptr<rocksdb::FSWritableFile>* result,
                                         IODebugContext*) {
    std::lock_guard const lock(mutex_);
    if (begin(operation::write) != disk_fault::none) return refused();
    auto f = std::make_shared<file>();
    files_[normal(path)] = f;
    *result = std::make_unique<appender>(*this, std::move(f));
    return IOStatus::OK();
}

IOStatus simulated_disk::NewRandomRWFile(std::string const& path, rocksdb::FileOptions const&,
                                         std::unique_ptr<rocksdb::FSRandomRWFile>* result,
                                         IODebugContext*) {
    std::lock_guard const lock(mutex_);
    if (off_) return refused();
    file_ptr f = find(path);
    if (!f) return missing(path);
    if (!f->in_place) f->kept = f->bytes;
    f->in_place = true;
    *result = std::make_unique<in_place_writer>(*this, std::move(f));
    return IOStatus::OK();
}

IOStatus simulated_disk::NewDirectory(std::string const& name, IOOptions const&,
                                      std::unique_ptr<rocksdb::FSDirectory>* result,
                                      IODebugContext*) {
    *result = std::make_unique<folder_syncer>(*this, normal(name) + "/");
    return IOStatus::OK();
}

IOStatus simulated_disk::FileExists(std::string const& path, IOOptions const&, IODebugContext*) {
    std::lock_guard const lock(mutex_);
    if (find(path)) return IOStatus::OK();
    std::string const prefix = normal(path) + "/";
    auto const inside = files_.lower_bound(prefix);
    return inside != files_.end() && inside->first.starts_with(prefix) ? IOStatus::OK()
                                                                       : missing(path);
}

IOStatus simulated_disk::GetChildren(std::string const& folder, IOOptions const&,
                                     std::vector<std::string>* result, IODebugContext*) {
    std::lock_guard const lock(mutex_);
    result->clear();
    std::string const prefix = normal(folder) + "/";
    for (auto at = files_.lower_bound(prefix); at != files_.end() && at->first.starts_with(prefix);
         ++at) {
        std::string const name = at->first.substr(prefix.size());
        std::string const child = name.substr(0, name.find('/'));
        if (result->empty() || result->back() != child) result->push_back(child);
    }
    return IOStatus::OK();
}

IOStatus simulated_disk::DeleteFile(std::string const& path, IOOptions const&, IODebugContext*) {
    std::lock_guard const lock(mutex_);
    if (begin(operation::write) != disk_fault::none) return refused();
    return files_.erase(normal(path)) == 1 ? IOStatus::OK() : missing(path);
}

IOStatus simulated_disk::RenameFile(std::string const& from, std::string const& to,
                                    IOOptions const&, IODebugContext*) {
    std::lock_guard const lock(mutex_);
    if (begin(operation::write) != disk_fault::none) return refused();
    file_ptr f = find(from);
    if (!f) return missing(from);
    files_.erase(normal(from));
    files_[normal(to)] = std::move(f);
    return IOStatus::OK();
}

IOStatus simulated_disk::GetFileSize(std::string const& path, IOOptions const&, std::uint64_t* size,
                                     IODebugContext*) {
    std::lock_guard const lock(mutex_);
    file_ptr const f = find(path);
    if (!f) return missing(path);
    *size = f->bytes.size();
    return IOStatus::OK();
}

// ---- what a disk in memory has no need of -------------------------------------------------------

IOStatus simulated_disk::CreateDir(std::string const&, IOOptions const&, IODebugContext*) {
    return IOStatus::OK();
}
IOStatus simulated_disk::CreateDirIfMissing(std::string const&, IOOptions const&, IODebugContext*) {
    return IOStatus::OK();
}
IOStatus simulated_disk::DeleteDir(std::string const&, IOOptions const&, IODebugContext*) {
    return IOStatus::OK();
}
IOStatus simulated_disk::GetFileModificationTime(std::string const&, IOOptions const&,
                                                 std::uint64_t* time, IODebugContext*) {
    *time = 0;
    return IOStatus::OK();
}
IOStatus simulated_disk::LockFile(std::string const&, IOOptions const&, rocksdb::FileLock** lock,
                                  IODebugContext*) {
    *lock = new named_lock;
    return IOStatus::OK();
}
IOStatus simulated_disk::UnlockFile(rocksdb::FileLock* lock, IOOptions const&, IODebugContext*) {
    delete static_cast<named_lock*>(lock);
    return IOStatus::OK();
}
IOStatus simulated_disk::GetTestDirectory(IOOptions const&, std::string* path, IODebugContext*) {
    *path = "/test";
    return IOStatus::OK();
}
IOStatus simulated_disk::NewLogger(std::string const&, IOOptions const&,
                                   std::shared_ptr<rocksdb::Logger>* result, IODebugContext*) {
    *result = std::make_shared<silent_logger>();
    return IOStatus::OK();
}
IOStatus simulated_disk::GetAbsolutePath(std::string const& path, IOOptions const&,
                                         std::string* absolute, IODebugContext*) {
    *absolute = path;
    return IOStatus::OK();
}
IOStatus simulated_disk::IsDirectory(std::string const& path, IOOptions const&, bool* is,
                                     IODebugContext*) {
    std::lock_guard const lock(mutex_);
    *is = !find(path);
    return IOStatus::OK();
}

}  // namespace lockstep
