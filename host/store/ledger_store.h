// The durable exchange. Each block is one synced write: its journal entry with commands and
// receipts, and the rows that it changed. What is there after a crash is a whole number of blocks,
// every acknowledged one among them.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "host/block/engine.h"
#include "host/block/ledger_root.h"
#include "host/store/changed_rows.h"
#include "host/store/column_code.h"
#include "host/store/journal.h"
#include "host/store/store_files.h"

namespace lockstep {

struct store_options {
    files_options files;
    std::uint32_t blocks_per_sync = 1;  // that share one write; the last may be fewer
    /// Told after each sync: blocks up to this one are on disk.
    std::function<void(std::uint64_t blocks)> acknowledge;
};

/// An engine as it stood after the last block of a store.
struct restored_ledger {
    std::unique_ptr<engine> ledger;
    std::unique_ptr<ledger_root> root;
    std::vector<book_order_row> book_orders;  // by slot
};

class ledger_store {
  public:
    explicit ledger_store(store_options options);

    std::uint64_t blocks() const { return blocks_; }

    /// The engine to go on with; checks the rows' digests, the chain and the root. To be called
    /// once, before append. Throws input_error naming the record that is not what was written.
    restored_ledger restore(engine_options const& options, backend& device);

    /// Throws input_error when this is not the block that the journal has under this number.
    void demand_same(std::uint64_t number, block const& b, backend& device) const;

    /// The block that the ledger has just run. Throws machine_error when the disk refuses; the
    /// store then takes no more.
    void append(block const& b, std::vector<receipt_row> const& receipts, engine const& ledger,
                ledger_root const& root, backend& device);
    /// Writes what still waits for others to share a sync with.
    void sync();

    // ---- looking at it -------------------------------------------------------------------------
    /// Throws input_error when the journal has no such block.
    journal_entry entry(std::uint64_t block) const;
    /// The rows of a section as bytes; nothing when it was pruned.
    std::optional<std::vector<std::uint8_t>> section(journal_entry const& entry,
                                                     section_kind kind) const;
    store_files& files() { return files_; }
    store_files const& files() const { return files_; }

  private:
    bool is_front_of(journal_entry const& known, block const& b) const;
    void put_section(section_kind kind, std::uint64_t block, void const* rows, std::size_t count,
                     std::size_t row_bytes, sha256_digest const& digest, journal_entry& entry);
    void put_rows(engine const& ledger, std::vector<change_row>& changes);

    store_options const options_;
    store_files files_;
    mutable column_coder coder_;
    changed_rows changed_;
    rocksdb::WriteBatch batch_;
    std::uint32_t staged_ = 0;  // blocks in the batch
    std::uint64_t blocks_ = 0;
    sha256_digest last_entry_{};
    bool failed_ = false;
};

template <class Row>
std::vector<Row> rows_of(std::vector<std::uint8_t> const& bytes) {
    std::vector<Row> rows(bytes.size() / sizeof(Row));
    if (!rows.empty()) std::memcpy(rows.data(), bytes.data(), rows.size() * sizeof(Row));
    return rows;
}

}  // namespace lockstep
