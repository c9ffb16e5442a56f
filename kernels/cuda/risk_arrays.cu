#include "kernels/cuda/risk_arrays.cuh"

#include <algorithm>
#include <cstring>

#include "kernels/cuda/device_buffer.cuh"
#include "kernels/cuda/launch.cuh"
#include "kernels/cuda/pinned_buffer.cuh"
#include "margin/risk_array.h"

namespace lockstep::cuda {

namespace {

constexpr unsigned threads_per_block = 96;  // a warp beyond the most scenarios: the sensitivities
constexpr unsigned sensitivity_thread = scenarios_max;
static_assert(sensitivity_thread < threads_per_block);

/// One instrument's row while its block works on it.
struct shared_row {
    std::int64_t cells[scenarios_max + sensitivity_count];
    unsigned long long largest;
    unsigned refused;
    risk_status status;
    shocked_vols vols;
    double base;
};

__device__ void begin_row(risk_inputs const& in, risk_array_batch const& batch,
                          risk_matrix const& matrix, shared_row& row) {
    row.largest = 0;
    row.refused = 0;
    row.status = check_inputs(in, batch.sets, matrix.scenarios);
    if (row.status != risk_status::computed || !is_option(in)) return;
    row.vols = shock_vol(in.vol, in.time, batch.sets[in.set].vol);
    row.base = option_value_at(in, in.underlying, in.vol, flags_of(in));
}

__device__ void put_cell(double value, double scale, std::uint32_t column, shared_row& row) {
    checked_int64 const cell = quantise_nearest(value, scale);
    row.cells[column] = cell.value;
    std::int64_t const size = cell.value < 0 ? -cell.value : cell.value;
    atomicMax(&row.largest, static_cast<unsigned long long>(size));
    if (cell.overflowed) atomicOr(&row.refused, 1u);
}

__device__ double gain_of(risk_inputs const& in, scenario_set const& set, std::uint32_t s,
                          shared_row const& row) {
    if (s >= set.count) return 0.0;
    scenario_shock const& shock = set.shocks[s];
    if (!is_option(in)) return future_gain(in, shock.price_multiplier, shock.pnl_factor);
    return option_gain(in, shock.price_multiplier, shock.pnl_factor,
                       vol_in(row.vols, shock.vol_direction), flags_of(in), row.base);
}

__global__ void __launch_bounds__(threads_per_block)
    fill_rows(risk_array_batch batch, risk_matrix matrix) {
    __shared__ shared_row row;
    unsigned const thread = threadIdx.x;
    for (std::size_t i = blockIdx.x; i < batch.instruments.size(); i += gridDim.x) {
        risk_inputs const in = batch.instruments[i];
        if (thread == 0) begin_row(in, batch, matrix, row);
        __syncthreads();
        if (row.status == risk_status::computed) {
            if (thread < matrix.scenario_columns)
                put_cell(gain_of(in, batch.sets[in.set], thread, row), in.scale, thread, row);
            if (thread == sensitivity_thread) {
                sensitivity_row const greeks =
                    is_option(in) ? option_sensitivities(in) : future_sensitivities(in);
                for (std::uint32_t j = 0; j < sensitivity_count; ++j)
                    put_cell(greeks.at[j], in.scale, matrix.scenario_columns + j, row);
            }
        }
        __syncthreads();
        bool const refused = row.refused != 0;
        bool const computed = row.status == risk_status::computed && !refused;
        for (std::size_t c = thread; c < matrix.stride(); c += threads_per_block)
            matrix.row(i)[c] = computed ? row.cells[c] : 0;
        if (thread == 0) {
            risk_status const status = refused ? risk_status::value_does_not_fit : row.status;
            matrix.row_max[i] = computed ? static_cast<std::int64_t>(row.largest) : row_quarantined;
            matrix.status[i] = static_cast<std::uint8_t>(status);
            matrix.expiry_bucket[i] = bucket_of(in);
        }
        __syncthreads();  // the next row overwrites this one
    }
}

}  // namespace

void risk_arrays_async(risk_array_batch const& batch, risk_matrix const& matrix,
                       cudaStream_t stream) {
    if (batch.instruments.empty()) return;
    launch(fill_rows, grid_for(batch.instruments.size(), 1), threads_per_block, stream, batch,
           matrix);
}

/// Two slots, so that one slice's rows travel back while the next is computed.
class host_risk_arrays::staging {
  public:
    void run(risk_array_batch const& batch, risk_matrix const& matrix) {
        for (slot& s : slots_) {  // whatever an earlier call that threw left behind
            s.queue.wait();
            s.rows = 0;
        }
        shared_.wait();
        sets_.reserve(batch.sets.size());
        device_sets_.reserve(batch.sets.size(), shared_.get());
        std::copy(batch.sets.begin(), batch.sets.end(), sets_.data());
        copy_async<scenario_set>(sets_.data(), device_sets_.data(), batch.sets.size(),
                                 shared_.get());
        sets_sent_.record(shared_.get());
        std::size_t const count = batch.instruments.size();
        for (std::size_t first = 0, k = 0; first < count; first += slice_rows, ++k) {
            slot& s = slots_[k % slot_count];
            collect(s, matrix);
            s.first = first;
            s.rows = std::min(slice_rows, count - first);
            fill_async(s, batch, matrix);
        }
        for (slot& s : slots_) collect(s, matrix);
    }

