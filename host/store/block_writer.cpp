#include "host/store/block_writer.h"

#include <utility>

#include "host/base/error.h"

namespace lockstep {

namespace {

void put_mark(store_files& files, rocksdb::WriteBatch& batch, rows_mark const& mark) {
    files.put(batch, column::meta, rows_mark::key,
              {reinterpret_cast<char const*>(&mark.block), sizeof mark.block});
}

}  // namespace

block_writer::block_writer(store_options const& options, store_files& files,
                           acknowledged_mark& mark, std::uint64_t blocks,
                           sha256_digest const& last_entry, rows_mark rows, rows_behind behind)
    : options_(options),
      files_(files),
      mark_(mark),
      blocks_(blocks),
      last_entry_(last_entry),
      rows_(rows),
      behind_(std::move(behind)) {
    put_mark(files_, batch_, rows_);  // with the first block: without it no row would be behind
    if (!options.files.one_thread) thread_ = std::thread([this] { work(); });
}

block_writer::~block_writer() {
    if (!thread_.joinable()) return;
    {
        std::lock_guard const lock(mutex_);
        stop_ = true;
    }
    moved_.notify_all();
    thread_.join();
}

void block_writer::demand_sound() {
    if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
    if (failed_) throw machine_error(files_.folder().string() + ": an earlier write failed");
}

std::unique_ptr<staged_block> block_writer::take() {
    std::unique_lock lock(mutex_);
    moved_.wait(lock, [&] { return failed_ || on_their_way_ < on_their_way_max; });
    demand_sound();
    if (empty_.empty()) return std::make_unique<staged_block>();
    std::unique_ptr<staged_block> block = std::move(empty_.back());
    empty_.pop_back();
    return block;
}

void block_writer::give(std::unique_ptr<staged_block> block) {
    if (!thread_.joinable()) {
        failed_ = true;  // until it is known that it has not
        process(*block);
        failed_ = false;
        empty_.push_back(std::move(block));
        return;
    }
    {
        std::lock_guard const lock(mutex_);
        given_.push_back(std::move(block));
        on_their_way_ += 1;
    }
    moved_.notify_all();
}

void block_writer::sync() {
    if (!thread_.joinable()) {
        demand_sound();
        failed_ = true;
        write();
        failed_ = false;
        return;
    }
    std::unique_lock lock(mutex_);
    write_all_ = true;
    moved_.notify_all();
    moved_.wait(lock, [&] { return failed_ || !write_all_; });
    write_all_ = false;
    demand_sound();
}

void block_writer::work() {
    std::unique_lock lock(mutex_);
    for (;;) {
        moved_.wait(lock, [&] { return stop_ || !given_.empty() || write_all_; });
        if (stop_ && given_.empty()) return;
        std::unique_ptr<staged_block> block;
        if (!given_.empty()) {
            block = std::move(given_.front());
            given_.pop_front();
        }
        lock.unlock();
        std::exception_ptr failure;
        try {
            block ? process(*block) : write();
        } catch (...) {
            failure = std::current_exception();
        }
        lock.lock();
        if (failure) {
            failure_ = failure;
            failed_ = true;
        } else if (block) {
            on_their_way_ -= 1;
            empty_.push_back(std::move(block));
        } else {
            write_all_ = false;
        }
        moved_.notify_all();
        if (failed_) return;
    }
}

void block_writer::process(staged_block& block) {
    stage(block);
    if (staged_ >= options_.blocks_per_sync) write();
}

void block_writer::put_section(section_kind kind, std::uint64_t block, void const* rows,
                               std::size_t count, std::size_t row_bytes,
                               sha256_digest const& digest, journal_entry& entry) {
    entry.sections.push_back({kind, static_cast<std::uint32_t>(row_bytes), count, digest});
    files_.put(batch_, column::bodies, body_key(kind, block), coder_.pack(rows, count, row_bytes));
}

void block_writer::stage(staged_block& block) {
    journal_entry entry;
    entry.head = block.head;
    entry.head.previous = last_entry_;
    entry.tables = std::move(block.tables);
    std::uint64_t const number = entry.head.block;

    std::map<std::uint32_t, std::string_view> left;
    for (changed_part const& part : block.parts) left[part.table] = part.bytes;
    std::map<std::uint32_t, std::uint32_t> row_bytes;
    for (changed_part const& part : block.parts) row_bytes[part.table] = part.row_bytes;
    for (change_row& change : block.changes) {
        std::string_view bytes;
        if (change.digest != 0) {
            std::string_view& rest = left[change.table];
            bytes = rest.substr(0, row_bytes[change.table]);
            rest.remove_prefix(bytes.size());
            change.digest = digest_of_row(change.table, change.row, bytes.data(), bytes.size());
        }
        behind_.set(change.table, change.row, bytes);
    }

    auto const put = [&](section_kind kind, auto const& rows, sha256_digest const& digest) {
        put_section(kind, number, rows.data(), rows.size(), sizeof rows[0], digest, entry);
    };
    auto const digest_of_all = [&](auto const& rows) {
        return digest_rows_(rows.data(), rows.size(), sizeof rows[0]);
    };
    put(section_kind::commands, block.commands, digest_of_all(block.commands));
    if (!block.signatures.empty())
        put(section_kind::signatures, block.signatures, digest_of_all(block.signatures));
    put(section_kind::receipts, block.receipts, block.receipts_digest);
    put(section_kind::changes, block.changes, digest_of_all(block.changes));
    files_.put(batch_, column::bodies, body_key(section_kind::rows, number),
               pack_parts(block.parts, coder_));
    std::string const bytes = bytes_of(entry);
    files_.put(batch_, column::journal, journal_key(number), bytes);
    last_entry_ = fast_sha256(bytes.data(), bytes.size());
    blocks_ = number;
    staged_ += 1;
    changes_staged_ += block.changes.size();
}

void block_writer::write() {
    if (staged_ == 0) return;
    if (rows_to_mark_ > 0) {
        for (std::uint64_t b = rows_.block + 1; b <= rows_to_mark_; ++b)
            files_.erase(batch_, column::bodies, body_key(section_kind::rows, b));
        rows_.block = std::exchange(rows_to_mark_, 0);
        put_mark(files_, batch_, rows_);
    }
    if (options_.acknowledge_too_early && options_.acknowledge) options_.acknowledge(blocks_);
    files_.write_synced(batch_);
    batch_.Clear();
    staged_ = 0;
    mark_.write(blocks_);
    if (options_.acknowledge) options_.acknowledge(blocks_);
    // Only now: a record may be ahead of the mark, but never of the journal.
    std::uint64_t const changes = std::exchange(changes_staged_, 0);
    changes_ += changes;
    if (sweep_of_ == 0 && changes_ >= options_.changes_per_sweep &&
        changes_ >= 3 * behind_.size()) {
        sweep_of_ = blocks_;
        changes_ = 0;
    }
    if (sweep_of_ > 0) move_rows(changes / 2 + 64);
}

/// Nothing is synced here: until the mark says otherwise the blocks still have these rows.
void block_writer::move_rows(std::size_t most) {
    rocksdb::WriteBatch batch;
    bool const done =
        behind_.sweep(most, [&](std::uint32_t table, std::uint32_t row, std::string_view bytes) {
            std::string const key = row_key_of(table, row);
            if (bytes.empty()) return files_.erase(batch, column::rows, key);
            std::uint64_t const digest = digest_of_row(table, row, bytes.data(), bytes.size());
            files_.put(batch, column::rows, key, bytes,
                       {reinterpret_cast<char const*>(&digest), sizeof digest});
            if (batch.GetDataSize() > (std::size_t{4} << 20)) {
                files_.write_unsynced(batch);
                batch.Clear();
            }
        });
    files_.write_unsynced(batch);
    if (done) end_sweep();
}

void block_writer::end_sweep() {
    files_.flush(column::rows);
    rows_to_mark_ = std::exchange(sweep_of_, 0);
}

void block_writer::settle_rows() {
    if (blocks_ == rows_.block) return;
    sweep_of_ = blocks_;
    do move_rows(SIZE_MAX);
    while (behind_.size() > 0);
    rocksdb::WriteBatch batch;
    for (std::uint64_t b = rows_.block + 1; b <= blocks_; ++b)
        files_.erase(batch, column::bodies, body_key(section_kind::rows, b));
    rows_.block = blocks_;
    rows_to_mark_ = 0;
    put_mark(files_, batch, rows_);
    files_.write_synced(batch);
}

}  // namespace lockstep
