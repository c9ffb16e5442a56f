// The one algorithm of CUB that kernels/cuda asks for.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <vector>

#include "tests/emulated_device/block.h"

namespace cub {

struct DeviceRadixSort {
    /// Pairs in the order of the bits [first_bit, last_bit) of their keys, equal ones as they came.
    /// Without room it says how much it wants.
    template <class Key, class Value>
    static cudaError_t SortPairs(void* room, std::size_t& bytes, Key const* keys, Key* sorted_keys,
                                 Value const* values, Value* sorted_values, std::size_t count,
                                 int first_bit, int last_bit, cudaStream_t stream = nullptr) {
        if (room == nullptr) {
            bytes = count * sizeof(std::uint32_t) + 1;
            return cudaSuccess;
        }
        if (bytes < count * sizeof(std::uint32_t) + 1) return cudaErrorInvalidValue;
        std::uint64_t const mask =
            last_bit >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << last_bit) - 1;
        cudaLaunchConfig_t shape{dim3(1), dim3(1), 0, stream};
        return emulated::launch(shape, [=] {
            auto const key = [&](std::size_t i) { return (keys[i] & mask) >> first_bit; };
            std::vector<std::size_t> order(count);
            std::iota(order.begin(), order.end(), std::size_t{0});
            std::stable_sort(order.begin(), order.end(),
                             [&](std::size_t a, std::size_t b) { return key(a) < key(b); });
            for (std::size_t i = 0; i < count; ++i) {
                sorted_keys[i] = keys[order[i]];
                sorted_values[i] = values[order[i]];
            }
        });
    }
};

}  // namespace cub
