#include "kernels/cuda/settle.cuh"

#include <bit>
#include <cub/device/device_radix_sort.cuh>

#include "kernels/cuda/launch.cuh"

namespace lockstep::cuda {

namespace {

/// The bits in which the numbers of so many accounts differ.
int account_bits(std::size_t accounts) { return static_cast<int>(std::bit_width(accounts)); }

struct list_entry {
    view<settle_entry const> entries;
    std::uint32_t* accounts;
    std::uint32_t* places;
    __device__ void operator()(std::size_t i) const {
        accounts[i] = entries[i].account.value;
        places[i] = static_cast<std::uint32_t>(i);
    }
};

/// The thread of a segment's first entry folds the segment; the others have nothing to do.
struct fold_segment {
    settle_batch batch;
    view<std::uint32_t const> accounts, places;
    __device__ void operator()(std::size_t i) const {
        std::uint32_t const account = accounts[i];
        if (i > 0 && accounts[i - 1] == account) return;
        for (; i < accounts.size() && accounts[i] == account; ++i)
            batch.open_interest[places[i]] =
                post(batch.entries[places[i]], batch.accounts.data, batch.positions.data);
    }
};

}  // namespace

std::size_t settle_sort_bytes(std::size_t entries, std::size_t accounts) {
    std::size_t bytes = 0;
    std::uint32_t* const none = nullptr;
    LOCKSTEP_CUDA_TRY(cub::DeviceRadixSort::SortPairs(nullptr, bytes, none, none, none, none,
                                                      entries, 0, account_bits(accounts)));
    return bytes;
}

void settle_async(settle_batch const& batch, settle_scratch const& scratch, cudaStream_t stream) {
    std::size_t const count = batch.entries.size();
    if (count == 0) return;
    each_async(count, list_entry{batch.entries, scratch.accounts.data, scratch.places.data},
               stream);
    std::size_t bytes = scratch.sort.size();
    LOCKSTEP_CUDA_TRY(cub::DeviceRadixSort::SortPairs(
        scratch.sort.data, bytes, scratch.accounts.data, scratch.sorted_accounts.data,
        scratch.places.data, scratch.sorted_places.data, count, 0,
        account_bits(batch.accounts.size()), stream));
    each_async(count, fold_segment{batch, scratch.sorted_accounts, scratch.sorted_places}, stream);
}

}  // namespace lockstep::cuda
