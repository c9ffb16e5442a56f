"""Prints the tables of pricing/model/american_nodes.h, computed in 40-digit arithmetic."""
import mpmath as mp

mp.mp.dps = 40


def hexadecimal(x):
    return float(mp.nstr(x, 25)).hex() if x != 0 else "0.0"


def table(name, values):
    print(f"inline constexpr double {name}[{len(values)}] = {{" + ", ".join(map(hexadecimal, values)) + "};")


def gauss_legendre(count):
    """Points and weights on [0, 1], rising."""
    points = []
    for i in range(count, 0, -1):
        x = mp.cos(mp.pi * (i - mp.mpf("0.25")) / (count + mp.mpf("0.5")))
        for _ in range(10):  # Newton's steps, the last ones for certainty
            before, here = mp.mpf(1), x
            for k in range(2, count + 1):
                before, here = here, ((2 * k - 1) * x * here - (k - 1) * before) / k
            slope = count * (x * here - before) / (x * x - 1)
            x -= here / slope
        points.append(((1 + x) / 2, 1 / ((1 - x * x) * slope**2)))
    return points


def angles(name, count):
    """An integral over [0, t] of g(u) is t sum weight g(t root^2), root = sin, rest = cos."""
    points = [(mp.pi / 2 * y, w) for y, w in gauss_legendre(count)]
    table(name + "_root", [mp.sin(a) for a, _ in points])
    table(name + "_rest", [mp.cos(a) for a, _ in points])
    table(name + "_weight", [w * mp.pi / 2 * mp.sin(2 * a) for a, w in points])


angles("boundary", 6)
angles("premium", 20)
table("chebyshev_node", [(1 + mp.cos(k * mp.pi / 8)) / 2 for k in range(8)] + [mp.mpf(0)])
cosines = [mp.cos(k * mp.pi / 8) for k in range(16)]
cosines[4] = cosines[12] = mp.mpf(0)
table("chebyshev_cosine", cosines)
