// `lockstep bench surface`.
#pragma once

#include "bench/benches.h"

namespace lockstep::bench {

void bench_surface(settings const& chosen, case_sink const& sink);

}  // namespace lockstep::bench
