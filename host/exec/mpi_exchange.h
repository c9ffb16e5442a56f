// The exchange of shards over the ranks of an MPI job: one shard for each rank. The only file that
// knows MPI is mpi_exchange.cpp, which is built where MPI was found.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "host/exec/message.h"

namespace lockstep::exec {

/// Starts MPI when it has not been started, and ends it if it did. All ranks make their calls in
/// the same order. Throws when a rank's letters of one round pass 2 GiB.
class mpi_exchange {
  public:
    mpi_exchange();
    ~mpi_exchange();
    mpi_exchange(mpi_exchange const&) = delete;
    mpi_exchange& operator=(mpi_exchange const&) = delete;

    std::uint32_t rank() const { return rank_; }
    std::uint32_t ranks() const { return static_cast<std::uint32_t>(inbox_.size()); }

    std::span<byte_string const> inbox(std::uint32_t) { return inbox_; }
    void post(std::uint32_t, std::span<byte_string> outbox, std::uint64_t left);
    std::uint64_t turn();

    /// What every rank said, by rank, on every rank.
    std::vector<byte_string> gather(byte_string const& mine);

  private:
    bool started_ = false;
    std::uint32_t rank_ = 0;
    std::vector<byte_string> inbox_;
    std::vector<byte_string> outbox_;
    std::uint64_t left_ = 0;
};

}  // namespace lockstep::exec
