// The emulation itself: what is done when, and what threads of a block tell each other.
#include <gtest/gtest.h>

#include <cstdint>
#include <numeric>
#include <vector>

#include "kernels/cuda/device_buffer.cuh"
#include "kernels/cuda/half_warp.cuh"
#include "kernels/cuda/launch.cuh"
#include "kernels/cuda/pinned_buffer.cuh"
#include "kernels/cuda/stream.cuh"

namespace lockstep::cuda {
namespace {

using numbers = std::vector<std::uint32_t>;

constexpr unsigned threads = 64;

TEST(emulated_device, work_is_done_when_somebody_waits_for_it) {
    stream const queue;
    pinned_buffer<std::uint32_t> const from(1), to(1);
    device_buffer<std::uint32_t> const there(1, queue.get());
    from.data()[0] = 7;
    to.data()[0] = 1;
    copy_async<std::uint32_t>(from.data(), there.data(), 1, queue.get());
    copy_async<std::uint32_t>(there.data(), to.data(), 1, queue.get());
    EXPECT_EQ(to.data()[0], 1u);
    from.data()[0] = 8;  // too early: the copy has not been made
    queue.wait();
    EXPECT_EQ(to.data()[0], 8u);
}

TEST(emulated_device, pages_that_are_not_locked_are_done_with_at_once) {
    stream const queue;
    std::uint32_t value = 7, back = 1;
    device_buffer<std::uint32_t> const there(1, queue.get());
    copy_async<std::uint32_t>(&value, there.data(), 1, queue.get());
    value = 8;
    copy_async<std::uint32_t>(there.data(), &back, 1, queue.get());
    EXPECT_EQ(back, 7u);
}

/// What a second stream reads of a word that a first one writes.
std::uint32_t read_by_another(bool held) {
    stream const writer, reader;
    event written;
    pinned_buffer<std::uint32_t> const from(1), to(1);
    device_buffer<std::uint32_t> const there(1, writer.get());
    from.data()[0] = 7;
    copy_async<std::uint32_t>(from.data(), there.data(), 1, writer.get());
    written.record(writer.get());
    if (held) written.hold_async(reader.get());
    copy_async<std::uint32_t>(there.data(), to.data(), 1, reader.get());
    reader.wait();
    std::uint32_t const read = to.data()[0];
    writer.wait();
    return read;
}

TEST(emulated_device, streams_do_not_wait_for_each_other_unless_told_to) {
    EXPECT_EQ(read_by_another(true), 7u);
    EXPECT_EQ(read_by_another(false), 0xa5a5a5a5u);
}

#ifdef LOCKSTEP_EMULATED_ASAN
TEST(emulated_device, the_host_touches_no_memory_of_the_device) {
    stream const queue;
    device_buffer<std::uint32_t> const there(4, queue.get());
    EXPECT_DEATH(there.data()[0] = 1, "use-after-poison");
}
#endif

TEST(emulated_device, copies_beyond_an_allocation_are_refused) {
    stream const queue;
    device_buffer<std::uint32_t> const there(4, queue.get());
    numbers const five(5);
    EXPECT_THROW(copy_async(five.data(), there.data(), 5, queue.get()), cuda_error);
}

TEST(emulated_device, an_empty_grid_is_an_error) {
    stream const queue;
    EXPECT_THROW(launch(each_kernel<void (*)(std::size_t)>, 0, 1, queue.get(), std::size_t{0},
                        static_cast<void (*)(std::size_t)>(nullptr)),
                 cuda_error);
}

template <class... Arguments>
numbers results_of(void (*kernel)(std::uint32_t*, Arguments...), Arguments... arguments) {
    stream const queue;
    device_buffer<std::uint32_t> const there(threads, queue.get());
    launch(kernel, 1, threads, queue.get(), there.data(), arguments...);
    numbers results(threads);
    copy_async(static_cast<std::uint32_t const*>(there.data()), results.data(), threads,
               queue.get());
    return results;
}

/// Every thread's number, summed by halves; with one barrier left out where it is asked for.
__global__ void sum_by_halves(std::uint32_t* to, bool without_barrier) {
    __shared__ std::uint32_t tree[threads];
    tree[threadIdx.x] = threadIdx.x;
    for (unsigned width = threads / 2; width > 0; width /= 2) {
        if (width != 16 || !without_barrier) __syncthreads();
        if (threadIdx.x < width) tree[threadIdx.x] += tree[threadIdx.x + width];
    }
    __syncthreads();
    to[threadIdx.x] = tree[0];
}

TEST(emulated_device, threads_see_what_others_wrote_before_a_barrier_and_miss_a_missing_one) {
    EXPECT_EQ(results_of(sum_by_halves, false), numbers(threads, threads * (threads - 1) / 2));
    EXPECT_NE(results_of(sum_by_halves, true), numbers(threads, threads * (threads - 1) / 2));
}

__global__ void speak(std::uint32_t* to) {
    half_warp const group;
    std::uint32_t x = threadIdx.x;
    for (unsigned mask = 1; mask < half_warp::lanes; mask *= 2) x += group.exchange(x, mask);
    bool const one_is_late = group.all(threadIdx.x != 20);
    to[threadIdx.x] =
        x * 1000 + group.shuffle(std::uint32_t{threadIdx.x}, 3) * 10 + (one_is_late ? 1u : 0u);
}

TEST(emulated_device, lanes_of_a_half_warp_speak_among_themselves) {
    numbers expected(threads);
    for (unsigned t = 0; t < threads; ++t) {
        unsigned const first = t / 16 * 16;
        unsigned const sum = 16 * first + 120;  // 0 + 1 + .. + 15
        expected[t] = sum * 1000 + (first + 3) * 10 + (first == 16 ? 0 : 1);
    }
    EXPECT_EQ(results_of(speak), expected);
}

__global__ void wait_in_vain(std::uint32_t*) {
    half_warp const group;
    if (threadIdx.x != 5) group.all(true);
}

TEST(emulated_device, a_lane_that_does_not_come_ends_the_process) {
    EXPECT_DEATH(results_of(wait_in_vain), "lane");
}

}  // namespace
}  // namespace lockstep::cuda
