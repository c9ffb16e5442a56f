// A log from its first block to its last: receipts, one root for each block, the final snapshot.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>

#include "host/block/engine.h"
#include "host/block/ledger_root.h"
#include "host/log/block_source.h"
#include "host/run/operator_desk.h"
#include "host/run/snapshot.h"
#include "host/store/ledger_store.h"
#include "host/watch/latency.h"
#include "kernels/backend.h"

namespace lockstep {

struct run_summary {
    std::uint64_t blocks = 0;         // run now; so are commands, fills and statuses
    std::uint64_t blocks_before = 0;  // of the log, that the store had already
    std::uint64_t commands = 0;
    std::uint64_t fills = 0;
    std::map<apply_status, std::uint64_t> statuses;
    exec::counters counted;  // summed over blocks
    std::uint64_t accounts = 0, positions = 0, open_orders = 0;
    exchange_row exchange{};
    sha256_digest root{};
    double seconds = 0;  // in the engine and the root; not in reading or writing

    /// Of blocks that mark: from wording liquidations to the root.
    latency_histogram tick_latency;
    std::uint64_t checked_most = 0;                            // accounts, in one of them
    std::map<transaction_kind, std::uint64_t> waterfall;       // steps of liquidations that applied
    std::uint64_t under_water_most = 0, under_water_last = 0;  // accounts, after a block
    std::vector<asset_row> assets;
};

/// Called after each block with the number of commands so far.
using run_progress = std::function<void(std::uint64_t)>;

/// Runs every block of the log and writes receipts.bin, roots.csv and snapshot.bin into `folder`,
/// which must exist. With a store it goes on where that stopped: blocks that its journal has are
/// compared and skipped. Throws input_error for a log that cannot be read to its end or is not the
/// one in the journal, and invariant_broken when asked to check and an invariant does not hold.
///
/// Where the options keep trades they go to trades.csv. `liquidation` appends to each block what a
/// liquidator says of the accounts that the block before left under water, and writes executed.log,
/// the log with those commands: run without a liquidator it gives the same receipts and roots.
/// Where signatures are required it signs them; throws input_error when there is no key for that,
/// or not one of the exchange's operator. Nonces rise, so that the log itself must not go on
/// signing with the same key: input_error as soon as it does under a nonce that was passed so.
///
/// Where the options name the ranks of a job it throws ranks_differ (rank_agreement.h) on all of
/// them when they were not told the same or do not read the same.
run_summary run_log(block_source& log, engine_options const& options, backend& device,
                    std::filesystem::path const& folder, run_progress const& progress,
                    ledger_store* store = nullptr, run_liquidation const& liquidation = {});

/// Runs every block of the log and keeps nothing: for the ranks of a job beside the one that
/// writes, with the same options and liquidation as that one.
void follow_log(block_source& log, engine_options const& options,
                run_liquidation const& liquidation);

/// The exchange at rest, as a snapshot under its root.
snapshot snapshot_of(engine const& ledger, ledger_root const& root);

}  // namespace lockstep
