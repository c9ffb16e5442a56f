#include "pricing/model/implied_vol.h"
#include "kernels/cpu/lanes.h"
#include "kernels/cpu/lanes/loop.h"

namespace lockstep::cpu::LOCKSTEP_ISA {

void implied_vol_slice(implied_vol_batch const& batch, implied_vol_values const& values);

void implied_vol_slice(implied_vol_batch const& batch, implied_vol_values const& values) {
    alignas(64) std::uint64_t words[lane_block];  // flags
    alignas(64) std::uint64_t faults[lane_block];
    for (std::size_t begin = 0; begin < batch.size(); begin += lane_block) {
        std::size_t const rest = batch.size() - begin;
        std::size_t const count = rest < lane_block ? rest : lane_block;
        double const* forward = batch.forward.data + begin;
        double const* strike = batch.strike.data + begin;
        double const* time = batch.time.data + begin;
        double const* price = batch.price.data + begin;
        double const* discount = batch.discount.data + begin;
        double* vol = values.vol + begin;
        double* error = values.error + begin;
        for (std::size_t i = 0; i < count; ++i) words[i] = batch.flags[begin + i];
        LOCKSTEP_LANES
        for (std::size_t i = 0; i < count; ++i) {
            implied_vol_value const v = lockstep::implied_vol(
                {forward[i], strike[i], time[i], price[i], discount[i], words[i]});
            vol[i] = v.vol;
            error[i] = v.error;
            faults[i] = v.faults;
        }
        for (std::size_t i = 0; i < count; ++i)
            values.status[begin + i] =
                static_cast<std::uint8_t>(first_implied_vol_fault(faults[i]));
    }
}

}  // namespace lockstep::cpu::LOCKSTEP_ISA
