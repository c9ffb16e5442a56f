// What a curve is fitted to.
#pragma once

namespace lockstep {

/// One quote of an expiry: total variance at a log-moneyness and how far it may be off.
struct variance_quote {
    double k, variance, spread;  // spread > 0: one standard deviation, in total variance
};

}  // namespace lockstep
