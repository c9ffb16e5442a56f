// Heston's model as its papers print it, slowly, in long double: the characteristic function of
// Albrecher et al. (2007) and Lewis' (2001) integral half-way between the poles by the plain
// trapezoidal rule. Nothing here is shared with the code under test.
#pragma once

#include <cmath>
#include <complex>

namespace lockstep::heston_oracle {

using real = long double;
using cplx = std::complex<real>;

struct inputs {
    real spot, strike, time, rate, dividend, v0, kappa, theta, sigma, rho;
    real jump_intensity = 0, jump_mean = 0, jump_vol = 0;
};

inline cplx characteristic(inputs const& p, cplx u) {
    cplx const i(0, 1);
    cplx const b = p.kappa - p.rho * p.sigma * i * u;
    cplx const d = std::sqrt(b * b + p.sigma * p.sigma * (u * u + i * u));
    cplx const g = (b - d) / (b + d), e = std::exp(-d * p.time);
    real const variance = p.sigma * p.sigma;
    cplx const c = p.kappa * p.theta / variance *
                   ((b - d) * p.time - real(2) * std::log((real(1) - g * e) / (real(1) - g)));
    cplx const slope = (b - d) / variance * (real(1) - e) / (real(1) - g * e);
    real const square = p.jump_vol * p.jump_vol;
    cplx const jump = std::exp(i * u * p.jump_mean - square / 2 * u * u) - real(1) -
                      i * u * (std::exp(p.jump_mean + square / 2) - 1);
    return std::exp(c + slope * p.v0 + p.jump_intensity * p.time * jump);
}

/// Prices what ordinary parameters describe: at least a week, at most two years.
inline real price(inputs const& p, bool put) {
    real const forward = p.spot * std::exp((p.rate - p.dividend) * p.time);
    real const discount = std::exp(-p.rate * p.time);
    real const k = std::log(p.strike / forward);
    real const step = 0.06L;
    real sum = 0;
    for (int j = 0; j < 200'000; ++j) {
        real const u = j * step;
        cplx const value =
            std::exp(cplx(0, -u * k)) * characteristic(p, cplx(u, -0.5L)) / (u * u + 0.25L);
        sum += (j == 0 ? 0.5L : 1.0L) * value.real();
        if (std::abs(value) < 1e-23L && j > 300) break;
    }
    real const pi = 3.14159265358979323846264338327950288L;
    real const call = forward - std::sqrt(forward * p.strike) / pi * sum * step;
    return discount * (put ? call - forward + p.strike : call);
}

/// The derivative of the price by one input, by differences of sixth order.
inline real slope(inputs p, real inputs::*input, real step, bool put) {
    real const at = p.*input;
    auto const moved = [&](int n) {
        p.*input = at + n * step;
        return price(p, put);
    };
    return (45 * (moved(1) - moved(-1)) - 9 * (moved(2) - moved(-2)) + (moved(3) - moved(-3))) /
           (60 * step);
}

}  // namespace lockstep::heston_oracle
