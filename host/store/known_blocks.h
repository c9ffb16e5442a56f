// The part of a log that a store has run already.
#pragma once

#include <cstdint>

#include "host/log/block_source.h"
#include "host/store/ledger_store.h"

namespace lockstep {

/// Reads the blocks of the log that the store's journal has, and returns how many the journal has.
/// Throws input_error, naming the block, when one is not the same; a liquidator may have gone on
/// where the log's block ends.
std::uint64_t skip_known(block_source& log, ledger_store const& store);

}  // namespace lockstep
