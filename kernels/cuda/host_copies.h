// Copies within host memory, on all cores: a device takes columns faster than one thread can bring
// them to page-locked memory. Plain C++.
#pragma once

#include <cstddef>
#include <span>

namespace lockstep::cuda {

struct host_copy {
    void const* from;
    void* to;
    std::size_t bytes;
};

/// Does all of them, in any order; they must not overlap.
void copy_all(std::span<host_copy const> copies);

}  // namespace lockstep::cuda
