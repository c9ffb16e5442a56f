// Sobol's sequence in 64 dimensions, with the direction numbers of Joe and Kuo, "Constructing Sobol
// Sequences with Better Two-Dimensional Projections" (2008), file new-joe-kuo-6, and a random
// digital shift. The i-th point is a pure function of i: any thread or device draws it.
#pragma once

#include <cstdint>

#include "pricing/base/platform.h"

namespace lockstep {

inline constexpr int sobol_dimensions = 64;
inline constexpr int sobol_bits = 32;

namespace detail {

/// The primitive polynomial of a dimension above the first, its leading and constant term included.
LOCKSTEP_HD std::uint32_t sobol_polynomial(int dimension) {
    static constexpr std::uint16_t values[sobol_dimensions - 1] = {
        3,   7,   11,  13,  19,  25,  37,  41,  47,  55,  59,  61,  67,  91,  97,  103,
        109, 115, 131, 137, 143, 145, 157, 167, 171, 185, 191, 193, 203, 211, 213, 229,
        239, 241, 247, 253, 285, 299, 301, 333, 351, 355, 357, 361, 369, 391, 397, 425,
        451, 463, 487, 501, 529, 539, 545, 557, 563, 601, 607, 617, 623, 631, 637};
    return values[dimension - 1];
}

/// Initial number k of a dimension; the dimensions stand one behind the other.
LOCKSTEP_HD std::uint32_t sobol_initial(int place) {
    static constexpr std::uint16_t values[] = {
        1,   1,   3,   1,   3,   1,   1,   1,   1,   1,   1,   3,   3,  1,   3,   5,  13,  1,   1,
        5,   5,   17,  1,   1,   5,   5,   5,   1,   1,   7,   11,  19, 1,   1,   5,  1,   1,   1,
        1,   1,   3,   11,  1,   3,   5,   5,   31,  1,   3,   3,   9,  7,   49,  1,  1,   1,   15,
        21,  21,  1,   3,   1,   13,  27,  49,  1,   1,   1,   15,  7,  5,   1,   3,  1,   15,  13,
        25,  1,   1,   5,   5,   19,  61,  1,   3,   7,   11,  23,  15, 103, 1,   3,  7,   13,  13,
        15,  69,  1,   1,   3,   13,  7,   35,  63,  1,   3,   5,   9,  1,   25,  53, 1,   3,   1,
        13,  9,   35,  107, 1,   3,   1,   5,   27,  61,  31,  1,   1,  5,   11,  19, 41,  61,  1,
        3,   5,   3,   3,   13,  69,  1,   1,   7,   13,  1,   19,  1,  1,   3,   7,  5,   13,  19,
        59,  1,   1,   3,   9,   25,  29,  41,  1,   3,   5,   13,  23, 1,   55,  1,  3,   7,   3,
        13,  59,  17,  1,   3,   1,   3,   5,   53,  69,  1,   1,   5,  5,   23,  33, 13,  1,   1,
        7,   7,   1,   61,  123, 1,   1,   7,   9,   13,  61,  49,  1,  3,   3,   5,  3,   55,  33,
        1,   3,   1,   15,  31,  13,  49,  245, 1,   3,   5,   15,  31, 59,  63,  97, 1,   3,   1,
        11,  11,  11,  77,  249, 1,   3,   1,   11,  27,  43,  71,  9,  1,   1,   7,  15,  21,  11,
        81,  45,  1,   3,   7,   3,   25,  31,  65,  79,  1,   3,   1,  1,   19,  11, 3,   205, 1,
        1,   5,   9,   19,  21,  29,  157, 1,   3,   7,   11,  1,   33, 89,  185, 1,  3,   3,   3,
        15,  9,   79,  71,  1,   3,   7,   11,  15,  39,  119, 27,  1,  1,   3,   1,  11,  31,  97,
        225, 1,   1,   1,   3,   23,  43,  57,  177, 1,   3,   7,   7,  17,  17,  37, 71,  1,   3,
        1,   5,   27,  63,  123, 213, 1,   1,   3,   5,   11,  43,  53, 133, 1,   3,  5,   5,   29,
        17,  47,  173, 479, 1,   3,   3,   11,  3,   1,   109, 9,   69, 1,   1,   1,  5,   17,  39,
        23,  5,   343, 1,   3,   1,   5,   25,  15,  31,  103, 499, 1,  1,   1,   11, 11,  17,  63,
        105, 183, 1,   1,   5,   11,  9,   29,  97,  231, 363, 1,   1,  5,   15,  19, 45,  41,  7,
        383, 1,   3,   7,   7,   31,  19,  83,  137, 221, 1,   1,   1,  3,   23,  15, 111, 223, 83,
        1,   1,   5,   13,  31,  15,  55,  25,  161, 1,   1,   3,   13, 25,  47,  39, 87,  257};
    return values[place];
}

}  // namespace detail

/// The direction numbers of every dimension: dimension d's are directions[32 d] and on, the highest
/// bit first.
LOCKSTEP_HD void sobol_directions(std::uint32_t* directions) {
    for (int k = 0; k < sobol_bits; ++k) directions[k] = std::uint32_t{1} << (31 - k);
    int place = 0;
    for (int d = 1; d < sobol_dimensions; ++d) {
        std::uint32_t* const v = directions + d * sobol_bits;
        std::uint32_t const polynomial = detail::sobol_polynomial(d);
        int degree = 0;
        while (polynomial >> (degree + 1) != 0) ++degree;
        for (int k = 0; k < degree; ++k) v[k] = detail::sobol_initial(place++) << (31 - k);
        for (int k = degree; k < sobol_bits; ++k) {
            v[k] = v[k - degree] ^ (v[k - degree] >> degree);
            for (int i = 1; i < degree; ++i)
                v[k] ^= (polynomial >> (degree - i) & 1u) != 0 ? v[k - i] : 0u;
        }
    }
}

/// Point number `index` in the dimension whose direction numbers are given, as 32 bits of a number
/// in [0, 1). Without a branch, for lanes.
LOCKSTEP_HD std::uint64_t sobol_point(std::uint32_t const* directions, std::uint64_t index) {
    std::uint64_t x = 0;
    for (int k = 0; k < sobol_bits; ++k)
        x ^= directions[k] & (std::uint64_t{0} - (index >> k & 1u));
    return x;
}

}  // namespace lockstep
