// SSVI: a whole surface from a total variance at the money for each expiry, one correlation and one
// function phi (Gatheral and Jacquier 2014, section 4):
//
//     w(k, theta) = theta/2 (1 + rho phi k + sqrt((phi k + rho)^2 + 1 - rho^2)),  phi = phi(theta)
//
// A slice is free of butterflies when theta phi (1 + |rho|) < 4 and theta phi^2 (1 + |rho|) <= 4
// (theorem 4.2). The surface is free of calendar arbitrage when theta does not fall and
// 0 <= d(theta phi)/d theta <= phi (1 + sqrt(1 - rho^2)) / rho^2 (theorem 4.1).
#pragma once

#include "pricing/base/exp_log.h"
#include "pricing/base/platform.h"
#include "pricing/market/svi.h"

namespace lockstep {

/// phi(theta) = eta theta^-gamma, or, when tamed, eta theta^-gamma (1 + theta)^(gamma - 1), whose
/// theta phi never exceeds eta.
struct power_law {
    double eta, gamma;
    bool tamed;
};

struct ssvi_parameters {
    double rho;
    power_law phi;
};

LOCKSTEP_HD double value_of(power_law const& law, double theta) {
    double const exponent = -law.gamma * logarithm(theta);
    double const tail = law.tamed ? (law.gamma - 1.0) * logarithm(1.0 + theta) : 0.0;
    return law.eta * exponential(exponent + tail);
}

/// One slice as a raw SVI curve.
LOCKSTEP_HD svi_raw ssvi_slice(double theta, double rho, double phi) {
    double const root = square_root(-rho * rho + 1.0);
    return {0.5 * theta * (root * root), 0.5 * theta * phi, rho, -rho / phi, root / phi};
}

LOCKSTEP_HD svi_raw ssvi_slice(ssvi_parameters const& p, double theta) {
    return ssvi_slice(theta, p.rho, value_of(p.phi, theta));
}

/// Theorem 4.2.
LOCKSTEP_HD bool ssvi_slice_is_free(double theta, double rho, double phi) {
    double const size = theta * phi * (1.0 + (rho < 0.0 ? -rho : rho));
    return size < 4.0 && size * phi <= 4.0;
}

/// True when every slice is free of butterflies and no two of them give calendar arbitrage,
/// whatever the thetas, as long as they do not fall. Tamed: theta phi = eta (theta / (1 +
/// theta))^(1
/// - gamma) and theta phi^2 <= eta^2 for gamma <= 1/2, so that eta (1 + |rho|) <= 2 covers theorem
/// 4.2; and d(theta phi)/d theta lies between zero and phi, which covers theorem 4.1.
LOCKSTEP_HD bool ssvi_surface_is_free(ssvi_parameters const& p) {
    double const size = p.phi.eta * (1.0 + (p.rho < 0.0 ? -p.rho : p.rho));
    return p.phi.tamed && p.phi.eta >= 0.0 && size <= 2.0 && p.phi.gamma > 0.0 &&
           p.phi.gamma <= 0.5 && p.rho > -1.0 && p.rho < 1.0;
}

}  // namespace lockstep
