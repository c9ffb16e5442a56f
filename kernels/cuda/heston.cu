#include "kernels/cuda/heston.cuh"

#include "kernels/cuda/launch.cuh"
#include "pricing/model/heston_value.h"

namespace lockstep::cuda {

namespace {

constexpr unsigned threads = 128;  // of a block: nodes at a time, and strikes at a time
static_assert(threads % heston_nodes_step == 0);

/// What the threads of a block share: they value one expiry.
struct expiry_work {
    heston_expiry expiry;
    heston_plan plan;
    heston_contour contour;
    unsigned wanted;  // a bit for each contour
    double re[heston_sum_count][threads], im[heston_sum_count][threads];
    double size[threads], log_size[threads];
};

__device__ void write_row(heston_values const& values, std::size_t row, heston_valuation const& v,
                          heston_status status) {
    heston_row const r = heston_row_of(v, status);
    for (std::size_t k = 0; k < heston_value_count; ++k)
        if (values.columns[k] != nullptr) values.columns[k][row] = r.v.values[k];
    values.status[row] = static_cast<std::uint8_t>(r.status);
}

/// All threads compute the contour's nodes; those whose strike it is (mine) sum them.
template <heston_depth Depth>
__device__ void run_contour(expiry_work& w, heston_strike const& o, bool mine,
                            heston_values const& values, std::size_t row) {
    heston_turn turn = heston_turn_of(w.contour, mine ? o.k : 0.0);
    double sums[heston_sum_count] = {}, size = 0.0, log_size_at_zero = 0.0;
    bool done = false;
    for (int first = 0; first < heston_nodes_max && !done; first += static_cast<int>(threads)) {
        unsigned const at = threadIdx.x;
        heston_node const n = heston_node_at<Depth>(
            w.expiry, w.contour, static_cast<double>(first + static_cast<int>(at)));
        for (int k = 0; k < static_cast<int>(Depth); ++k) {
            w.re[k][at] = n.terms[k].re;
            w.im[k][at] = n.terms[k].im;
        }
        w.size[at] = square_root(norm(n.terms[0]));
        w.log_size[at] = n.log_size;
        __syncthreads();
        if (first == 0) log_size_at_zero = w.log_size[0];
        // Every thread comes to the same end at the same step.
        for (unsigned from = 0; from < threads && !done; from += heston_nodes_step) {
            unsigned const to = from + heston_nodes_step;
            for (unsigned j = from; j < to; ++j) {
                size += w.size[j];
                for (int k = 0; k < static_cast<int>(Depth); ++k)
                    sums[k] = heston_add(sums[k], {w.re[k][j], w.im[k][j]}, turn.now);
                turn.now = turn.now * turn.step;
            }
            done = heston_rest_is_lost(log_size_at_zero, w.log_size[from], w.log_size[to - 1]);
        }
        __syncthreads();
    }
    if (!mine) return;
    heston_valuation const v = heston_value_of<Depth>(w.expiry, w.plan, o, w.contour, sums, size);
    write_row(values, row, v, heston_sum_status(w.plan, o, v, done));
}

template <heston_depth Depth>
__device__ void run_strikes(expiry_work& w, heston_batch const& batch, heston_values const& values,
                            std::size_t row, bool there) {
    heston_strike o{1.0, 0.0, false, false, 0};
    int contour = -1;
    if (there) {
        bool const put = (batch.flags[row] & option_flag::put) != 0;
        std::uint64_t const faults = w.plan.faults | heston_strike_faults(batch.strike[row]);
        if (faults != 0) {
            write_row(values, row, {}, first_heston_fault(faults));
        } else {
            o = heston_strike_of(w.plan, batch.strike[row], put);
            if (w.plan.certain)
                write_row(values, row, heston_certain_value(w.expiry, w.plan, o),
                          heston_status::computed);
            else
                contour = o.rung + (o.on_calls ? heston_rungs : 0);
        }
    }
    if (threadIdx.x == 0) w.wanted = 0;
    __syncthreads();
    if (contour >= 0) atomicOr(&w.wanted, 1u << contour);
    __syncthreads();
    unsigned const wanted = w.wanted;
    for (int which = 0; which < 2 * heston_rungs; ++which) {
        if ((wanted >> which & 1) == 0) continue;
        if (threadIdx.x == 0)
            w.contour = heston_contour_of(w.plan, which >= heston_rungs, which % heston_rungs);
        __syncthreads();
        run_contour<Depth>(w, o, contour == which, values, row);
        __syncthreads();
    }
}

template <heston_depth Depth>
__global__ void __launch_bounds__(threads) heston_kernel(heston_batch batch, heston_values values) {
    __shared__ expiry_work w;
    for (std::size_t e = blockIdx.x; e < batch.expiries.size(); e += gridDim.x) {
        if (threadIdx.x == 0) {
            w.expiry = batch.expiries[e];
            w.plan = heston_plan_of(w.expiry);
        }
        __syncthreads();
        std::size_t const end = batch.begin[e + 1];
        for (std::size_t first = batch.begin[e]; first < end; first += threads) {
            std::size_t const row = first + threadIdx.x;
            run_strikes<Depth>(w, batch, values, row, row < end);
            __syncthreads();
        }
        __syncthreads();
    }
}

}  // namespace

void heston_async(heston_batch const& batch, heston_values const& values, cudaStream_t stream) {
    if (batch.expiries.empty()) return;
    unsigned const blocks = grid_for(batch.expiries.size(), 1);
    if (wants_derivatives(values))
        launch(heston_kernel<heston_depth::all>, blocks, threads, stream, batch, values);
    else
        launch(heston_kernel<heston_depth::price>, blocks, threads, stream, batch, values);
}

void host_heston::heston(heston_batch const& batch, heston_values const& values) {
    std::size_t const rows = batch.size(), expiries = batch.expiries.size();
    if (rows == 0 || expiries == 0) return;
    cudaStream_t const queue = stream_.get();
    expiries_.reserve(expiries, queue);
    begin_.reserve(expiries + 1, queue);
    strikes_.reserve(rows, queue);
    flags_.reserve(rows, queue);
    status_.reserve(rows, queue);
    columns_.reserve(rows * heston_value_count, queue);
    copy_async(batch.expiries.data, expiries_.data(), expiries, queue);
    copy_async(batch.begin.data, begin_.data(), expiries + 1, queue);
    copy_async(batch.strike.data, strikes_.data(), rows, queue);
    copy_async(batch.flags.data, flags_.data(), rows, queue);
    heston_values on_device{{}, status_.data(), rows};
    for (std::size_t k = 0; k < heston_value_count; ++k)
        if (values.columns[k] != nullptr) on_device.columns[k] = columns_.data() + k * rows;
    heston_async({expiries_.first(expiries), begin_.first(expiries + 1), strikes_.first(rows),
                  flags_.first(rows)},
                 on_device, queue);
    for (std::size_t k = 0; k < heston_value_count; ++k)
        if (values.columns[k] != nullptr)
            copy_async(on_device.columns[k], values.columns[k], rows, queue);
    copy_async(status_.data(), values.status, rows, queue);
    stream_.wait();
}

}  // namespace lockstep::cuda
