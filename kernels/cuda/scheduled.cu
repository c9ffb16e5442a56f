#include "kernels/cuda/scheduled.cuh"

#include "kernels/cuda/launch.cuh"
#include "pricing/model/scheduled_option.h"

namespace lockstep::cuda {

namespace {

constexpr unsigned threads_per_block = 64;
constexpr std::size_t threads_max = 8192;  // 240 megabytes of grids

__global__ void __launch_bounds__(threads_per_block)
    value_rows(schedule_batch batch, schedule_values values, double* scratch) {
    option_batch const& o = batch.options;
    schedule_scratch const grid{scratch + first_element(), element_stride()};
    for (std::size_t i = first_element(); i < batch.size(); i += element_stride()) {
        scheduled_valuation const v =
            value_scheduled({o.underlying[i], o.strike[i], o.time[i], o.rate[i], o.dividend[i],
                             o.vol[i], o.flags[i]},
                            static_cast<exercise_style>(batch.styles[i]), batch.events_of(i), grid);
        values.price[i] = v.price;
        values.delta[i] = v.delta;
        values.gamma[i] = v.gamma;
        values.theta[i] = v.theta;
        values.status[i] = static_cast<std::uint8_t>(v.status);
    }
}

}  // namespace

void host_scheduled::scheduled(schedule_batch const& batch, schedule_values const& values) {
    std::size_t const rows = batch.size();
    if (rows == 0) return;
    cudaStream_t const queue = queue_.get();
    std::size_t const wanted = rows < threads_max ? rows : threads_max;
    unsigned const blocks = grid_for(wanted, threads_per_block);
    scratch_.reserve(
        std::size_t{blocks} * threads_per_block * schedule_scratch::columns * schedule_nodes,
        queue);
    inputs_.reserve(6 * rows, queue);
    results_.reserve(4 * rows, queue);
    bytes_.reserve(3 * rows, queue);
    first_event_.reserve(rows + 1, queue);
    events_.reserve(batch.events.count, queue);

    option_batch const& o = batch.options;
    view<double const> const columns[] = {o.underlying, o.strike,   o.time,
                                          o.rate,       o.dividend, o.vol};
    for (std::size_t k = 0; k < 6; ++k)
        copy_async(columns[k].data, inputs_.data() + k * rows, rows, queue);
    copy_async(o.flags.data, bytes_.data(), rows, queue);
    copy_async(batch.styles.data, bytes_.data() + rows, rows, queue);
    copy_async(batch.first_event.data, first_event_.data(), rows + 1, queue);
    copy_async(batch.events.data, events_.data(), batch.events.count, queue);

    auto const input = [&](std::size_t k) {
        return view<double const>{inputs_.data() + k * rows, rows};
    };
    schedule_batch const device{
        {input(0), input(1), input(2), input(3), input(4), input(5), {bytes_.data(), rows}},
        {bytes_.data() + rows, rows},
        {first_event_.data(), rows + 1},
        {events_.data(), batch.events.count}};
    double* const out = results_.data();
    schedule_values const results{
        out, out + rows, out + 2 * rows, out + 3 * rows, bytes_.data() + 2 * rows, rows};
    launch(value_rows, blocks, threads_per_block, queue, device, results, scratch_.data());

    copy_async(results.price, values.price, rows, queue);
    copy_async(results.delta, values.delta, rows, queue);
    copy_async(results.gamma, values.gamma, rows, queue);
    copy_async(results.theta, values.theta, rows, queue);
    copy_async(results.status, values.status, rows, queue);
    queue_.wait();
}

}  // namespace lockstep::cuda
