// European options when the spot also jumps (Merton 1976): a mixture of Black's prices over the
// number of jumps, a fixed number of terms of a Poisson series.
//
//   V = sum over n of P(n) Black(F_n, s_n),   P(n) = exp(-l T) (l T)^n / n!
//   F_n = F exp(n (mean + jump_vol^2 / 2) - l T m),  s_n^2 = vol^2 T + n jump_vol^2,  m = E[J] - 1
#pragma once

#include "pricing/model/black.h"

namespace lockstep {

struct merton_inputs {
    option_inputs option;  // a linear option; vol is that of the diffusion
    double jump_intensity, jump_mean, jump_vol;
};

struct merton_valuation {
    double price, delta, gamma, vega;
    double left_out;       // probability of the jumps beyond the last term
    std::uint64_t faults;  // a bit for each option_status that applies
    bool jumps_fit;        // false: more jumps are likely than there are terms, all values are zero
};

inline constexpr int merton_terms = 128;
inline constexpr double merton_jumps_max = 48.0;  // jumps expected until expiry: 1e-18 is left out

LOCKSTEP_HD merton_valuation value_merton(merton_inputs const& in) {
    option_inputs const& o = in.option;
    bool const spot = (o.flags & option_flag::spot) != 0;
    double const expected = in.jump_intensity * o.time;
    merton_valuation sum{0.0, 0.0, 0.0, 0.0, 0.0, detail::input_faults(o), false};
    sum.jumps_fit = expected >= 0.0 && expected <= merton_jumps_max && in.jump_vol >= 0.0;
    if (sum.faults != 0 || !sum.jumps_fit) return sum;
    double const half_square = 0.5 * in.jump_vol * in.jump_vol;
    double const drift = spot ? o.rate - o.dividend : 0.0;
    double const carried = exponential(drift * o.time);  // dF/dS
    double const mean = exponential(in.jump_mean + half_square) - 1.0;
    double const forward = o.underlying * carried * exponential(-expected * mean);
    double weight = exponential(-expected), grown = 1.0, seen = 0.0;
    for (int n = 0; n < merton_terms; ++n) {
        double const variance = o.vol * o.vol * o.time + n * in.jump_vol * in.jump_vol;
        double const vol = o.time > 0.0 ? square_root(variance / o.time) : 0.0;
        double const at = forward * grown;
        option_valuation const v =
            value_option({at, o.strike, o.time, o.rate, 0.0, vol, o.flags & option_flag::put},
                         option_depth::first_greeks);
        double const per_spot = o.underlying > 0.0 ? at / o.underlying : 0.0;
        sum.faults |= v.faults;
        sum.price = fused(weight, v.price, sum.price);
        sum.delta = fused(weight * per_spot, v.delta, sum.delta);
        sum.gamma = fused(weight * per_spot * per_spot, v.gamma, sum.gamma);
        sum.vega = fused(weight, vol > 0.0 ? v.vega * (o.vol / vol) : 0.0, sum.vega);
        seen += weight;
        weight *= expected / (n + 1);
        grown *= exponential(in.jump_mean + half_square);
    }
    sum.left_out = seen < 1.0 ? 1.0 - seen : 0.0;
    return sum;
}

}  // namespace lockstep
