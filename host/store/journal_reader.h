// The blocks of a store one after the other, whether their entries were folded or not.
#pragma once

#include <cstdint>
#include <vector>

#include "host/log/block_source.h"
#include "host/store/ledger_store.h"

namespace lockstep {

/// What became of each command of an entry: of its receipts or, folded, what is left of them.
std::vector<outcome_row> outcomes_of(ledger_store const& store, journal_entry const& entry);

class journal_reader final : public block_source {
  public:
    /// Blocks first, first + 1, ... to the store's last. The store must outlive the reader.
    journal_reader(ledger_store const& store, std::uint64_t first)
        : store_(store), next_(first), end_(store.blocks() + 1) {}

    /// Throws input_error when a record is not what was written.
    bool next(block& b) override;

    std::uint64_t number() const { return next_ - 1; }
    /// The entry that holds the block read last.
    journal_entry const& entry() const { return entry_; }
    /// Whether the entry says what stood after the block read last: the root, the tables.
    bool at_root() const { return number() == entry_.head.block && !entry_.tables.empty(); }
    /// The digest of the receipts of the block read last.
    sha256_digest const& receipts() const { return blocks_[number() - from_].receipts; }

  private:
    ledger_store const& store_;
    std::uint64_t next_, end_;
    journal_entry entry_;
    std::uint64_t from_ = 0;  // first block of the entry
    std::vector<block_summary_row> blocks_;
    std::vector<transaction_row> commands_;
    std::vector<signature_row> signatures_;  // as many, or none
};

}  // namespace lockstep
