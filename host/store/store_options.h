#pragma once

#include <cstdint>
#include <functional>

#include "host/store/store_files.h"

namespace lockstep {

struct store_options {
    files_options files;
    std::uint32_t blocks_per_sync = 1;   // that share one write; the last may be fewer
    std::uint64_t checkpoint_every = 0;  // blocks; 0: never
    /// Told after each sync: blocks up to this one are on disk. Called on the store's own thread.
    std::function<void(std::uint64_t blocks)> acknowledge;
    bool acknowledge_too_early = false;  // a planted mistake, for who must find it
    /// So many rows change before their records are brought up to them, and at least three times as
    /// many as there are rows behind.
    std::uint64_t changes_per_sweep = 1u << 16;
};

}  // namespace lockstep
