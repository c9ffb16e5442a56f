// Host columns copied to the device, for work that stays there.
#pragma once

#include "kernels/cuda/device_buffer.cuh"
#include "pricing/base/view.h"

namespace lockstep::bench {

/// Queued, not finished: the column must stay until the stream has done it.
template <class T>
cuda::device_buffer<T> sent(view<T const> column, cudaStream_t stream) {
    cuda::device_buffer<T> there(column.size(), stream);
    cuda::copy_async(column.data, there.data(), column.size(), stream);
    return there;
}

/// Fills a buffer with a pattern that no result has.
template <class T>
void spoil(cuda::device_buffer<T> const& buffer, cudaStream_t stream) {
    if (buffer.size() == 0) return;
    LOCKSTEP_CUDA_TRY(cudaMemsetAsync(buffer.data(), 0xff, buffer.size() * sizeof(T), stream));
}

template <class T>
view<T const> readable(cuda::device_buffer<T> const& buffer) {
    return {buffer.data(), buffer.size()};
}

}  // namespace lockstep::bench
