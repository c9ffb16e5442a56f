// backend::sha256 on a device.
#pragma once

#include <memory>

#include "kernels/cuda/stream.cuh"
#include "kernels/views.h"

namespace lockstep::cuda {

/// Hashes a batch whose messages, numbers and digests lie in device memory. Queued, not finished.
void sha256_async(message_batch const& messages, sha256_digest* digests, cudaStream_t stream);

/// Hashes messages that lie in host memory: slice after slice through pinned staging, where
/// scattered messages are gathered, so that copies overlap with computing. Staging is made at the
/// first call and kept.
class host_hasher {
  public:
    host_hasher();
    ~host_hasher();
    void sha256(message_batch const& messages, view<sha256_digest> digests);

  private:
    class staging;
    std::unique_ptr<staging> staging_;
};

}  // namespace lockstep::cuda
