#include "pricing/model/scheduled_option.h"

#include "kernels/cpu/lanes.h"

namespace lockstep::cpu::LOCKSTEP_ISA {

void scheduled(schedule_batch const& batch, schedule_values const& values, double* scratch);

void scheduled(schedule_batch const& batch, schedule_values const& values, double* scratch) {
    option_batch const& o = batch.options;
    for (std::size_t i = 0; i < batch.size(); ++i) {
        scheduled_valuation const v = value_scheduled(
            {o.underlying[i], o.strike[i], o.time[i], o.rate[i], o.dividend[i], o.vol[i],
             o.flags[i]},
            static_cast<exercise_style>(batch.styles[i]), batch.events_of(i), {scratch, 1});
        values.price[i] = v.price;
        values.delta[i] = v.delta;
        values.gamma[i] = v.gamma;
        values.theta[i] = v.theta;
        values.status[i] = static_cast<std::uint8_t>(v.status);
    }
}

}  // namespace lockstep::cpu::LOCKSTEP_ISA
