#include "host/store/store_files.h"

#include <rocksdb/memtablerep.h>
#include <rocksdb/options.h>
#include <rocksdb/table.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iterator>
#include <thread>
#include <vector>

#include "host/base/error.h"
#include "host/store/whole_reads.h"

namespace lockstep {

namespace {

rocksdb::Slice slice(std::string_view text) { return {text.data(), text.size()}; }
std::string_view text(rocksdb::Slice s) { return {s.data(), s.size()}; }

char const* const column_names[columns] = {"default", "rows", "journal", "bodies"};

rocksdb::ColumnFamilyOptions options_of(column c, bool one_thread) {
    rocksdb::ColumnFamilyOptions options;
    options.disable_auto_compactions = one_thread;
    rocksdb::BlockBasedTableOptions table;
    table.block_size = 32 << 10;
    options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
    options.compression = rocksdb::kNoCompression;
    if (c == column::rows) {
        // Rows are written all day and read at a restart alone: appended to a vector, sorted once
        // when it is full.
        options.memtable_factory = std::make_shared<rocksdb::VectorRepFactory>();
        options.write_buffer_size = 32 << 20;
        options.max_write_buffer_number = 4;
        options.compression = rocksdb::kLZ4Compression;
        options.bottommost_compression = rocksdb::kZSTD;
    }
    return options;
}

rocksdb::DBOptions options_of(files_options const& chosen) {
    rocksdb::DBOptions options;
    options.create_if_missing = chosen.mode == open_mode::create;
    options.create_missing_column_families = true;
    options.allow_concurrent_memtable_write = false;  // a vector takes one writer
    // What follows the first record that is not whole was never synced, unless the disk lost it:
    // then the mark of what was acknowledged tells.
    options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
    options.max_total_wal_size = 1u << 30;
    options.info_log_level = rocksdb::WARN_LEVEL;
    options.keep_log_file_num = 2;
    options.stats_dump_period_sec = 0;
    options.stats_persist_period_sec = 0;
    options.max_bgerror_resume_count = 0;  // a disk that refused is not asked again
    options.avoid_flush_during_recovery = true;
    options.avoid_flush_during_shutdown = true;
    if (chosen.one_thread) options.max_file_opening_threads = 1;
    return options;
}

bool holds_records(rocksdb::DBOptions const& options, std::string const& path) {
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::DB* opened = nullptr;
    demand(
        rocksdb::DB::OpenForReadOnly(
            options, path, {{column_names[0], options_of(column::meta, true)}}, &handles, &opened),
        path);
    std::unique_ptr<rocksdb::DB> const db(opened);
    std::unique_ptr<rocksdb::Iterator> records(db->NewIterator({}));
    records->SeekToFirst();
    bool const holds_some = records->Valid();
    records.reset();
    demand(db->DestroyColumnFamilyHandle(handles[0]), path);
    return holds_some;
}

/// Opening a database makes the columns that it lacks: one of another program is refused before.
/// A store whose making was cut off lacks some too, but holds nothing yet.
void demand_ours(rocksdb::DBOptions const& options, std::string const& path, open_mode mode) {
    std::vector<std::string> names;
    demand(rocksdb::DB::ListColumnFamilies(options, path, &names), path);
    std::size_t known = 0;
    for (std::string const& name : names)
        known += static_cast<std::size_t>(
            std::count(std::begin(column_names), std::end(column_names), name));
    if (known == columns && names.size() == columns) return;
    if (known < names.size() || holds_records(options, path))
        throw input_error(path + ": is a database of another program, not a store");
    if (mode == open_mode::read_only)
        throw input_error(path +
                          ": the making of this store was cut off: it holds nothing yet, and "
                          "`lockstep run --store` goes on with it");
}

/// No store is there, as far as can be seen.
void demand_absent(rocksdb::Env& env, std::string const& path, open_mode mode) {
    std::uint64_t size = 0;
    rocksdb::Status const seen = env.GetFileSize(path + "/CURRENT", &size);
    if (seen.ToString().find(std::strerror(EACCES)) != std::string::npos) demand(seen, path);
    if (env.FileExists(path + "/ACKNOWLEDGED").ok())
        throw input_error(path + ": is a store whose file CURRENT is missing");
    if (mode != open_mode::create) throw input_error(path + ": is not a store");
}

}  // namespace

void demand(rocksdb::Status const& status, std::string const& what) {
    if (status.ok()) return;
    std::string const why = what + ": " + status.ToString();
    if (status.IsIOError() && why.find("lock file") != std::string::npos)
        throw machine_error(what + ": is in use by another process: " + status.ToString());
    if (status.IsCorruption() || status.IsInvalidArgument()) throw input_error(why);
    throw machine_error(why);
}

store_files::store_files(files_options const& chosen)
    : folder_(chosen.folder),
      one_thread_(chosen.one_thread),
      env_(chosen.env != nullptr ? with_whole_reads(*chosen.env) : env_of_machine()) {
    rocksdb::DBOptions options = options_of(chosen);
    rocksdb::Env* const env = options.env = env_.get();
    std::string const path = folder_.string();
    if (chosen.mode == open_mode::create) demand(env->CreateDirIfMissing(path), path);
    if (env->FileExists(path + "/CURRENT").ok())
        demand_ours(options, path, chosen.mode);
    else
        demand_absent(*env, path, chosen.mode);
    std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
    for (std::size_t c = 0; c < columns; ++c)
        descriptors.emplace_back(column_names[c],
                                 options_of(static_cast<column>(c), chosen.one_thread));
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::DB* db = nullptr;
    demand(chosen.mode == open_mode::read_only
               ? rocksdb::DB::OpenForReadOnly(options, path, descriptors, &handles, &db)
               : rocksdb::DB::Open(options, path, descriptors, &handles, &db),
           path);
    db_.reset(db);
    std::copy(handles.begin(), handles.end(), handles_.begin());
}

store_files::~store_files() {
    for (rocksdb::ColumnFamilyHandle* handle : handles_)
        if (handle != nullptr) db_->DestroyColumnFamilyHandle(handle);
}

void store_files::settle() {
    for (std::size_t c = 0; c < columns; ++c) flush(static_cast<column>(c));
}

void store_files::flush(column c) {
    demand(done_in_background(db_->Flush({}, handle(c))), folder_.string());
}

void store_files::compact(column c) {
    demand(done_in_background(db_->CompactRange({}, handle(c), nullptr, nullptr)),
           folder_.string());
}

rocksdb::Status store_files::done_in_background(rocksdb::Status status) const {
    if (!one_thread_) return status;
    for (std::string const& jobs : {rocksdb::DB::Properties::kNumRunningFlushes,
                                    rocksdb::DB::Properties::kNumRunningCompactions})
        for (std::uint64_t running = 1; running > 0; std::this_thread::yield())
            if (!db_->GetIntProperty(jobs, &running))
                throw machine_error(folder_.string() + ": " + jobs + " is not known");
    return status;
}

bool store_files::get(column c, std::string_view key, std::string& value) const {
    rocksdb::Status const status = db_->Get({}, handle(c), slice(key), &value);
    if (status.IsNotFound()) return false;
    demand(status, folder_.string());
    return true;
}

void store_files::write_synced(rocksdb::WriteBatch& batch) {
    rocksdb::WriteOptions options;
    options.sync = true;
    demand(db_->Write(options, &batch), folder_.string());
}

void store_files::write_unsynced(rocksdb::WriteBatch& batch) {
    rocksdb::WriteOptions options;
    options.disableWAL = true;
    demand(db_->Write(options, &batch), folder_.string());
}

void store_files::put(rocksdb::WriteBatch& batch, column c, std::string_view key,
                      std::string_view value) {
    demand(batch.Put(handle(c), slice(key), slice(value)), folder_.string());
}

void store_files::put(rocksdb::WriteBatch& batch, column c, std::string_view key,
                      std::string_view front, std::string_view back) {
    rocksdb::Slice const keys[] = {slice(key)}, values[] = {slice(front), slice(back)};
    demand(batch.Put(handle(c), rocksdb::SliceParts(keys, 1), rocksdb::SliceParts(values, 2)),
           folder_.string());
}

void store_files::erase(rocksdb::WriteBatch& batch, column c, std::string_view key) {
    demand(batch.Delete(handle(c), slice(key)), folder_.string());
}

void store_files::scan(
    column c, std::string_view prefix, std::string_view from,
    std::function<bool(std::string_view key, std::string_view value)> const& see) const {
    rocksdb::ReadOptions options;
    options.total_order_seek = true;
    options.fill_cache = false;
    options.readahead_size = 1 << 20;
    std::unique_ptr<rocksdb::Iterator> at(db_->NewIterator(options, handle(c)));
    for (at->Seek(slice(from)); at->Valid() && text(at->key()).starts_with(prefix); at->Next())
        if (!see(text(at->key()), text(at->value()))) return;
    demand(at->status(), folder_.string());
}

bool store_files::last(column c, std::string_view prefix, std::string& key,
                       std::string& value) const {
    std::unique_ptr<rocksdb::Iterator> at(db_->NewIterator({}, handle(c)));
    std::string beyond(prefix);
    beyond.append(16, '\xff');
    at->SeekForPrev(slice(beyond));
    demand(at->status(), folder_.string());
    if (!at->Valid() || !text(at->key()).starts_with(prefix)) return false;
    key = at->key().ToString();
    value = at->value().ToString();
    return true;
}

}  // namespace lockstep
