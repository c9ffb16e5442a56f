// Runs what the journal holds again, from the first block or from a checkpoint, and compares what
// comes out with what was written then.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "host/store/ledger_store.h"

namespace lockstep {

struct replay_plan {
    engine_options engine = {};
    std::uint64_t from = 1;
    std::uint64_t to = 0;  // 0: the store's last block
};

struct replay_report {
    std::uint64_t started_after = 0;  // block of the checkpoint; 0: from nothing
    std::uint64_t blocks = 0;
    std::uint64_t commands = 0;
    std::uint64_t roots = 0;  // that the journal has of those blocks, and that were compared
    sha256_digest root{};
    std::uint64_t differs = 0;          // the first block that does; 0: none
    std::vector<std::string> findings;  // which rows and receipts of it, with their bytes
};

/// Throws input_error when the journal cannot be read, or holds no such blocks.
replay_report replay(ledger_store const& store, replay_plan const& plan, backend& device,
                     std::function<void(std::uint64_t commands)> const& progress);

/// The exchange after some block not beyond `block`, the latest that needs no replay: from a
/// checkpoint, or before the first block.
restored_ledger nearest_ledger(ledger_store const& store, std::uint64_t block,
                               engine_options const& options, backend& device);

}  // namespace lockstep
