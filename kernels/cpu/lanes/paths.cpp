#include "kernels/cpu/lanes.h"
#include "kernels/cpu/lanes/loop.h"
#include "pricing/model/monte_carlo.h"

namespace lockstep::cpu::LOCKSTEP_ISA {

void path_block_sums(path_batch const& batch, std::size_t block, double* scratch);

namespace {

constexpr std::size_t lane_count = path_block;

/// The normal numbers of a whole block, dimension after dimension: most of the work, eight at a
/// time.
void draw_block(path_batch const& batch, std::size_t block, double* z) {
    path_contract const& c = batch.contracts[0];
    path_source const& source = *batch.source;
    std::uint64_t const first_path = block * lane_count;
    for (int pair = 0; 2 * pair < c.assets * c.dates; ++pair) {
        double* const even = z + 2 * static_cast<std::size_t>(pair) * lane_count;
        double* const odd = even + lane_count;
        if (from_sobol(source, pair)) {
            for (std::size_t i = 0; i < lane_count; ++i) {
                normal_two const two = sobol_normals(source, first_path + i, pair);
                even[i] = two.first;
                odd[i] = two.second;
            }
            continue;
        }
        LOCKSTEP_LANES
        for (std::size_t i = 0; i < lane_count; ++i) {
            normal_two const two = path_normals(source, first_path + i, pair);
            even[i] = two.first;
            odd[i] = two.second;
        }
    }
}

struct block_normals {
    double const* z;
    std::size_t lane;
    LOCKSTEP_HD double operator()(int dimension) const {
        return z[static_cast<std::size_t>(dimension) * lane_count + lane];
    }
};

}  // namespace

void path_block_sums(path_batch const& batch, std::size_t block, double* scratch) {
    path_contract const& c = batch.contracts[0];
    std::size_t const estimates = batch.estimates.count;
    double* const z = scratch;
    double* const rows = scratch + static_cast<std::size_t>(c.assets * c.dates + 1) * lane_count;
    draw_block(batch, block, z);
    double w[path_numbers_max];
    double values[path_contracts_max];
    for (std::size_t i = 0; i < lane_count; ++i) {
        detail::draw_path(c, *batch.source, block_normals{z, i}, w);
        values_on_path(batch.contracts.data, batch.contracts.count, batch.policy, w, values);
        for (std::size_t e = 0; e < estimates; ++e) {
            double const x = estimate_of(batch.estimates[e], values);
            rows[e * lane_count + i] = x;
            rows[(estimates + e) * lane_count + i] = x * x;
        }
    }
    for (std::size_t e = 0; e < batch.width(); ++e)
        batch.sums[block * batch.width() + e] = sum_of_block(rows + e * lane_count);
}

}  // namespace lockstep::cpu::LOCKSTEP_ISA
