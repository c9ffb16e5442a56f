// The durable exchange. Each block is one synced write: its journal entry with commands and
// receipts, and the rows that it changed. What is there after a crash is a whole number of blocks,
// every acknowledged one among them.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "host/block/engine.h"
#include "host/block/ledger_root.h"
#include "host/store/acknowledged_mark.h"
#include "host/store/changed_rows.h"
#include "host/store/column_code.h"
#include "host/store/journal.h"
#include "host/store/store_files.h"

namespace lockstep {

struct store_options {
    files_options files;
    std::uint32_t blocks_per_sync = 1;   // that share one write; the last may be fewer
    std::uint64_t checkpoint_every = 0;  // blocks; 0: never
    /// Told after each sync: blocks up to this one are on disk.
    std::function<void(std::uint64_t blocks)> acknowledge;
    bool acknowledge_too_early = false;  // a planted mistake, for who must find it
};

/// What is kept of commands for good.
struct history_part {
    std::vector<transaction_row> commands;
    std::vector<signature_row> signatures;  // one each, or none at all
    std::vector<outcome_row> outcomes;
    std::vector<block_summary_row> blocks;
};

/// An engine as it stood after the last block of a store.
struct restored_ledger {
    std::unique_ptr<engine> ledger;
    std::unique_ptr<ledger_root> root;
    changed_rows seen;
};

/// An exchange before its first block, on this device.
restored_ledger fresh_ledger(engine_options const& options, backend& device);

class ledger_store {
  public:
    explicit ledger_store(store_options options);

    std::uint64_t blocks() const { return blocks_; }

    /// The engine to go on with; checks the rows' digests, the chain and the root. To be called
    /// once, before append. Throws input_error naming the record that is not what was written.
    restored_ledger restore(engine_options const& options, backend& device);

    /// The block that the ledger has just run. Throws machine_error when the disk refuses; the
    /// store then takes no more.
    void append(block const& b, std::vector<receipt_row> const& receipts, engine const& ledger,
                ledger_root const& root, backend& device);
    /// Writes what still waits for others to share a sync with.
    void sync();

    /// Folds the entries of all but the last `retained` blocks: receipts and lists of changed rows
    /// go, commands and their outcomes stay, for ids are remembered for good.
    void fold(std::uint64_t retained, backend& device);
    /// A copy at this moment under checkpoints/, named by its last block; shares files with the
    /// store, and costs little while they stay. There may be one already.
    std::filesystem::path checkpoint();

    // ---- looking at it -------------------------------------------------------------------------
    /// The entry that holds this block. Throws input_error when there is none.
    journal_entry entry(std::uint64_t block) const;
    /// The rows of a section of the entry as bytes. Throws input_error when they are not there.
    std::vector<std::uint8_t> section(journal_entry const& entry, section_kind kind) const;
    /// Complaints about an entry begin with this.
    std::string name_of(journal_entry const& entry) const;
    sha256_digest const& last_entry() const { return last_entry_; }
    store_files& files() { return files_; }
    store_files const& files() const { return files_; }

  private:
    void put_section(section_kind kind, std::uint64_t block, void const* rows, std::size_t count,
                     std::size_t row_bytes, sha256_digest const& digest, journal_entry& entry);
    void write_folded(journal_entry entry, history_part const& part, backend& device);
    void put_rows(engine const& ledger, std::vector<change_row>& changes);

    store_options const options_;
    store_files files_;
    acknowledged_mark mark_;
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
