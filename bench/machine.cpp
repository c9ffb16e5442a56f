#include "bench/machine.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstring>
#include <memory>
#include <thread>
#include <vector>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "kernels/backend.h"

namespace lockstep::bench {

namespace {

using clock = std::chrono::steady_clock;

double seconds_since(clock::time_point start) {
    return std::chrono::duration<double>(clock::now() - start).count();
}

/// Repeats until the time is used up and returns the largest rate seen.
template <class Once>
double best_rate(double seconds, Once once) {
    double best = 0;
    auto const start = clock::now();
    do best = std::max(best, once());
    while (seconds_since(start) < seconds);
    return best;
}

/// Bytes read and written per second by threads that each copy their own share.
double copy_rate(double seconds, int threads) {
    std::size_t const total = std::size_t{128} << 20;  // each way: far beyond the caches
    std::size_t const share = total / static_cast<std::size_t>(threads);
    std::vector<char> from(total, 1), to(total, 2);  // touched, so that every page is there
    return best_rate(seconds, [&] {
        auto const start = clock::now();
        std::vector<std::thread> others;
        for (int t = 1; t < threads; ++t) {
            std::size_t const at = share * static_cast<std::size_t>(t);
            others.emplace_back([&, at] { std::memcpy(&to[at], &from[at], share); });
        }
        std::memcpy(to.data(), from.data(), share);
        for (auto& thread : others) thread.join();
        return 2.0 * static_cast<double>(share) * threads / seconds_since(start);
    });
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

machine_limits measure_machine(double seconds, int threads) {
    machine_report const report = examine_machine();
    machine_limits limits;
    limits.processor = report.processor;
    limits.threads = threads > 0 ? threads : report.threads;
    limits.copy_bytes_one_thread = copy_rate(seconds, 1);
    limits.copy_bytes_threads = copy_rate(seconds, limits.threads);
    fma_kernel const kernel = widest_kernel();
    limits.flops_by = kernel.name;
    limits.flops_per_core = best_rate(seconds, [&] {
        auto const start = clock::now();
        kernel.run();
        return kernel.flops / seconds_since(start);
    });
    device_limits const device = measure_device(seconds);
    limits.device = device.name;
    limits.device_copy_bytes = device.copy_bytes;
    return limits;
}

}  // namespace lockstep::bench
