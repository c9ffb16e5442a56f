// The flags that say how blocks are run, the same on every command that runs any.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "host/block/engine.h"
#include "kernels/backend.h"

namespace lockstep {

struct engine_flags {
    std::string executor = "auto";
    std::string backend = "auto";
    int threads = 1;
    int shards = 1;
    bool check = false;
    bool require_signatures = false;

    /// Adds --executor, --threads, --shards, --backend and --check.
    void add_to(CLI::App& command);
    engine_options engine() const;
    backend_options device() const;
};

}  // namespace lockstep
