// What a build without CUDA knows of the device: nothing.
#include "bench/device.h"
#include "bench/machine.h"

namespace lockstep::bench {

device_limits measure_device(double) { return {}; }

std::unique_ptr<resident_work> resident_price(option_batch const&, option_values const&, bool) {
    return nullptr;
}
std::unique_ptr<resident_work> resident_risk_arrays(risk_array_batch const&, risk_matrix const&) {
    return nullptr;
}
std::unique_ptr<resident_work> resident_margin(margin_batch const&) { return nullptr; }

}  // namespace lockstep::bench
