#include "kernels/cuda/launch.cuh"
#include "kernels/cuda/svi.cuh"

namespace lockstep::cuda {

namespace {

/// A fit branches as its quotes ask: fewer threads in a block wait for each other.
constexpr unsigned threads_per_block = 32;

struct fit_expiry {
    svi_batch batch;
    svi_fit_result* fits;
    __device__ void operator()(std::size_t i) const {
        fits[i] = lockstep::fit_svi(batch.quotes_of(i));
    }
};

}  // namespace

void host_svi::fit_svi(svi_batch const& batch, view<svi_fit_result> fits) {
    std::size_t const n = batch.size();
    if (n == 0) return;
    cudaStream_t const queue = queue_.get();
    quotes_.reserve(batch.quotes.count, queue);
    begin_.reserve(n + 1, queue);
    fits_.reserve(n, queue);
    copy_async(batch.quotes.data, quotes_.data(), batch.quotes.count, queue);
    copy_async(batch.begin.data, begin_.data(), n + 1, queue);
    each_async(
        n, fit_expiry{{{quotes_.data(), batch.quotes.count}, {begin_.data(), n + 1}}, fits_.data()},
        queue, threads_per_block);
    copy_async(fits_.data(), fits.data, n, queue);
    queue_.wait();
}

}  // namespace lockstep::cuda
