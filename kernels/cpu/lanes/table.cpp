#include "kernels/cpu/lanes.h"
#include "kernels/cpu/lanes/sha256_words.h"

namespace lockstep::cpu::LOCKSTEP_ISA {

void price(option_batch const& batch, option_values const& values);
void american(option_batch const& batch, option_values const& values);
void american_implied_vol_slice(american_vol_batch const&, implied_vol_values const&);
void scheduled(schedule_batch const& batch, schedule_values const& values, double* scratch);
void price_core(black76_batch const& batch, black76_values const& values);
void implied_vol_slice(implied_vol_batch const& batch, implied_vol_values const& values);
void value_rows(row_model model, row_batch const& batch, row_values const& values);
void heston_expiries(heston_batch const&, heston_values const&, std::size_t, std::size_t);
void path_block_sums(path_batch const&, std::size_t, double*);
void risk_arrays(risk_array_batch const&, risk_matrix const&, std::size_t, std::size_t);
void margin_sets(margin_batch const&, std::size_t, std::size_t, sum_lanes);
void margin_part(margin_batch const&, std::size_t, std::size_t, sum_lanes, wide_sums&);
void margin_whole(margin_batch const&, std::size_t, wide_sums const&);
void check_sets(check_batch const&, std::size_t, std::size_t, sum_lanes);
void sha256_slice(message_batch const& batch, std::size_t begin, std::size_t end,
                  sha256_digest* digests);

extern lane_table const table;
lane_table const table = {
    .name = LOCKSTEP_ISA_NAME,
    .price = price,
    .american = american,
    .american_implied_vol = american_implied_vol_slice,
    .scheduled = scheduled,
    .price_core = price_core,
    .implied_vol = implied_vol_slice,
    .value_rows = value_rows,
    .path_block_sums = path_block_sums,
    .risk_arrays = risk_arrays,
    .margin_sets = margin_sets,
    .margin_part = margin_part,
    .margin_whole = margin_whole,
    .check_sets = check_sets,
    .sha256 = sha256_slice,
    .sha256_lanes = lane_count,
    .heston = heston_expiries,
};

}  // namespace lockstep::cpu::LOCKSTEP_ISA
