#!/usr/bin/python3
"""Computes the coefficients in pricing/base, and one guess of pricing/model/implied_vol.h.

Each approximation is a polynomial or a rational function fitted with least error by Lawson's
iteration (reweighted linear least squares) on Chebyshev points, in 90-digit arithmetic. The error is
relative to the function that is built from the fit, which for the normal tail and the quantile's
tails is not the fitted function itself. The numbers are printed as C hex floats in rising order of
the power, with the largest error before they are rounded to double. Needs python3-mpmath.
"""

from mpmath import mp, mpf, atan, cos, erfc, exp, log, lu_solve, matrix, pi, polyval, sin, sqrt, tan

mp.dps = 90


def chebyshev(low, high, count):
    return [low + (high - low) * (1 + cos(pi * (j + mpf(1) / 2) / count)) / 2 for j in range(count)]


def half_line(scale, count):
    """Points of [0, inf): the Chebyshev points of t = (x - scale) / (x + scale)."""
    return [scale * (1 + t) / (1 - t) for t in chebyshev(mpf(-1), mpf(1), count)]


def fit(points, values, top, bottom, importance=None, iterations=30):
    """(error, numerator, denominator) of degrees top and bottom; the denominator starts with 1.

    What is made small is the relative error times the importance of the point, 1 by default.
    """
    importance = importance or [mpf(1)] * len(points)
    unknowns = top + 1 + bottom
    weight = [mpf(1)] * len(points)
    below = [(1 + abs(x) / 2) ** bottom for x in points]
    best = None
    for _ in range(iterations):
        normal, right = matrix(unknowns, unknowns), matrix(unknowns, 1)
        for x, y, w, b, i_x in zip(points, values, weight, below, importance):
            row = [x**k for k in range(top + 1)] + [-y * x**k for k in range(1, bottom + 1)]
            scale = w * (i_x / (b * y)) ** 2
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
            (polyval(numerator[::-1], x) / b / y - 1) * i_x
            for x, y, b, i_x in zip(points, values, below, importance)
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
    print(f"{name}: error 2^{float(log(error, 2)):.2f}")
    for title, coefficients in (("numerator", numerator), ("denominator", denominator)):
        if len(coefficients) > 1:
            print("  " + title)
            for c in coefficients:
                print(f"    {float(c).hex()}  // {mp.nstr(c, 20)}")


def mills(a):
    """Phi(-a) / phi(a), by its asymptotic series where that is exact to 60 digits."""
    if a < 200:
        return erfc(a / sqrt(2)) * exp(a * a / 2) * sqrt(pi / 2)
    total, term, k = mpf(0), mpf(1), 0
    while abs(term) > mpf(10) ** -70 and k < 80:
        total += term
        term *= -(2 * k + 1) / a**2
        k += 1
    return total / a


def exponential():
    points = chebyshev(-log(2) / 2 * mpf("1.0001"), log(2) / 2 * mpf("1.0001"), 60)
    return fit(points, [(exp(x) - 1) / x for x in points], 10, 0)


def logarithm():
    """(log((1+s)/(1-s)) - 2s) / s^3 as a polynomial in s^2, for ratios in [2/3, 3/2]."""
    points = chebyshev(mpf(0), mpf("0.0401"), 60)
    s = [sqrt(z) for z in points]
    return fit(points, [(log((1 + x) / (1 - x)) - 2 * x) / x**3 for x in s], 7, 0)


def sine():
    """(sin r - r) / r^3 in r^2 for |r| <= pi/4; its error counts by what it does to the sine."""
    points = chebyshev(mpf(0), (pi / 4) ** 2 * mpf("1.0001"), 50)
    r = [sqrt(z) for z in points]
    rests = [sin(x) - x for x in r]
    values = [y / x**3 for x, y in zip(r, rests)]
    return fit(points, values, 5, 0, [abs(y / sin(x)) for x, y in zip(r, rests)])


def cosine():
    """(cos r - 1 + r^2/2) / r^4 in r^2 for |r| <= pi/4."""
    points = chebyshev(mpf(0), (pi / 4) ** 2 * mpf("1.0001"), 50)
    r = [sqrt(z) for z in points]
    rests = [cos(x) - 1 + x * x / 2 for x in r]
    values = [y / x**4 for x, y in zip(r, rests)]
    return fit(points, values, 5, 0, [abs(y / cos(x)) for x, y in zip(r, rests)])


