#include "kernels/cuda/launch.cuh"
#include "kernels/cuda/tails.cuh"

namespace lockstep::cuda {

namespace {

constexpr unsigned threads_per_block = 64;
constexpr std::size_t blocks_max = 256;
constexpr std::size_t scratch_bytes_max = std::size_t{2} << 30;

/// As many blocks as there is work and room for; at least one.
unsigned blocks_for(tail_batch const& batch, std::uint32_t places) {
    std::size_t const bytes =
        2 * (batch.inputs.scenarios * sizeof(int128) + places * sizeof(std::uint32_t)) *
        threads_per_block;
    std::size_t const room = scratch_bytes_max / bytes;
    std::size_t const most = room < blocks_max ? room : blocks_max;
    std::size_t const wanted = grid_for(batch.size(), threads_per_block);
    std::size_t const blocks = wanted < most ? wanted : most;
    return blocks == 0 ? 1u : static_cast<unsigned>(blocks);
}

__global__ void __launch_bounds__(threads_per_block)
    judge_accounts(tail_inputs in, std::uint32_t places, int128* sums, std::uint32_t* orders,
                   tail_outputs out) {
    std::size_t const stride = element_stride(), thread = first_element();
    tail_scratch const scratch{{sums + thread, stride},
                               {sums + in.scenarios * stride + thread, stride},
                               {orders + thread, stride},
                               {orders + places * stride + thread, stride}};
    for (std::size_t a = thread; a < in.accounts(); a += stride)
        judge_tail(in, a, places, scratch, out);
}

/// Brings a column to the device.
template <class T>
view<T const> sent(view<T const> column, device_buffer<T>& to, cudaStream_t queue) {
    to.reserve(column.count, queue);
    copy_async(column.data, to.data(), column.count, queue);
    return {to.data(), column.count};
}

}  // namespace

tail_batch host_tails::on_device(tail_batch const& batch) {
    cudaStream_t const queue = queue_.get();
    tail_inputs in = batch.inputs;
    view<std::int64_t const> const gains{in.gains, batch.instruments * in.scenarios};
    in.gains = sent(gains, gains_, queue).data;
    in.tails_ppm = sent(in.tails_ppm, tails_ppm_, queue);
    in.first_set = sent(in.first_set, first_set_, queue);
    in.begin = sent(in.begin, begin_, queue);
    in.instrument = sent(in.instrument, instrument_, queue);
    in.lots = sent(in.lots, lots_, queue);
    in.lot_exponent = sent(in.lot_exponent, lot_exponent_, queue);
    return {in, batch.instruments};
}

void host_tails::tails(tail_batch const& batch, tail_outputs const& out) {
    std::size_t const accounts = batch.size();
    if (accounts == 0) return;
    cudaStream_t const queue = queue_.get();
    tail_inputs const in = on_device(batch).inputs;
    std::uint32_t const places = batch.inputs.places();
    unsigned const blocks = blocks_for(batch, places);
    std::size_t const threads = std::size_t{blocks} * threads_per_block;
    std::size_t const levels = in.tails_ppm.count, parts = batch.sets() * levels;
    sums_.reserve(2 * threads * in.scenarios, queue);
    orders_.reserve(2 * threads * places, queue);
    worst_.reserve(accounts, queue);
    losses_.reserve(accounts * levels, queue);
    components_.reserve(parts, queue);
    launch(judge_accounts, blocks, threads_per_block, queue, in, places, sums_.data(),
           orders_.data(), tail_outputs{worst_.data(), losses_.data(), components_.data()});
    copy_async(worst_.data(), out.worst, accounts, queue);
    copy_async(losses_.data(), out.losses, accounts * levels, queue);
    copy_async(components_.data(), out.components, parts, queue);
    queue_.wait();
}

}  // namespace lockstep::cuda
