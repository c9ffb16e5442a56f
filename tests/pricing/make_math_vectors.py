#!/usr/bin/python3
"""Writes data/reference/math_vectors_random.csv: random arguments with their exact results.

A result is given as the nearest double and the rest in units of its last place, so that a test can
tell an error of 0.6 ulp from one of 0.9. The arguments are drawn from a fixed seed, spread over the
ranges that matter for each function. Needs python3-mpmath; takes a few seconds.
"""

import math
import random
import sys

from mpmath import mp, mpf, atan2, cos, erfc, exp, expm1, log, pi, sin, sqrt

mp.dps = 60
COUNT = 2000


def cdf(x):
    return erfc(-x / sqrt(2)) / 2


def erfcx(x):
    if x < 1000:
        return exp(x * x) * erfc(x)
    u = 1 / (2 * x * x)
    series = 1 - u * (1 - 3 * u * (1 - 5 * u * (1 - 7 * u * (1 - 9 * u * (1 - 11 * u)))))
    return series / (x * sqrt(pi))


def quantile(p):
    """Newton's iteration on log Phi in the smaller tail, from a guess good to a few percent."""
    tail = min(mpf(p), 1 - mpf(p))
    r = sqrt(-2 * log(tail))
    x = r - (log(r) + log(2 * pi) / 2) / r if r > 1.5 else mpf(1) / 2 - tail
    for _ in range(100):
        current = erfc(x / sqrt(2)) / 2
        step = (log(current) - log(tail)) * current * sqrt(2 * pi) * exp(x * x / 2)
        x += step
        if abs(step) < mpf(10) ** -50:
            return -x if p < 0.5 else x
    raise ArithmeticError(f"no quantile for {p}")


def split(y):
    """The nearest double, and what is left in ulp of it."""
    nearest = float(y)
    ulp = math.ulp(nearest)
    return nearest, float((y - mpf(nearest)) / mpf(ulp))


def spread(draw, ranges):
    """COUNT arguments, as many from each range; a range may be given as powers of ten."""
    for k in range(COUNT):
        low, high, *kind = ranges[k % len(ranges)]
        if kind == ["power"]:
            yield 10 ** draw.uniform(low, high)
        else:
            yield draw.uniform(low, high)


def main(out):
    draw = random.Random(20240607)
    print("# Written by tests/pricing/make_math_vectors.py. y is the nearest double to the exact", file=out)
    print("# result, and the exact result is y + rest * ulp(y). log_ratio is log(x / w), angle that of (x, w).", file=out)
    print("func,x,w,y,rest", file=out)

    def table(name, function, ranges):
        for x in spread(draw, ranges):
            y, rest = split(function(mpf(x)))
            print(f"{name},{x.hex()},,{y.hex()},{rest:.4f}", file=out)

    table("exp", exp, [(-0.7, 0.7), (-30, 30), (-708, 709), (-745, -708)])
    table("log", log, [(0.7, 1.42), (-4, 4, "power"), (-300, 300, "power"), (-323, -308, "power")])
    for k in range(COUNT):
        w = 10 ** draw.uniform(-3, 6)
        x = w * (10 ** draw.uniform(-2, 2) if k % 2 else draw.uniform(0.9, 1.1))
        y, rest = split(log(mpf(x) / mpf(w)))
        print(f"log_ratio,{x.hex()},{w.hex()},{y.hex()},{rest:.4f}", file=out)
    table("pdf", lambda x: exp(-x * x / 2) / sqrt(2 * pi), [(-3, 3), (-38, 38), (37.6, 38.6)])
    table("Phi", cdf, [(-1, 1), (-6, 6), (-37, 0), (-38.5, -37)])
    table("erfc", erfc, [(-1, 1), (-6, 6), (0, 26), (26, 27.2)])
    table("erfcx", erfcx, [(-1, 1), (-26.6, 0), (0, 50), (0, 300, "power")])
    table("PhiInv", quantile, [(0.075, 0.925), (0, 1), (-10, -1, "power"), (-307, -10, "power")])
    angles = [(-0.8, 0.8), (-10, 10), (-1048576, 1048576), (-9, 0, "power")]
    table("sin", sin, angles)
    table("cos", cos, angles)
    for k in range(-40, 41):  # next to a zero of one of the two
        x = float(k * 16001 * pi / 2)
        for name, function in (("sin", sin), ("cos", cos)):
            y, rest = split(function(mpf(x)))
            print(f"{name},{x.hex()},,{y.hex()},{rest:.4f}", file=out)
    table("expm1", expm1, [(-0.4, 0.4), (-30, 30), (-12, 0, "power"), (0, 700)])
    for k in range(COUNT):  # the angle of (x, w)
        x, w = draw.uniform(-1, 1), draw.uniform(-1, 1) * 10 ** (draw.uniform(-6, 6) * (k % 2))
        y, rest = split(atan2(mpf(w), mpf(x)))
        print(f"angle,{x.hex()},{w.hex()},{y.hex()},{rest:.4f}", file=out)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: make_math_vectors.py FILE")
    with open(sys.argv[1], "w", encoding="ascii") as file:
        main(file)