def arctangent():
    """(atan t - t) / t^3 in t^2 for |t| <= tan(pi/8)."""
    points = chebyshev(mpf(0), tan(pi / 8) ** 2 * mpf("1.0001"), 60)
    t = [sqrt(z) for z in points]
    rests = [atan(x) - x for x in t]
    values = [y / x**3 for x, y in zip(t, rests)]
    return fit(points, values, 10, 0, [abs(y / atan(x)) for x, y in zip(t, rests)])


def mills_remainder():
    """1 / mills(a) - a on [0, inf); its error counts by what it does to mills(a).

    The constant is then set to the double next to its exact value, sqrt(2/pi), which the code also
    holds as twice the density's constant: so Phi(0) is 1/2 to the last bit.
    """
    points = half_line(mpf(4), 140)
    values = [1 / mills(a) - a for a in points]
    error, top, bottom = fit(points, values, 9, 10, [v * mills(a) for v, a in zip(values, points)])
    return error, [mpf(float(sqrt(2 / pi)))] + top[1:], bottom


def mills_remainder_around():
    """1 / mills(z) - z on [-3/4, inf) as a function of z + 3/4, for pricing/base/mills_pair.h."""
    shift = mpf(3) / 4
    points = [u for u in half_line(mpf(2), 106) if u < mpf(10) ** 8]
    values = [1 / mills(u - shift) - (u - shift) for u in points]
    return fit(points, values, 10, 11, [v * mills(u - shift) for v, u in zip(values, points)])


def bachelier_guess():
    """a / w^2 as a function of w = sqrt(2 log(1 + 1/(4 y))), y = phi(a)/a - Phi(-a), a to 39, for
    pricing/model/implied_vol.h: a start, so its error is large."""
    points, values = [], []
    for x in chebyshev(mpf(0), mpf(1), 160):
        a = 39 * (sin(pi * x / 2) ** 2) ** 2 + mpf(10) ** -9
        y = exp(-a * a / 2) / sqrt(2 * pi) * (1 / a - mills(a))
        w = sqrt(2 * log(1 + 1 / (4 * y)))
        points.append(w)
        values.append(a / w**2)
    return fit(points, values, 5, 6)


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


def quantile_centre():
    """x / q for q = p - 1/2, |q| <= 0.425, written A - w R(w) with w = 0.425^2 - q^2: R. A is shown.

    The error that A keeps as a double is 0.1 ulp.
    """
    edge = mpf("0.425")
    points = chebyshev(mpf("1e-9"), edge**2, 80)
    q = [sqrt(edge**2 - w) for w in points]
    slopes = [quantile_of(mpf(1) / 2 - x) / -x for x in q]
    last = quantile_of(mpf(1) / 2 - edge) / -edge
    print(f"quantile, A = {float(last).hex()}  // {mp.nstr(last, 20)}")
    values = [(last - s) / w for s, w in zip(slopes, points)]
    return fit(points, values, 7, 7, [(last - s) / s for s in slopes])


def quantile_tail(low, high, origin):
    """sqrt(2) r + x as a rational function of r - origin for r = sqrt(-log p) in [low, high]."""
    root_two = mpf(float(sqrt(2)))
    # Points in 1/(r + 1): the function bends most at its lower end.
    points = [1 / y - 1 for y in chebyshev(1 / (high + 1), 1 / (low + 1), 100)]
    quantiles = [quantile_of(exp(-r * r)) for r in points]
    values = [root_two * r + x for r, x in zip(points, quantiles)]
    importance = [-v / x for v, x in zip(values, quantiles)]
    return fit([r - origin for r in points], values, 7, 7, importance)


if __name__ == "__main__":
    show("exponential, (e^r - 1)/r on |r| <= ln2/2", exponential())
    show("logarithm, (log((1+s)/(1-s)) - 2s)/s^3 in s^2", logarithm())
    show("sine, (sin r - r)/r^3 in r^2", sine())
    show("cosine, (cos r - 1 + r^2/2)/r^4 in r^2", cosine())
    show("arctangent, (atan t - t)/t^3 in t^2", arctangent())
    show("Mills ratio, 1/mills(a) - a on [0, inf)", mills_remainder())
    show("Mills ratio, 1/mills(z) - z in z + 3/4 on [-3/4, inf)", mills_remainder_around())
    show("Bachelier's a / w^2 in w", bachelier_guess())
    show("quantile, centre", quantile_centre())
    low, high = sqrt(-log(mpf("0.0751"))), sqrt(1075 * log(2))
    show("quantile, tail up to r = 5", quantile_tail(low, mpf(5), mpf("1.6")))
    show("quantile, tail beyond", quantile_tail(mpf(5), high, mpf(5)))
