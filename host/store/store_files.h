// The files of a store: a RocksDB database with one column family for each kind of record. Says
// what went wrong as the house does: a damaged record is an input_error, a disk that refuses a
// machine_error.
#pragma once

#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/write_batch.h>

#include <array>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace lockstep {

enum class column : std::size_t { meta, rows, journal, bodies };
inline constexpr std::size_t columns = 4;

enum class open_mode { read_only, must_exist, create };

struct files_options {
    std::filesystem::path folder;
    open_mode mode = open_mode::create;
    rocksdb::Env* env = nullptr;  // null: the machine's; must outlive the files
    bool one_thread = false;      // nothing in the background: what is done depends on calls alone
};

/// Throws for every status but ok: input_error for damage, machine_error for the rest.
void demand(rocksdb::Status const& status, std::string const& what);

class store_files {
  public:
    explicit store_files(files_options const& options);
    store_files(store_files const&) = delete;
    store_files& operator=(store_files const&) = delete;
    ~store_files();

    /// What opening brought back from the write-ahead log goes into table files. Until then an
    /// opened store is left as it was, so that one that is refused can be looked at again.
    void settle();
    /// One column's records from memory into a table file; all of its table files into one.
    void flush(column c);
    void compact(column c);

    /// False when there is no such record.
    bool get(column c, std::string_view key, std::string& value) const;
    /// All of it or nothing, on disk when this returns.
    void write_synced(rocksdb::WriteBatch& batch);
    /// For what settle() will make durable: gone when the process ends before that.
    void write_unsynced(rocksdb::WriteBatch& batch);
    void put(rocksdb::WriteBatch& batch, column c, std::string_view key, std::string_view value);
    void put(rocksdb::WriteBatch& batch, column c, std::string_view key, std::string_view front,
             std::string_view back);
    void erase(rocksdb::WriteBatch& batch, column c, std::string_view key);

    /// Every record whose key begins with `prefix`, from key `from` on, in key order; stops when
    /// `see` says false.
    void scan(column c, std::string_view prefix, std::string_view from,
              std::function<bool(std::string_view key, std::string_view value)> const& see) const;
    /// The last record whose key begins with `prefix`; false when there is none.
    bool last(column c, std::string_view prefix, std::string& key, std::string& value) const;

    rocksdb::DB& db() const { return *db_; }
    rocksdb::ColumnFamilyHandle* handle(column c) const {
        return handles_[static_cast<std::size_t>(c)];
    }
    std::filesystem::path const& folder() const { return folder_; }

  private:
    /// A flush is done before its thread has deleted the files that nobody needs any more; where
    /// everything is to happen in one order, that is waited for.
    rocksdb::Status done_in_background(rocksdb::Status status) const;

    std::filesystem::path folder_;
    bool one_thread_;
    std::unique_ptr<rocksdb::Env> env_;
    std::unique_ptr<rocksdb::DB> db_;
    std::array<rocksdb::ColumnFamilyHandle*, columns> handles_{};
};

}  // namespace lockstep
