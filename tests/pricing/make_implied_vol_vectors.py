#!/usr/bin/python3
"""Writes data/reference/implied_vol_vectors.csv: prices as doubles and the vol that each implies.

The price of an exact vol is rounded to a double, and the vol of that double is found again by
Newton's method, in 60-digit arithmetic. `attainable` is half an ulp of the price over its vega.
Needs python3-mpmath.
"""

import math
import random
from mpmath import mp, mpf, erfc, exp, log, pi, sqrt

mp.dps = 60


def cdf(x):
    return erfc(-x / sqrt(mpf(2))) / 2


def pdf(x):
    return exp(-x * x / 2) / sqrt(2 * pi)


def black(sign, f, k, s):
    d = log(f / k) / s + s / 2
    return sign * (f * cdf(sign * d) - k * cdf(sign * (d - s))), f * pdf(d)


def bachelier(sign, f, k, s):
    d = (f - k) / s
    return sign * (f - k) * cdf(sign * d) + s * pdf(d), pdf(d)


def main():
    random.seed(11)
    rows = []
    while len(rows) < 240:
        model = (black, bachelier)[len(rows) % 2]
        sign = random.choice([1, -1])
        f = math.exp(random.uniform(-2, 12))
        time = math.exp(random.uniform(-12, 4))
        width = 10 ** random.uniform(-6, 0.7)
        k = f * math.exp(random.uniform(-width, width))
        vol = math.exp(random.uniform(-5, 1.5))
        if model is bachelier:
            k = f + random.uniform(-3, 3) * width * f
            vol *= f
        root = sqrt(mpf(time))
        price = float(model(sign, mpf(f), mpf(k), vol * root)[0])
        gain = max(0.0, sign * (f - k))
        if price <= gain * (1 + 1e-9) or price < 1e-290:
            continue
        s = vol * root
        for _ in range(8):
            value, slope = model(sign, mpf(f), mpf(k), s)
            s += (mpf(price) - value) / slope
        slope = model(sign, mpf(f), mpf(k), s)[1]
        attainable = mpf(math.ulp(price)) / 2 / (slope * root)
        if not 0 < s or attainable > s / root / 1000:
            continue
        name = model.__name__
        rows.append([name, sign, f.hex(), k.hex(), time.hex(), price.hex(), mp.nstr(s / root, 22),
                     mp.nstr(attainable, 4)])
    with open("data/reference/implied_vol_vectors.csv", "w", encoding="ascii") as out:
        out.write("# Written by tests/pricing/make_implied_vol_vectors.py: undiscounted prices and "
                  "the exact vol of each.\n")
        out.write("model,cp,F,K,T,price,vol,attainable\n")
        for row in rows:
            out.write(",".join(str(field) for field in row) + "\n")


if __name__ == "__main__":
    main()
