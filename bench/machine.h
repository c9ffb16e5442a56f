// How fast this machine can possibly be, measured and not read from a data sheet: bytes that a copy
// moves and fused multiply-adds that the registers take. A bench quotes its times against these.
#pragma once

#include <functional>
#include <string>

namespace lockstep::bench {

struct machine_limits {
    std::string processor;
    int threads = 1;                   // that the threaded figures use
    double copy_bytes_one_thread = 0;  // read + written per second, beyond the caches
    double copy_bytes_threads = 0;
    double flops_per_core = 0;  // an fma counts two; widest instruction set present
    std::string flops_by;       // "fma, 8 lanes"
    std::string device;         // empty: none
    double device_copy_bytes = 0;
    /// The shortest time in which so many threads move so many bytes, half of them read and half
    /// written. A case is held against a copy of its own size: what fits a cache is as fast there.
    std::function<double(double bytes, int threads)> copy_seconds;
};

/// Takes about `seconds` for each figure. The device is measured when there is one.
machine_limits measure_machine(double seconds, int threads);

/// Measures copy_seconds anew: repeats for at least `budget` seconds and three times.
double measure_copy(double bytes, int threads, double budget);

/// The device's own name and its copy bandwidth (read + written, per second); nothing is measured
/// and the name stays empty without a device. Defined in device.cu, or where there is no CUDA in
/// device_absent.cpp.
struct device_limits {
    std::string name;
    double copy_bytes = 0;
};
device_limits measure_device(double seconds);

}  // namespace lockstep::bench
