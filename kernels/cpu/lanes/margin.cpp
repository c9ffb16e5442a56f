// Requirements of netting sets, from their sums.
#include "kernels/cpu/lanes.h"
#include "kernels/cpu/lanes/margin_of_set.h"

namespace lockstep::cpu::LOCKSTEP_ISA {

void margin_sets(margin_batch const& batch, std::size_t first, std::size_t last, sum_lanes lanes);
void margin_part(margin_batch const& batch, std::size_t first, std::size_t last, sum_lanes lanes,
                 wide_sums& sums);
void margin_whole(margin_batch const& batch, std::size_t set, wide_sums const& sums);

void margin_sets(margin_batch const& batch, std::size_t first, std::size_t last, sum_lanes lanes) {
    with_columns(batch.matrix, [&]<std::size_t Columns>() {
        set_scratch scratch;
        for (std::size_t set = first; set < last; ++set)
            margin_of<Columns>(batch, set, lanes, scratch, batch.rows[set]);
    });
}

void margin_part(margin_batch const& batch, std::size_t first, std::size_t last, sum_lanes lanes,
                 wide_sums& sums) {
    clear(sums, static_cast<std::uint32_t>(batch.matrix.stride()));
    with_columns(batch.matrix, [&]<std::size_t Columns>() {
        narrow_sums narrow;
        add_part<Columns>(batch, first, last, lanes, narrow, sums);
    });
}

void margin_whole(margin_batch const& batch, std::size_t set, wide_sums const& wide) {
    portfolio_sums<int128> sums = view_sums<int128>(wide, batch, set);
    sums.flags = wide.flags;
    batch.rows[set] =
        portfolio_margin(sums, batch.rules[batch.positions.rule[set]], addons_of(batch, set));
}

}  // namespace lockstep::cpu::LOCKSTEP_ISA
