// A column on its way: host, pinned, device. Asked for again and again, allocated once.
#pragma once

#include <cstring>

#include "kernels/cuda/device_buffer.cuh"
#include "kernels/cuda/pinned_buffer.cuh"

namespace lockstep::cuda {

template <class T>
struct staged_column {
    pinned_buffer<T> pinned;
    device_buffer<T> device;

    /// Queues the copy of what the host holds now; sent only when there is something in it. The
    /// copy before must be done.
    view<T const> send(T const* from, std::size_t count, cudaStream_t stream) {
        T* staged = prepare(count, stream);
        if (count != 0) std::memcpy(staged, from, count * sizeof(T));
        return sent(count, stream);
    }
    /// The same in two steps, for a column that is made on the way: where to write it, then the
    /// copy.
    T* prepare(std::size_t count, cudaStream_t stream) {
        // A column that is a little longer each time must not be made anew each time.
        if (count > pinned.size()) pinned.reserve(count + count / 8);
        device.reserve(pinned.size(), stream);
        return pinned.data();
    }
    view<T const> sent(std::size_t count, cudaStream_t stream) {
        copy_async<T>(pinned.data(), device.data(), count, stream);
        return {device.data(), count};
    }
};

}  // namespace lockstep::cuda
