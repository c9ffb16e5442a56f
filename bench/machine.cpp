#include "bench/machine.h"

#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <limits>
#include <vector>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "bench/clock.h"
#include "kernels/backend.h"

namespace lockstep::bench {

namespace {

/// Repeats until the time is used up, and three times at least; returns the shortest.
template <class Once>
double shortest(double budget, int threads, Once const& once) {
    once();
    double best = std::numeric_limits<double>::infinity();
    double const start = wall_seconds();
    for (int i = 0; i < 3 || wall_seconds() - start < budget; ++i)
        best = std::min(best, clocked(threads, once));
    return best;
}

// Twelve chains hide a latency of up to six cycles on two units. The sums converge, so that no
// chain runs into subnormal numbers; an empty asm keeps the compiler from knowing the result.
constexpr int chains = 12;
constexpr int rounds = 100'000;

struct fma_kernel {
    void (*run)();
    double flops;
    char const* name;
};

#if defined(__x86_64__)
[[gnu::target("avx512f")]] void fma_eight_lanes() {
    __m512d sums[chains];
    __m512d const scale = _mm512_set1_pd(0.999), step = _mm512_set1_pd(0.001);
    for (auto& sum : sums) sum = step;
    for (int i = 0; i < rounds; ++i) {
#pragma GCC unroll 12
        for (auto& sum : sums) sum = _mm512_fmadd_pd(sum, scale, step);
    }
    for (auto& sum : sums) asm volatile("" : : "v"(sum));
}
[[gnu::target("avx2,fma")]] void fma_four_lanes() {
    __m256d sums[chains];
    __m256d const scale = _mm256_set1_pd(0.999), step = _mm256_set1_pd(0.001);
    for (auto& sum : sums) sum = step;
    for (int i = 0; i < rounds; ++i) {
#pragma GCC unroll 12
        for (auto& sum : sums) sum = _mm256_fmadd_pd(sum, scale, step);
    }
    for (auto& sum : sums) asm volatile("" : : "x"(sum));
}
#endif

void multiply_add_one_lane() {
    double sums[chains];
    for (auto& sum : sums) sum = 0.001;
    for (int i = 0; i < rounds; ++i) {
#pragma GCC unroll 12
        for (auto& sum : sums) sum = sum * 0.999 + 0.001;
    }
    for (auto& sum : sums) asm volatile("" : : "m"(sum));
}

fma_kernel widest_kernel() {
    double const scalar = 2.0 * chains * rounds;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f")) return {fma_eight_lanes, 8 * scalar, "fma, 8 lanes"};
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        return {fma_four_lanes, 4 * scalar, "fma, 4 lanes"};
#endif
    return {multiply_add_one_lane, scalar, "multiply and add, 1 lane"};
}

}  // namespace

double measure_copy(double bytes, int threads, double budget) {
    auto const half = static_cast<std::size_t>(bytes / 2) + 1;
    std::vector<char> from(half, 1), to(half, 2);  // touched, so that every page is there
    tbb::task_arena arena(threads);
    auto const shares = static_cast<std::size_t>(threads);
    auto const copy_share = [&](std::size_t t) {
        std::size_t const begin = half * t / shares, end = half * (t + 1) / shares;
        std::memcpy(to.data() + begin, from.data() + begin, end - begin);
    };
    return shortest(budget, threads, [&] {
        if (threads == 1) return copy_share(0);
        arena.execute([&] {
            tbb::parallel_for(std::size_t{0}, shares, copy_share, tbb::static_partitioner());
        });
    });
}

machine_limits measure_machine(double seconds, int threads) {
    machine_report const report = examine_machine();
    double const far = 256e6;  // beyond the caches
    machine_limits limits;
    limits.processor = report.processor;
    limits.threads = threads > 0 ? threads : report.threads;
    limits.copy_bytes_one_thread = far / measure_copy(far, 1, seconds);
    limits.copy_bytes_threads = far / measure_copy(far, limits.threads, seconds);
    double const budget = std::min(seconds, 0.05);
    limits.copy_seconds = [budget](double bytes, int copiers) {
        return measure_copy(bytes, copiers, budget);
    };
    fma_kernel const kernel = widest_kernel();
    limits.flops_by = kernel.name;
    limits.flops_per_core = kernel.flops / shortest(seconds, 1, kernel.run);
    device_limits const device = measure_device(seconds);
    limits.device = device.name;
    limits.device_copy_bytes = device.copy_bytes;
    return limits;
}

}  // namespace lockstep::bench
