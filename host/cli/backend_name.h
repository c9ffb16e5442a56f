// The words for backends on a command line.
#pragma once

#include <string>

#include "kernels/backend.h"

namespace lockstep {

/// Of "auto", "cpu" or "cuda".
inline backend_kind backend_named(std::string const& name) {
    if (name == "cpu") return backend_kind::cpu;
    return name == "cuda" ? backend_kind::cuda : backend_kind::automatic;
}

}  // namespace lockstep
