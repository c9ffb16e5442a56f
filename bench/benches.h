// The benches there are. Each makes its inputs from a seed, one case at a time, and hands the case
// over to be checked, timed and printed before it makes the next.
#pragma once

#include <functional>

#include "bench/harness.h"

namespace lockstep::bench {

using case_sink = std::function<void(bench_case const&)>;

void bench_price(settings const& chosen, case_sink const& sink);
void bench_implied_vol(settings const& chosen, case_sink const& sink);
void bench_american(settings const& chosen, case_sink const& sink);
void bench_heston(settings const& chosen, case_sink const& sink);
void bench_surface(settings const& chosen, case_sink const& sink);
void bench_mc(settings const& chosen, case_sink const& sink);
void bench_var(settings const& chosen, case_sink const& sink);
void bench_risk_arrays(settings const& chosen, case_sink const& sink);
void bench_margin(settings const& chosen, case_sink const& sink);
void bench_watch(settings const& chosen, case_sink const& sink);
void bench_matching(settings const& chosen, case_sink const& sink);
void bench_root(settings const& chosen, case_sink const& sink);
void bench_blocks(settings const& chosen, case_sink const& sink);
void bench_store(settings const& chosen, case_sink const& sink);
void bench_signatures(settings const& chosen, case_sink const& sink);
void bench_execution(settings const& chosen, case_sink const& sink);

}  // namespace lockstep::bench
