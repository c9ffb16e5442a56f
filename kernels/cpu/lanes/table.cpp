#include "kernels/cpu/lanes.h"

namespace lockstep::cpu::LOCKSTEP_ISA {

extern lane_table const table;
lane_table const table = {
    .name = LOCKSTEP_ISA_NAME,
};

}  // namespace lockstep::cpu::LOCKSTEP_ISA
