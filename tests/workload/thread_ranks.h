// The ranks of a job as threads of this process: what a rank says travels through memory.
#pragma once

#include <barrier>
#include <cstdint>
#include <span>
#include <vector>

#include "host/exec/crew.h"
#include "host/exec/rank_exchange.h"
#include "host/exec/rounds.h"

namespace lockstep::workload {

class thread_ranks {
  public:
    explicit thread_ranks(int ranks)
        : letters_(static_cast<std::size_t>(ranks), ranks),
          everybody_(ranks),
          said_(static_cast<std::size_t>(ranks)) {}

    /// Calls `work` with each rank's own exchange, all at once. `work` must not throw.
    template <class Work>
    void run(Work const& work) {
        exec::run_crew(static_cast<int>(said_.size()), [&](int rank) {
            door mine(*this, static_cast<std::uint32_t>(rank));
            work(mine);
        });
    }

  private:
    class door final : public exec::rank_exchange {
      public:
        door(thread_ranks& job, std::uint32_t rank) : job_(job), port_(job.letters_), rank_(rank) {}

        std::uint32_t rank() const override { return rank_; }
        std::uint32_t ranks() const override {
            return static_cast<std::uint32_t>(job_.said_.size());
        }
        std::span<exec::byte_string const> inbox(std::uint32_t shard) override {
            return port_.inbox(shard);
        }
        void post(std::uint32_t shard, std::span<exec::byte_string> outbox,
                  std::uint64_t left) override {
            port_.post(shard, outbox, left);
        }
        std::uint64_t turn() override { return port_.turn(); }
        std::vector<exec::byte_string> gather(exec::byte_string const& mine) override {
            job_.said_[rank_] = mine;
            job_.everybody_.arrive_and_wait();
            std::vector<exec::byte_string> all = job_.said_;
            job_.everybody_.arrive_and_wait();
            return all;
        }
        std::vector<exec::byte_string> collect(exec::byte_string const& mine) override {
            std::vector<exec::byte_string> all = gather(mine);
            if (rank_ > 0) all.clear();
            return all;
        }

      private:
        thread_ranks& job_;
        exec::thread_exchange::port port_;
        std::uint32_t const rank_;
    };

    exec::thread_exchange letters_;
    std::barrier<> everybody_;
    std::vector<exec::byte_string> said_;
};

}  // namespace lockstep::workload
