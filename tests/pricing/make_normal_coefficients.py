#!/usr/bin/python3
"""Computes the coefficients in pricing/base/exp_log.h and pricing/base/normal.h.

Each approximation is a polynomial or a rational function fitted with least relative error: Lawson's
iteration (reweighted linear least squares) on Chebyshev points, in 90-digit arithmetic. The numbers
are printed as C hex floats in rising order of the power, with the largest relative error of the fit
before its coefficients are rounded to double. Needs python3-mpmath; takes about a minute.
"""

from mpmath import mp, mpf, cos, erfc, exp, inf, log, lu_solve, matrix, pi, polyval, sqrt

mp.dps = 90


def chebyshev(low, high, count):
    return [low + (high - low) * (1 + cos(pi * (j + mpf(1) / 2) / count)) / 2 for j in range(count)]


def half_line(scale, count):
    """Points of [0, inf): the Chebyshev points of t = (x - scale) / (x + scale)."""
    return [scale * (1 + t) / (1 - t) for t in chebyshev(mpf(-1), mpf(1), count)]


def fit(points, values, top, bottom, iterations=25):
    """(error, numerator, denominator) of degrees top and bottom; the denominator starts with 1."""
    unknowns = top + 1 + bottom
    weight = [mpf(1)] * len(points)
    below = [(1 + abs(x) / 2) ** bottom for x in points]
    best = None
    for _ in range(iterations):
        normal, right = matrix(unknowns, unknowns), matrix(unknowns, 1)
        for x, y, w, b in zip(points, values, weight, below):
            row = [x**k for k in range(top + 1)] + [-y * x**k for k in range(1, bottom + 1)]
            scale = w / (b * y) ** 2
            for i in range(unknowns):
                scaled = row[i] * scale
                right[i] += scaled * y
                for j in range(i, unknowns):
                    normal[i, j] += scaled * row[j]
        for i in range(unknowns):
            for j in range(i):
                normal[i, j] = normal[j, i]
        solution = list(lu_solve(normal, right))
        numerator, denominator = solution[: top + 1], [mpf(1)] + solution[top + 1 :]
        below = [polyval(denominator[::-1], x) for x in points]
        error = [
            polyval(numerator[::-1], x) / b / y - 1 for x, y, b in zip(points, values, below)
        ]
        worst = max(abs(e) for e in error)
        if best is None or worst < best[0]:
            best = (worst, numerator, denominator)
        weight = [w * (abs(e) / worst + mpf("0.02")) for w, e in zip(weight, error)]
        total = sum(weight)
        weight = [w * len(points) / total for w in weight]
    return best


def show(name, fitted):
    error, numerator, denominator = fitted
    print(f"{name}: relative error 2^{float(log(error, 2)):.2f}")
    for title, coefficients in (("numerator", numerator), ("denominator", denominator)):
        if len(coefficients) > 1:
            print("  " + title)
            for c in coefficients:
                print(f"    {float(c).hex()}  // {mp.nstr(c, 20)}")


def gauss_tail(a):
    """exp(a^2/2) * Phi(-a), by its asymptotic series where that is exact to 60 digits."""
    if a < 200:
        return erfc(a / sqrt(2)) * exp(a * a / 2) / 2
    total, term, k = mpf(0), mpf(1), 0
    while abs(term) > mpf(10) ** -70 and k < 80:
        total += term
        term *= -(2 * k + 1) / a**2
        k += 1
    return total / (a * sqrt(2 * pi))


def exponential():
    points = chebyshev(-log(2) / 2 * mpf("1.0001"), log(2) / 2 * mpf("1.0001"), 60)
    return fit(points, [(exp(x) - 1) / x for x in points], 10, 0)


def logarithm():
    """(log((1+s)/(1-s)) - 2s) / s^3 as a polynomial in s^2."""
    edge = (sqrt(2) - 1) / (sqrt(2) + 1)
    points = chebyshev(mpf(0), edge**2 * mpf("1.0001"), 60)
    s = [sqrt(z) for z in points]
    return fit(points, [(log((1 + x) / (1 - x)) - 2 * x) / x**3 for x in s], 6, 0)


def quantile_of(p):
    """The x with Phi(x) = p for p < 1/2, by Newton's iteration on log Phi."""
    r = sqrt(-2 * log(p))
    x = -r + (log(r) + log(2 * pi) / 2) / r if r > 1.5 else p - mpf(1) / 2
    for _ in range(200):
        tail = erfc(-x / sqrt(2)) / 2
        step = (log(tail) - log(p)) * tail * sqrt(2 * pi) * exp(x * x / 2)
        x -= step
        if abs(step) < mpf(10) ** -70 * (1 + abs(x)):
            return x
    raise ArithmeticError("the quantile did not converge")


CENTRE = mpf("0.425")


def quantile_centre(top=7, bottom=7):
    """x / q for q = p - 1/2, |q| <= 0.425, as a rational function of 0.425^2 - q^2."""
    points = chebyshev(mpf(0), CENTRE**2, 80)
    q = [sqrt(CENTRE**2 - w) for w in points]
    return fit(points, [quantile_of(mpf(1) / 2 - x) / -x for x in q], top, bottom)


def quantile_tail(top=9, bottom=8):
    """-x as a rational function of r - 1.6 for r = sqrt(-log p), p from 0.075 to 2^-1075."""
    low, high = sqrt(-log(mpf("0.0751"))), sqrt(1075 * log(2))
    # Points in 1/(r + 1): the function bends most at its lower end.
    points = [1 / y - 1 for y in chebyshev(1 / (high + 1), 1 / (low + 1), 100)]
    values = [-quantile_of(exp(-r * r)) for r in points]
    return fit([r - mpf("1.6") for r in points], values, top, bottom)


if __name__ == "__main__":
    show("exponential, (e^r - 1)/r on |r| <= ln2/2", exponential())
    show("logarithm, (log((1+s)/(1-s)) - 2s)/s^3 in s^2", logarithm())
    points = half_line(mpf(4), 140)
    show("scaled normal tail on [0, inf)", fit(points, [gauss_tail(a) for a in points], 10, 11))
    show("normal quantile, centre", quantile_centre())
    show("normal quantile, tail", quantile_tail())
