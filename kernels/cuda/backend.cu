#include "kernels/cuda/backend.h"

#include "kernels/cuda/american.cuh"
#include "kernels/cuda/error.cuh"
#include "kernels/cuda/heston.cuh"
#include "kernels/cuda/implied_vol.cuh"
#include "kernels/cuda/margin.cuh"
#include "kernels/cuda/paths.cuh"
#include "kernels/cuda/price.cuh"
#include "kernels/cuda/resident.cuh"
#include "kernels/cuda/risk_arrays.cuh"
#include "kernels/cuda/row_models.cuh"
#include "kernels/cuda/scheduled.cuh"
#include "kernels/cuda/settle.cuh"
#include "kernels/cuda/sha256.cuh"
#include "kernels/cuda/svi.cuh"
#include "kernels/cuda/tails.cuh"

namespace lockstep::cuda {

namespace {

class cuda_backend final : public backend {
  public:
    explicit cuda_backend(backend_options const& options)
        : sums_(options.lanes), margin_(options.lanes, options.slice_positions) {}

    std::string name() const override { return "cuda (" + describe_device() + ")"; }

    void price(option_batch const& batch, option_values const& values) override {
        pricer_.price(batch, values);
    }
    void american(option_batch const& batch, option_values const& values) override {
        americans_.american(batch, values);
    }
    void american_implied_vol(american_vol_batch const& batch,
                              implied_vol_values const& values) override {
        americans_.american_implied_vol(batch, values);
    }
    void scheduled(schedule_batch const& batch, schedule_values const& values) override {
        schedules_.scheduled(batch, values);
    }
    void price_core(black76_batch const& batch, black76_values const& values) override {
        pricer_.price_core(batch, values);
    }
    void implied_vol(implied_vol_batch const& batch, implied_vol_values const& values) override {
        implied_vols_.implied_vol(batch, values);
    }
    void value_rows(row_model model, row_batch const& batch, row_values const& values) override {
        row_models_.value_rows(model, batch, values);
    }
    void heston(heston_batch const& batch, heston_values const& values) override {
        heston_.heston(batch, values);
    }
    void value_paths(path_batch const& batch) override { paths_.value_paths(batch); }

    void risk_arrays(risk_array_batch const& batch, risk_matrix const& matrix) override {
        risk_arrays_.risk_arrays(batch, matrix);
    }
    void margin(margin_batch const& batch) override { margin_.margin(batch); }
    void check(check_batch const& batch) override { margin_.check(batch); }
    std::unique_ptr<resident_portfolio> reside(position_batch const& positions,
                                               std::size_t answers) override {
        return make_resident(positions, answers, sums_);
    }

    void sha256(message_batch const& messages, view<sha256_digest> digests) override {
        hasher_.sha256(messages, digests);
    }
    void settle(settle_batch const& batch) override { settler_.settle(batch); }
    std::size_t settle_portion() const override { return SIZE_MAX; }
    void fit_svi(svi_batch const& batch, view<svi_fit_result> fits) override {
        svi_.fit_svi(batch, fits);
    }
    void tails(tail_batch const& batch, tail_outputs const& out) override {
        tails_.tails(batch, out);
    }

  private:
    sum_lanes sums_;
    host_pricer pricer_;
    host_american americans_;
    host_implied_vol implied_vols_;
    host_row_models row_models_;
    host_heston heston_;
    host_paths paths_;
    host_hasher hasher_;
    host_risk_arrays risk_arrays_;
    host_margin margin_;
    host_scheduled schedules_;
    host_settler settler_;
    host_svi svi_;
    host_tails tails_;
};

}  // namespace

bool device_present() {
    int devices = 0;
    bool const answered = cudaGetDeviceCount(&devices) == cudaSuccess;
    if (!answered) cudaGetLastError();
    return answered && devices > 0;
}

std::string describe_device() {
    int driver = 0;
    if (cudaDriverGetVersion(&driver) == cudaSuccess && driver == 0) return "no NVIDIA driver";
    int devices = 0;
    cudaError_t const error = cudaGetDeviceCount(&devices);
    if (error != cudaSuccess) {
        cudaGetLastError();
        return std::string("no device: ") + cudaGetErrorString(error);
    }
    if (devices == 0) return "no device";
    cudaDeviceProp properties{};
    LOCKSTEP_CUDA_TRY(cudaGetDeviceProperties(&properties, 0));
    return properties.name;
}

std::unique_ptr<backend> make_cuda_backend(backend_options const& options) {
    if (!device_present())
        throw backend_unavailable("the CUDA backend was asked for, but there is " +
                                  describe_device());
    return std::make_unique<cuda_backend>(options);
}

}  // namespace lockstep::cuda
