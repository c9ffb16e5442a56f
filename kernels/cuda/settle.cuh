// backend::settle on a device.
#pragma once

#include <memory>

#include "kernels/cuda/stream.cuh"
#include "kernels/views.h"
#include "margin/ledger/settle.h"

namespace lockstep::cuda {

/// What sorting needs beside the batch, in device memory; each column as long as the entries.
struct settle_scratch {
    view<std::uint32_t> accounts, sorted_accounts;
    view<std::uint32_t> places, sorted_places;
    view<std::uint8_t> sort;  // settle_sort_bytes
};

/// Bytes that sorting so many entries over so many accounts needs.
std::size_t settle_sort_bytes(std::size_t entries, std::size_t accounts);

/// Settles a batch whose entries, rows and deltas lie in device memory. Queued, not finished.
void settle_async(settle_batch const& batch, settle_scratch const& scratch, cudaStream_t stream);

/// Settles rows that lie in host memory: those that entries name are gathered into pinned memory,
/// travel to the device and back, and are put where they were. Staging is made at the first call
/// and kept.
class host_settler {
  public:
    host_settler();
    ~host_settler();
    void settle(settle_batch const& batch);

  private:
    class staging;
    std::unique_ptr<staging> staging_;
};

}  // namespace lockstep::cuda
