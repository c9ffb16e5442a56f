#include "kernels/cuda/host_copies.h"

#include <oneapi/tbb/parallel_for.h>

#include <cstring>

namespace lockstep::cuda {

namespace {

/// Below this, waking another thread takes longer than the copies.
constexpr std::size_t bytes_alone = std::size_t{1} << 18;

void copy_one(host_copy const& copy) {
    if (copy.bytes != 0) std::memcpy(copy.to, copy.from, copy.bytes);
}

}  // namespace

void copy_all(std::span<host_copy const> copies) {
    std::size_t bytes = 0;
    for (host_copy const& copy : copies) bytes += copy.bytes;
    if (bytes <= bytes_alone) {
        for (host_copy const& copy : copies) copy_one(copy);
        return;
    }
    tbb::parallel_for(std::size_t{0}, copies.size(), [&](std::size_t i) { copy_one(copies[i]); });
}

}  // namespace lockstep::cuda
