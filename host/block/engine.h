// The life of a block: prepare, admit, match, settle, mark, check, reconcile. One writer owns the
// state; the steps in between run on whichever executor was chosen, and give the same rows.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "host/block/prepare.h"
#include "host/exec/program.h"
#include "host/state/engine_state.h"
#include "margin/ledger/status.h"

namespace lockstep {

enum class executor_kind { serial, deterministic, optimistic, sharded, automatic };

struct engine_options {
    executor_kind executor = executor_kind::serial;
    int threads = 1;
    int shards = 1;
};

/// An invariant of the ledger broke: a defect of ours, named with its rows. The run stops.
struct invariant_broken : std::runtime_error {
    using std::runtime_error::runtime_error;
};

class engine {
  public:
    explicit engine(engine_options const& options) : options_(options) {}

    /// Runs one block and returns its receipts, one for each command in order; valid until the
    /// next.
    std::vector<receipt_row> const& run(block const& b);

    engine_state const& state() const { return state_; }
    exec::counters const& counted() const { return counters_; }

  private:
    void release_timed_out(std::int64_t now);
    void admit(std::int64_t now);
    void finish_receipts();
    void sum_deltas();

    engine_options const options_;
    engine_state state_;
    prepared_block prepared_;
    std::vector<receipt_row> receipts_;
    exec::counters counters_;
};

}  // namespace lockstep
