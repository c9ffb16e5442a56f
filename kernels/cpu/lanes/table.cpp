#include "kernels/cpu/lanes.h"

namespace lockstep::cpu::LOCKSTEP_ISA {

void price(option_batch const& batch, option_values const& values);
void price_core(black76_batch const& batch, black76_values const& values);

extern lane_table const table;
lane_table const table = {
    .name = LOCKSTEP_ISA_NAME,
    .price = price,
    .price_core = price_core,
};

}  // namespace lockstep::cpu::LOCKSTEP_ISA
