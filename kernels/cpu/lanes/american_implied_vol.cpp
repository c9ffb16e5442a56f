#include "pricing/model/american_implied_vol.h"

#include "kernels/cpu/lanes.h"

namespace lockstep::cpu::LOCKSTEP_ISA {

void american_implied_vol_slice(american_vol_batch const& batch, implied_vol_values const& values);

void american_implied_vol_slice(american_vol_batch const& batch, implied_vol_values const& values) {
    constexpr int rows_at_once = 8;
    for (std::size_t begin = 0; begin < batch.size(); begin += rows_at_once) {
        american_quotes<rows_at_once> in;
        for (int l = 0; l < rows_at_once; ++l) {
            // Behind the last row it is repeated.
            std::size_t const wanted = begin + static_cast<std::size_t>(l);
            std::size_t const i = wanted < batch.size() ? wanted : batch.size() - 1;
            in.underlying[l] = batch.underlying[i];
            in.strike[l] = batch.strike[i];
            in.time[l] = batch.time[i];
            in.rate[l] = batch.rate[i];
            in.dividend[l] = batch.dividend[i];
            in.price[l] = batch.price[i];
            in.flags[l] = batch.flags[i];
        }
        american_vols<rows_at_once> v;
        american_implied_vol(in, v);
        std::size_t const rest = batch.size() - begin;
        for (std::size_t l = 0; l < rest && l < rows_at_once; ++l) {
            values.vol[begin + l] = v.vol[l];
            values.error[begin + l] = v.error[l];
            values.status[begin + l] =
                static_cast<std::uint8_t>(first_implied_vol_fault(v.faults[l]));
        }
    }
}

}  // namespace lockstep::cpu::LOCKSTEP_ISA