  private:
    static constexpr std::size_t slot_count = 2;
    static constexpr std::size_t slice_rows = std::size_t{1} << 14;

    struct slot {
        stream queue;
        pinned_buffer<risk_inputs> inputs;
        pinned_buffer<std::int64_t> cells, row_max;
        pinned_buffer<std::uint8_t> bucket, status;
        device_buffer<risk_inputs> device_inputs;
        device_buffer<std::int64_t> device_cells, device_row_max;
        device_buffer<std::uint8_t> device_bucket, device_status;
        std::size_t first = 0;
        std::size_t rows = 0;  // under way; zero when the slot is free
    };

    static void reserve(slot& s, std::size_t stride) {
        cudaStream_t const queue = s.queue.get();
        s.inputs.reserve(s.rows), s.device_inputs.reserve(s.rows, queue);
        s.cells.reserve(s.rows * stride), s.device_cells.reserve(s.rows * stride, queue);
        s.row_max.reserve(s.rows), s.device_row_max.reserve(s.rows, queue);
        s.bucket.reserve(s.rows), s.device_bucket.reserve(s.rows, queue);
        s.status.reserve(s.rows), s.device_status.reserve(s.rows, queue);
    }

    void fill_async(slot& s, risk_array_batch const& batch, risk_matrix const& matrix) {
        reserve(s, matrix.stride());
        cudaStream_t const queue = s.queue.get();
        std::memcpy(s.inputs.data(), batch.instruments.data + s.first,
                    s.rows * sizeof(risk_inputs));
        copy_async<risk_inputs>(s.inputs.data(), s.device_inputs.data(), s.rows, queue);
        sets_sent_.hold_async(queue);
        risk_matrix part = matrix;
        part.cells = s.device_cells.data();
        part.row_max = s.device_row_max.data();
        part.expiry_bucket = s.device_bucket.data();
        part.status = s.device_status.data();
        part.instruments = s.rows;
        risk_arrays_async(
            {{s.device_inputs.data(), s.rows}, {device_sets_.data(), batch.sets.size()}}, part,
            queue);
        copy_async<std::int64_t>(part.cells, s.cells.data(), s.rows * part.stride(), queue);
        copy_async<std::int64_t>(part.row_max, s.row_max.data(), s.rows, queue);
        copy_async<std::uint8_t>(part.expiry_bucket, s.bucket.data(), s.rows, queue);
        copy_async<std::uint8_t>(part.status, s.status.data(), s.rows, queue);
    }

    static void collect(slot& s, risk_matrix const& matrix) {
        if (s.rows == 0) return;
        s.queue.wait();
        std::memcpy(matrix.row(s.first), s.cells.data(),
                    s.rows * matrix.stride() * sizeof(std::int64_t));
        std::memcpy(matrix.row_max + s.first, s.row_max.data(), s.rows * sizeof(std::int64_t));
        std::memcpy(matrix.expiry_bucket + s.first, s.bucket.data(), s.rows);
        std::memcpy(matrix.status + s.first, s.status.data(), s.rows);
        s.rows = 0;
    }

    stream shared_;
    event sets_sent_;
    pinned_buffer<scenario_set> sets_;
    device_buffer<scenario_set> device_sets_;
    slot slots_[slot_count];
};

host_risk_arrays::host_risk_arrays() = default;
host_risk_arrays::~host_risk_arrays() = default;

void host_risk_arrays::risk_arrays(risk_array_batch const& batch, risk_matrix const& matrix) {
    if (batch.instruments.empty()) return;
    if (!staging_) staging_ = std::make_unique<staging>();
    staging_->run(batch, matrix);
}

}  // namespace lockstep::cuda
