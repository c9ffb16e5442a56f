// What a build without CUDA knows of the device: nothing.
#include "bench/device.h"
#include "bench/machine.h"

namespace lockstep::bench {

device_limits measure_device(double) { return {}; }

std::unique_ptr<resident_work> resident_price(option_batch const&, option_values const&, bool) {
    return nullptr;
}

}  // namespace lockstep::bench
