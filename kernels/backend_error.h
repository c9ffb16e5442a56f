#pragma once

#include <stdexcept>

namespace lockstep {

/// A backend was forced that this build or this machine does not have.
struct backend_unavailable : std::runtime_error {
    using std::runtime_error::runtime_error;
};

}  // namespace lockstep
