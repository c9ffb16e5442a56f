#pragma once

#include <memory>

#include "kernels/backend.h"

namespace lockstep::cpu {

/// The CPU backend: oneTBB over slices, vector loops inside.
std::unique_ptr<backend> make_cpu_backend(backend_options const& options);

}  // namespace lockstep::cpu
