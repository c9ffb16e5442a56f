// The points of pricing/model/american.h. An integral over [0, t] of g(u) is t sum weight g(t
// root^2), where root and rest are the sine and cosine of an angle: Gauss-Legendre in the angle
// sees neither the square root in which the boundary ends at expiry nor the one in which d1 begins
// at the other end. Chebyshev nodes are (1 + cos(k pi / 8)) / 2. Numbers come from
// tests/pricing/make_american_nodes.py; what is made of them is made at compile time. Tables are
// read through functions, because one at namespace scope does not exist on a device; static ones,
// so that no vector build exports a table.
#pragma once

#include "pricing/base/platform.h"

namespace lockstep::detail {

inline constexpr int boundary_nodes = 8;   // beside expiry itself
inline constexpr int premium_points = 20;  // of the integral that is the premium

namespace american_numbers {
inline constexpr double boundary_root[6] = {0x1.b24946a5095cep-5, 0x1.0d44888656831p-2,
                                            0x1.203eea5a0c50dp-1, 0x1.a72724b193e73p-1,
                                            0x1.edfb43c83cfd2p-1, 0x1.ff47afb0fd124p-1};
inline constexpr double boundary_rest[6] = {0x1.ff47afb0fd124p-1, 0x1.edfb43c83cfd2p-1,
                                            0x1.a72724b193e73p-1, 0x1.203eea5a0c50dp-1,
                                            0x1.0d44888656831p-2, 0x1.b24946a5095cep-5};
inline constexpr double boundary_weight[6] = {0x1.d2d5fdd01c62cp-7, 0x1.267059e582490p-3,
                                              0x1.5e31231c7f393p-2, 0x1.5e31231c7f393p-2,
                                              0x1.267059e582490p-3, 0x1.d2d5fdd01c62cp-7};
inline constexpr double premium_root[20] = {
    0x1.61ae990dc689cp-8, 0x1.cf8bca9a6ffddp-6, 0x1.1a1e14f92846ep-4, 0x1.02176fa7147a1p-3,
    0x1.95547e8fc057ap-3, 0x1.20bbba68d172cp-2, 0x1.7fc777e638376p-2, 0x1.e3a0b4c96c837p-2,
    0x1.23d5eecb87439p-1, 0x1.53a35d807c416p-1, 0x1.7f21b9b52cb0dp-1, 0x1.a4af619491e6ap-1,
    0x1.c34c558fbcd46p-1, 0x1.daae6d205d8bep-1, 0x1.eb39ab7798fd9p-1, 0x1.f5df4992ff1dcp-1,
    0x1.fbeb08a69feabp-1, 0x1.fec8bb1822ad3p-1, 0x1.ffcb87a08522dp-1, 0x1.fffe175c1da75p-1};
inline constexpr double premium_rest[20] = {
    0x1.fffe175c1da75p-1, 0x1.ffcb87a08522dp-1, 0x1.fec8bb1822ad3p-1, 0x1.fbeb08a69feabp-1,
    0x1.f5df4992ff1dcp-1, 0x1.eb39ab7798fd9p-1, 0x1.daae6d205d8bep-1, 0x1.c34c558fbcd46p-1,
    0x1.a4af619491e6ap-1, 0x1.7f21b9b52cb0dp-1, 0x1.53a35d807c416p-1, 0x1.23d5eecb87439p-1,
    0x1.e3a0b4c96c837p-2, 0x1.7fc777e638376p-2, 0x1.20bbba68d172cp-2, 0x1.95547e8fc057ap-3,
    0x1.02176fa7147a1p-3, 0x1.1a1e14f92846ep-4, 0x1.cf8bca9a6ffddp-6, 0x1.61ae990dc689cp-8};
inline constexpr double premium_weight[20] = {
    0x1.39232086794a1p-13, 0x1.d8d3221feaa20p-10, 0x1.bb5051cdd4e8cp-8,  0x1.0bef9edf10423p-6,
    0x1.fce9fc12ffe8ep-6,  0x1.9b72abbd1df2ep-5,  0x1.2667175d671cdp-4,  0x1.7c992d36bcb80p-4,
    0x1.c17ee8d48e871p-4,  0x1.e7dc32c69a6a3p-4,  0x1.e7dc32c69a6a3p-4,  0x1.c17ee8d48e871p-4,
    0x1.7c992d36bcb80p-4,  0x1.2667175d671cdp-4,  0x1.9b72abbd1df2ep-5,  0x1.fce9fc12ffe8ep-6,
    0x1.0bef9edf10423p-6,  0x1.bb5051cdd4e8cp-8,  0x1.d8d3221feaa20p-10, 0x1.39232086794a1p-13};
inline constexpr double chebyshev_node[9] = {
    0x1.0000000000000p+0, 0x1.ec835e79946a3p-1, 0x1.b504f333f9de6p-1,
    0x1.61f78a9abaa59p-1, 0x1.0000000000000p-1, 0x1.3c10eaca8ab4fp-2,
    0x1.2bec333018867p-3, 0x1.37ca1866b95cfp-5, 0.0};
inline constexpr double chebyshev_cosine[16] = {0x1.0000000000000p+0,
                                                0x1.d906bcf328d46p-1,
                                                0x1.6a09e667f3bcdp-1,
                                                0x1.87de2a6aea963p-2,
                                                0.0,
                                                -0x1.87de2a6aea963p-2,
                                                -0x1.6a09e667f3bcdp-1,
                                                -0x1.d906bcf328d46p-1,
                                                -0x1.0000000000000p+0,
                                                -0x1.d906bcf328d46p-1,
                                                -0x1.6a09e667f3bcdp-1,
                                                -0x1.87de2a6aea963p-2,
                                                0.0,
                                                0x1.87de2a6aea963p-2,
                                                0x1.6a09e667f3bcdp-1,
                                                0x1.d906bcf328d46p-1};
}  // namespace american_numbers

/// The values at 2 x - 1 of the polynomials in which the boundary is written.
struct chebyshev_values {
    double of[boundary_nodes + 1];
};
constexpr chebyshev_values chebyshev_at(double x) {
    double const z = 2.0 * x - 1.0;
    chebyshev_values t{};
    t.of[0] = 1.0;
    t.of[1] = z;
    for (int k = 2; k <= boundary_nodes; ++k) t.of[k] = 2.0 * z * t.of[k - 1] - t.of[k - 2];
    return t;
}

/// A point of an integral that begins at a node; times are in units of the whole time.
struct boundary_point {
    double root;     // of the time between node and point
    double inverse;  // 1 / root
    double passed;   // what lies between the point and expiry
    double weight;
    chebyshev_values boundary;
};
template <int Points>
struct boundary_point_table {
    boundary_point at[boundary_nodes][Points];
};
template <int Points>
constexpr boundary_point_table<Points> make_boundary_points(double const* roots,
                                                            double const* rests,
                                                            double const* weights) {
    boundary_point_table<Points> t{};
    for (int i = 0; i < boundary_nodes; ++i)
        for (int j = 0; j < Points; ++j) {
            double const x = american_numbers::chebyshev_node[i];
            double const root = x * roots[j];
            double const rest = x * rests[j];
            t.at[i][j] = {root, 1.0 / root, rest * rest, x * x * weights[j], chebyshev_at(rest)};
        }
    return t;
}

/// Points: 6, or as many as the premium has.
template <int Points>
inline constexpr boundary_point_table<Points> boundary_points =
    Points == premium_points ? make_boundary_points<Points>(american_numbers::premium_root,
                                                            american_numbers::premium_rest,
                                                            american_numbers::premium_weight)
                             : make_boundary_points<Points>(american_numbers::boundary_root,
                                                            american_numbers::boundary_rest,
                                                            american_numbers::boundary_weight);
template <int Points>
LOCKSTEP_HD static boundary_point const& boundary_point_at(int node, int point) {
    static constexpr boundary_point_table<Points> table = boundary_points<Points>;
    return table.at[node][point];
}

/// A point of the integral over the whole time.
struct premium_point {
    double root, inverse, rest, weight;
    chebyshev_values boundary;
};
struct premium_point_table {
    premium_point at[premium_points];
};
constexpr premium_point_table make_premium_points() {
    premium_point_table t{};
    for (int j = 0; j < premium_points; ++j) {
        double const root = american_numbers::premium_root[j];
        double const rest = american_numbers::premium_rest[j];
        t.at[j] = {root, 1.0 / root, rest, american_numbers::premium_weight[j], chebyshev_at(rest)};
    }
    return t;
}
inline constexpr premium_point_table premium_point_values = make_premium_points();
LOCKSTEP_HD static premium_point const& premium_point_at(int point) {
    static constexpr premium_point_table table = premium_point_values;
    return table.at[point];
}

LOCKSTEP_HD static double chebyshev_node(int k) {
    static constexpr double values[] = {
        0x1.0000000000000p+0, 0x1.ec835e79946a3p-1, 0x1.b504f333f9de6p-1,
        0x1.61f78a9abaa59p-1, 0x1.0000000000000p-1, 0x1.3c10eaca8ab4fp-2,
        0x1.2bec333018867p-3, 0x1.37ca1866b95cfp-5, 0.0};
    return values[k];
}

/// From values at the nodes to coefficients; at the last node, expiry, the value is zero.
struct interpolation_table {
    double of[boundary_nodes + 1][boundary_nodes];
};
constexpr interpolation_table make_interpolation() {
    interpolation_table t{};
    for (int k = 0; k <= boundary_nodes; ++k)
        for (int j = 0; j < boundary_nodes; ++j) {
            double const ends = (k == 0 || k == boundary_nodes ? 0.5 : 1.0) * (j == 0 ? 0.5 : 1.0);
            double const cosine = american_numbers::chebyshev_cosine[j * k % (2 * boundary_nodes)];
            t.of[k][j] = 2.0 / boundary_nodes * ends * cosine;
        }
    return t;
}
inline constexpr interpolation_table interpolation_weights = make_interpolation();
LOCKSTEP_HD static double interpolation_weight(int coefficient, int node) {
    static constexpr interpolation_table table = interpolation_weights;
    return table.of[coefficient][node];
}

}  // namespace lockstep::detail
