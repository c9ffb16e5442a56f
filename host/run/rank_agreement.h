// Whether the ranks of a job do the same. Each reads its own log and was started with its own
// flags; a difference would end in a wrong result, or in ranks that wait for each other for good.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "host/base/error.h"
#include "host/block/engine.h"
#include "host/exec/rank_exchange.h"
#include "host/run/operator_desk.h"

namespace lockstep {

/// Thrown on every rank of the job at the same place, with the same words.
struct ranks_differ : input_error {
    using input_error::input_error;
};

class rank_agreement {
  public:
    /// Null: there is one process, which agrees with itself.
    explicit rank_agreement(exec::rank_exchange* ranks) : ranks_(ranks) {}

    /// Before the first block: what the results depend on and each rank was told itself. Throws
    /// ranks_differ.
    void on_options(engine_options const& options, run_liquidation const& liquidation) const;
    /// Before a block is run, with all that was appended to it; null: the log has no more. Throws
    /// ranks_differ.
    void on_block(block const* b, std::uint64_t number) const;

  private:
    std::vector<std::string> gather(std::string const& mine) const;

    exec::rank_exchange* ranks_;
};

/// "A on ranks 0, 2; B on rank 1", by the rank's own words; empty when all say the same.
std::string differences(std::span<std::string const> by_rank);

}  // namespace lockstep
