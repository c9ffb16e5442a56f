// Every call of CUDA's runtime is wrapped and every launch is followed by a check.
#pragma once

#include <cuda_runtime_api.h>

#include <stdexcept>
#include <string>

namespace lockstep::cuda {

/// The machine failed, not the data.
struct cuda_error : std::runtime_error {
    using std::runtime_error::runtime_error;
};

inline void check(cudaError_t error, char const* call, char const* file, int line) {
    if (error == cudaSuccess) return;
    cudaGetLastError();  // clears it, so that the next call does not report it again
    throw cuda_error(std::string(file) + ":" + std::to_string(line) + ": " + call + ": " +
                     cudaGetErrorString(error));
}

}  // namespace lockstep::cuda

#define LOCKSTEP_CUDA_TRY(call) ::lockstep::cuda::check((call), #call, __FILE__, __LINE__)
