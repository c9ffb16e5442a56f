// A portfolio that stays in device memory (kernels/backend.h).
#pragma once

#include <memory>

#include "kernels/backend.h"

namespace lockstep::cuda {

std::unique_ptr<resident_portfolio> make_resident(position_batch const& positions,
                                                  std::size_t answers, sum_lanes mode);

}  // namespace lockstep::cuda
