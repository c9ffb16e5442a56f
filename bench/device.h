// Work whose inputs and results stay on the device, timed by the device's own clock: what the
// kernels do, without the road to them. Plain C++; the CUDA side is in device_price.cu and
// device_margin.cu, and device_absent.cpp stands in for it where there is no CUDA.
#pragma once

#include <memory>

#include "kernels/views.h"

namespace lockstep::bench {

/// Something on the device that can be done again and again.
class resident_work {
  public:
    virtual ~resident_work() = default;
    /// Does it once and returns the device's seconds.
    virtual double run() = 0;
    /// Copies the results of the last run to where the maker said.
    virtual void fetch() = 0;
};

/// Options priced to the depth that the columns of `results` ask for; `narrow` takes the narrow
/// verb. Null without a device.
std::unique_ptr<resident_work> resident_price(option_batch const& options,
                                              option_values const& results, bool narrow);

/// Risk arrays into `matrix`. Null without a device.
std::unique_ptr<resident_work> resident_risk_arrays(risk_array_batch const& batch,
                                                    risk_matrix const& matrix);

/// Margin of a book that stays on the device and is marked again and again: positions, matrix,
/// rules and rows. Null without a device.
std::unique_ptr<resident_work> resident_margin(margin_batch const& batch);

}  // namespace lockstep::bench
