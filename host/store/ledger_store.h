// The durable exchange. Each block is one synced write: its journal entry with commands and
// receipts, and the rows that it changed. What is there after a crash is a whole number of blocks,
// every acknowledged one among them. Packing, writing and syncing go on while the next block runs.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "host/block/engine.h"
#include "host/block/ledger_root.h"
#include "host/store/acknowledged_mark.h"
#include "host/store/block_writer.h"
#include "host/store/changed_rows.h"
#include "host/store/column_code.h"
#include "host/store/journal.h"
#include "host/store/store_files.h"
#include "host/store/store_options.h"

namespace lockstep {

/// An entry of several blocks has no more, but for one block that alone has.
inline constexpr std::size_t folded_commands_max = 1u << 20;

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

    /// The block that the ledger has just run; returns before it is on disk. Throws machine_error
    /// when the disk refuses, this block or one before; the store then takes no more.
    void append(block const& b, big_vector<receipt_row> const& receipts, engine const& ledger,
                ledger_root const& root);
    /// Returns when every block is on disk.
    void sync();
    /// sync(), and every record of a row is brought up to its row: the store opens faster.
    void settle();

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
    /// After sync().
    sha256_digest const& last_entry() const {
        return writer_ ? writer_->last_entry() : last_entry_;
    }
    /// Records of rows are at least as of this block; what changed since stands in the blocks.
    rows_mark rows() const;
    /// Calls see(change, bytes) for each row that the block changed, as it then was. Throws
    /// input_error when the block has no such rows, or others.
    void each_row_of(journal_entry const& entry,
                     std::function<void(change_row const&, std::string_view)> const& see) const;
    rows_behind read_rows_behind() const;
    store_files& files() { return files_; }
    store_files const& files() const { return files_; }

  private:
    void write_folded(journal_entry entry, history_part const& part, backend& device);
    block_writer& writer();

    store_options const options_;
    acknowledged_mark mark_;
    store_files files_;
    mutable column_coder coder_;
    changed_rows changed_;
    std::uint64_t blocks_ = 0;
    sha256_digest last_entry_{};  // as it was when the store was opened
    std::unique_ptr<block_writer> writer_;
};

template <class Row>
std::vector<Row> rows_of(std::vector<std::uint8_t> const& bytes) {
    std::vector<Row> rows(bytes.size() / sizeof(Row));
    if (!rows.empty()) std::memcpy(rows.data(), bytes.data(), rows.size() * sizeof(Row));
    return rows;
}

}  // namespace lockstep
