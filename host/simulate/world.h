// One exchange, its store on a disk that breaks, and its twin in a place where nothing does.
#pragma once

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "host/simulate/auditor.h"
#include "host/simulate/dice.h"
#include "host/simulate/simulated_disk.h"
#include "host/simulate/simulation.h"
#include "host/store/ledger_store.h"

namespace lockstep {

/// Something that must hold did not.
struct simulation_failure : std::runtime_error {
    using std::runtime_error::runtime_error;
};

class world {
  public:
    world(std::uint64_t seed, bool canary, backend& device, simulation_report& report);

    /// Until the store holds the world's last block. Throws simulation_failure.
    void run();

  private:
    /// The root after this block, from 1, where nothing ever stopped.
    sha256_digest const& twin_at(std::uint64_t number);
    void demand_recovered(ledger_store const& store, restored_ledger const& at);

    void live();
    void run_blocks(ledger_store& store, restored_ledger& at);
    void look_after(ledger_store& store);
    void flip_and_look();
    engine_options any_engine();
    store_options options(open_mode mode);
    disk_fault any_fault();

    bool const canary_;
    backend& device_;
    simulation_report& report_;
    dice dice_;

    std::vector<block> workload_;
    engine twin_;
    ledger_root twin_root_;
    auditor auditor_;
    std::vector<sha256_digest> twin_roots_;

    std::shared_ptr<simulated_disk> disk_;
    std::unique_ptr<rocksdb::Env> env_;
    std::uint64_t acknowledged_ = 0;
    std::uint64_t attempted_ = 0;
    std::uint64_t stored_ = 0;  // blocks that the last recovery found
};

}  // namespace lockstep
