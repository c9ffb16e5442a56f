#include "kernels/cpu/tails.h"

#include <vector>

#include "kernels/cpu/slices.h"

namespace lockstep::cpu {

namespace {
constexpr std::size_t slice_accounts = 64;
}  // namespace

void tails(tbb::task_arena& arena, tail_batch const& batch, tail_outputs const& out) {
    tail_inputs const& in = batch.inputs;
    std::uint32_t const places = in.places();
    each_slice(arena, batch.size(), slice_accounts, [&](std::size_t begin, std::size_t length) {
        std::vector<int128> sums(2 * std::size_t{in.scenarios});
        std::vector<std::uint32_t> orders(2 * std::size_t{places});
        tail_scratch const scratch{{sums.data(), 1},
                                   {sums.data() + in.scenarios, 1},
                                   {orders.data(), 1},
                                   {orders.data() + places, 1}};
        for (std::size_t a = begin; a < begin + length; ++a)
            judge_tail(in, a, places, scratch, out);
    });
}

}  // namespace lockstep::cpu
