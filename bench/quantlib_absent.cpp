// What a build without QuantLib offers as a peer: none, and it is never asked for values.
#include <stdexcept>

#include "bench/quantlib_heston.h"
#include "bench/quantlib_mc.h"
#include "bench/quantlib_peer.h"

namespace lockstep::bench {

namespace {
[[noreturn]] void refuse() { throw std::logic_error("this build has no QuantLib"); }
}  // namespace

std::string quantlib_version() { return {}; }
void quantlib_black_calculator(option_batch const&, peer_values const&) { refuse(); }
void quantlib_black_value(option_batch const&, double*) { refuse(); }
void quantlib_european_engine(option_batch const&, peer_values const&) { refuse(); }
void quantlib_heston_analytic(heston_batch const&, double*) { refuse(); }
void quantlib_heston_cosine(heston_batch const&, double*) { refuse(); }
void quantlib_heston_exponential(heston_batch const&, double*) { refuse(); }
void quantlib_heston_precise(heston_batch const&, double*) { refuse(); }
void quantlib_implied_vol(implied_vol_batch const&, double*) { refuse(); }
void quantlib_implied_vol_lirs(implied_vol_batch const&, double*) { refuse(); }

double quantlib_mc(path_contract const&, quantlib_paths const&) { refuse(); }
void quantlib_american(option_batch const&, quantlib_scheme, double*) { refuse(); }

}  // namespace lockstep::bench
