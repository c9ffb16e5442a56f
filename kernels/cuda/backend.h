// Plain C++: what the rest of the kernels room may know of CUDA.
#pragma once

#include <memory>
#include <string>

#include "kernels/backend.h"

namespace lockstep::cuda {

/// True when a driver and at least one device answer.
bool device_present();

/// One line for people: the device's name, or why there is none.
std::string describe_device();

/// Throws backend_unavailable, with the driver's reason, when no device answers.
std::unique_ptr<backend> make_cuda_backend(backend_options const& options);

}  // namespace lockstep::cuda
