#include <oneapi/tbb/info.h>

#include <cstdlib>
#include <string_view>

#include "kernels/backend.h"
#include "kernels/cpu/backend.h"
#include "kernels/cpu/lanes.h"
#ifdef LOCKSTEP_HAS_CUDA
#include "kernels/cuda/backend.h"
#endif

namespace lockstep {

namespace {

backend_kind overridden(backend_kind kind) {
    char const* forced = std::getenv("LOCKSTEP_BACKEND");
    if (kind != backend_kind::automatic || forced == nullptr || *forced == '\0') return kind;
    std::string_view const name = forced;
    if (name == "cpu") return backend_kind::cpu;
    if (name == "cuda") return backend_kind::cuda;
    throw backend_unavailable("LOCKSTEP_BACKEND is '" + std::string(name) +
                              "'; it can be cpu or cuda");
}

}  // namespace

std::unique_ptr<backend> make_backend(backend_options const& options) {
    backend_kind const kind = overridden(options.kind);
#ifdef LOCKSTEP_HAS_CUDA
    if (kind == backend_kind::cuda || (kind == backend_kind::automatic && cuda::device_present()))
        return cuda::make_cuda_backend(options);
#else
    if (kind == backend_kind::cuda)
        throw backend_unavailable(
            "this build has no CUDA backend (configure with LOCKSTEP_CUDA=ON where nvcc is)");
#endif
    return cpu::make_cpu_backend(options);
}

machine_report examine_machine() {
    machine_report report;
    report.processor = cpu::describe_processor();
    report.threads = tbb::info::default_concurrency();
    report.instruction_sets = cpu::available_lanes();
#ifdef LOCKSTEP_HAS_CUDA
    report.cuda_built = true;
    report.cuda_present = cuda::device_present();
    report.cuda_device = cuda::describe_device();
#endif
    return report;
}

}  // namespace lockstep
