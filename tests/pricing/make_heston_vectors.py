#!/usr/bin/python3
"""Writes data/reference/heston_random.csv: random options under Heston's model, to 25 digits.

The characteristic function is that of Albrecher et al. (2007) as printed, integrated along Lewis'
contour half-way between the poles in 40-digit arithmetic, in which what cancels there does no harm.
Expiries from a day to ten years, strikes up to four deviations out, vols of variance that break the
Feller condition and that do not. Needs python3-mpmath; takes some twenty minutes.
"""

import random
import sys

from mpmath import mp, mpc, mpf, exp, log, pi, quad, re, sqrt

mp.dps = 40
ROWS = 49


def characteristic(u, time, v0, kappa, theta, sigma, rho):
    i = mpc(0, 1)
    b = kappa - rho * sigma * i * u
    d = sqrt(b * b + sigma * sigma * (u * u + i * u))
    g = (b - d) / (b + d)
    e = exp(-d * time)
    c = kappa * theta / sigma**2 * ((b - d) * time - 2 * log((1 - g * e) / (1 - g)))
    return exp(c + (b - d) / sigma**2 * (1 - e) / (1 - g * e) * v0)


def price(put, spot, strike, time, rate, dividend, *parameters):
    spot, strike, time, rate, dividend = map(mpf, (spot, strike, time, rate, dividend))
    parameters = [mpf(x) for x in parameters]
    forward = spot * exp((rate - dividend) * time)
    k = log(strike / forward)
    half = mpc(0, 1) / 2

    def integrand(u):
        turn = exp(-mpc(0, 1) * u * k)
        return re(turn * characteristic(u - half, time, *parameters)) / (u * u + mpf(1) / 4)

    end = mpf(1)
    while abs(characteristic(end - half, time, *parameters)) > mpf(10) ** -42 and end < 1e7:
        end *= mpf(3) / 2
    deviation = float(sqrt(max(parameters[0], parameters[2]) * time))
    pieces = min(max(24, int(end * (abs(k) + 3 * deviation + 0.3) / 4)), 400)
    points = [end * (mpf(j) / pieces) ** 2 for j in range(pieces + 1)]
    call = forward - sqrt(forward * strike) / pi * quad(integrand, points, maxdegree=7)
    return exp(-rate * time) * (call - forward + strike if put else call)


def row(draw):
    time = 10 ** draw.uniform(-2.6, 1.0)
    v0, theta = 10 ** draw.uniform(-2.2, 0), 10 ** draw.uniform(-2.2, 0)
    kappa, sigma = 10 ** draw.uniform(-0.7, 0.9), 10 ** draw.uniform(-1.2, 0.4)
    rho = draw.uniform(-0.95, 0.6)
    variance = theta * time + (v0 - theta) * (1 - float(exp(-kappa * time))) / kappa
    strike = 100 * float(exp(variance**0.5 * draw.uniform(-4, 4)))
    kind = "C" if strike >= 100 else "P"
    rate, dividend = draw.choice([0, 0.03]), draw.choice([0, 0.01])
    numbers = [float(f"{x:.6g}") for x in (strike, time, v0, kappa, theta, sigma, rho)]
    strike, time, v0, kappa, theta, sigma, rho = numbers
    exact = price(kind == "P", 100, strike, time, rate, dividend, v0, kappa, theta, sigma, rho)
    shown = [kind, 100, strike, time, rate, dividend, v0, kappa, theta, sigma, rho]
    return ",".join(map(str, shown)) + "," + mp.nstr(exact, 25)


def main(out):
    draw = random.Random(7)
    print("# Written by tests/pricing/make_heston_vectors.py, in 40-digit arithmetic.", file=out)
    print("type,S,K,T,r,q,v0,kappa,theta,sigma,rho,price", file=out)
    for _ in range(ROWS):
        print(row(draw), file=out, flush=True)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: make_heston_vectors.py FILE")
    with open(sys.argv[1], "w", encoding="ascii") as file:
        main(file)
