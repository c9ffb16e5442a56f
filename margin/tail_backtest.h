// Whether losses beyond a value at risk came as often, and as independently of each other, as they
// should: Kupiec (1995), Christoffersen (1998). Likelihood ratios and the probabilities of larger
// ones.
#pragma once

#include <cstdint>

#include "pricing/base/exp_log.h"
#include "pricing/base/normal.h"
#include "pricing/base/view.h"

namespace lockstep {

struct tail_backtest {
    std::uint32_t days, exceedances;
    double coverage, coverage_p;          // Kupiec: unconditional, one degree of freedom
    double independence, independence_p;  // Christoffersen: against a chain of order one
    double conditional, conditional_p;    // the sum of both, two degrees
};

namespace detail {

/// n ln p, zero for none.
LOCKSTEP_HD double log_likelihood(double n, double p) { return n > 0.0 ? n * logarithm(p) : 0.0; }

/// ln of the likelihood of k of n at probability p.
LOCKSTEP_HD double log_likelihood_of(double k, double n, double p) {
    return log_likelihood(n - k, 1.0 - p) + log_likelihood(k, p);
}
LOCKSTEP_HD double ratio_of(double k, double n) { return n > 0.0 ? k / n : 0.0; }
LOCKSTEP_HD double not_negative(double x) { return x > 0.0 ? x : 0.0; }

}  // namespace detail

/// `exceeded` holds 1 for each day whose loss was larger than its value at risk, else 0; `tail` is
/// the probability with which that should happen, in (0, 1).
LOCKSTEP_HD tail_backtest backtest_tail(view<std::uint8_t const> exceeded, double tail) {
    using detail::log_likelihood_of;
    using detail::ratio_of;
    double count[2][2] = {{0.0, 0.0}, {0.0, 0.0}};  // of pairs of days, by what each was
    double hits = 0.0;
    for (std::size_t i = 0; i < exceeded.size(); ++i) {
        hits += exceeded[i] != 0 ? 1.0 : 0.0;
        if (i > 0) count[exceeded[i - 1] != 0][exceeded[i] != 0] += 1.0;
    }
    auto const days = static_cast<double>(exceeded.size());
    tail_backtest t{};
    t.days = static_cast<std::uint32_t>(exceeded.size());
    t.exceedances = static_cast<std::uint32_t>(hits);
    t.coverage = 2.0 * detail::not_negative(log_likelihood_of(hits, days, ratio_of(hits, days)) -
                                            log_likelihood_of(hits, days, tail));
    double const calm = count[0][0] + count[0][1], after = count[1][0] + count[1][1];
    double const both = count[0][1] + count[1][1];
    double const chained = log_likelihood_of(count[0][1], calm, ratio_of(count[0][1], calm)) +
                           log_likelihood_of(count[1][1], after, ratio_of(count[1][1], after));
    double const pooled = log_likelihood_of(both, calm + after, ratio_of(both, calm + after));
    t.independence = 2.0 * detail::not_negative(chained - pooled);
    t.conditional = t.coverage + t.independence;
    t.coverage_p = complementary_error(square_root(0.5 * t.coverage));
    t.independence_p = complementary_error(square_root(0.5 * t.independence));
    t.conditional_p = exponential(-0.5 * t.conditional);
    return t;
}

}  // namespace lockstep
