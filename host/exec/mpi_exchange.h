// The exchange of shards over the ranks of an MPI job: one shard for each rank. The only file that
// knows MPI is mpi_exchange.cpp, which is built where MPI was found.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "host/exec/rank_exchange.h"

namespace lockstep::exec {

/// Starts MPI when it has not been started, and ends it if it did. When an exception ends the
/// exchange MPI is left as it is: ending it would wait for ranks that wait for this one, while a
/// process that leaves without ending it makes the launcher stop all others with its exit code.
/// Throws when a rank's letters of one round pass 2 GiB.
class mpi_exchange final : public rank_exchange {
  public:
    mpi_exchange();
    ~mpi_exchange() override;
    mpi_exchange(mpi_exchange const&) = delete;
    mpi_exchange& operator=(mpi_exchange const&) = delete;

    std::uint32_t rank() const override { return rank_; }
    std::uint32_t ranks() const override { return static_cast<std::uint32_t>(inbox_.size()); }

    std::span<byte_string const> inbox(std::uint32_t) override { return inbox_; }
    void post(std::uint32_t, std::span<byte_string> outbox, std::uint64_t left) override;
    std::uint64_t turn() override;
    std::vector<byte_string> gather(byte_string const& mine) override;
    std::vector<byte_string> collect(byte_string const& mine) override;

  private:
    bool started_ = false;
    std::uint32_t rank_ = 0;
    std::vector<byte_string> inbox_;
    std::vector<byte_string> outbox_;
    std::uint64_t left_ = 0;
};

/// Joins the job of the MPI launcher that started this process; null when none did. Asks the
/// environment, because MPI itself takes longer to start than most commands run.
std::unique_ptr<rank_exchange> join_mpi_job();

}  // namespace lockstep::exec
