// What a build without CUDA knows of the device: nothing.
#include "bench/machine.h"

namespace lockstep::bench {

device_limits measure_device(double) { return {}; }

}  // namespace lockstep::bench
