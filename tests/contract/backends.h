// The backends of this build on this machine, for tests that hold each of them to the same bytes.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "kernels/backend.h"

namespace lockstep {

/// Every CPU instruction set with one and with two threads. The first is the plainest: the base
/// instruction set on one thread.
inline std::vector<backend_options> cpu_backends() {
    std::vector<backend_options> all;
    for (auto const& isa : examine_machine().instruction_sets)
        for (int threads : {1, 2}) all.push_back({backend_kind::cpu, threads, isa});
    return all;
}

inline std::unique_ptr<backend> plainest_backend() {
    return make_backend({backend_kind::cpu, 1, "base"});
}

/// A readable name for a parameterised test: v4_2_threads.
inline std::string backend_test_name(testing::TestParamInfo<backend_options> const& info) {
    return info.param.isa + "_" + std::to_string(info.param.threads) + "_threads";
}

}  // namespace lockstep

/// Leaves the test as skipped, with the reason, when no device answers.
#define LOCKSTEP_SKIP_WITHOUT_DEVICE()                                                        \
    do {                                                                                      \
        auto const machine = ::lockstep::examine_machine();                                   \
        if (!machine.cuda_built) GTEST_SKIP() << "this build has no CUDA backend";            \
        if (!machine.cuda_present) GTEST_SKIP() << "no CUDA device: " << machine.cuda_device; \
    } while (false)
