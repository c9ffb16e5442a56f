// The ranks of a job as a shard sees them: one shard for each rank, letters by rank, rounds that
// everybody takes part in. What carries the letters is in mpi_exchange.h.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "host/exec/message.h"

namespace lockstep::exec {

/// A transport for run_rounds (rounds.h). All ranks make their calls in the same order.
class rank_exchange {
  public:
    virtual ~rank_exchange() = default;
    virtual std::uint32_t rank() const = 0;
    virtual std::uint32_t ranks() const = 0;

    virtual std::span<byte_string const> inbox(std::uint32_t shard) = 0;
    virtual void post(std::uint32_t shard, std::span<byte_string> outbox, std::uint64_t left) = 0;
    virtual std::uint64_t turn() = 0;

    /// What every rank said, by rank, on every rank.
    virtual std::vector<byte_string> gather(byte_string const& mine) = 0;
    /// The same on the first rank alone; the others get nothing.
    virtual std::vector<byte_string> collect(byte_string const& mine) = 0;
};

/// Joins the job that this process was started in; null when it was started alone.
using join_job = std::function<std::unique_ptr<rank_exchange>()>;

}  // namespace lockstep::exec
