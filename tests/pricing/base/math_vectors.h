// Tables of exact results, and how far a computed one is from them in units in the last place.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/where.h"

namespace math_vectors {

struct row {
    std::string function;
    double x, other;  // other: the second argument, of log_ratio alone
    double y;         // the double next to the exact result
    double rest;      // what is missing to the exact result, in ulp of y
};

inline std::vector<std::string> fields_of(std::string const& line) {
    std::vector<std::string> fields;
    std::istringstream in(line);
    for (std::string field; std::getline(in, field, ',');) fields.push_back(field);
    return fields;
}

inline double number(std::string const& text) {
    return text.empty() ? 0.0 : std::strtod(text.c_str(), nullptr);
}

/// The rows of a file of data/reference; a file that is missing or short is an error, not a pass.
inline std::vector<row> load(std::string const& name, bool with_rest) {
    std::ifstream in(lockstep::data_path("reference/" + name));
    if (!in) throw std::runtime_error("cannot open " + name);
    std::vector<row> rows;
    for (std::string line; std::getline(in, line);) {
        if (line.empty() || line[0] == '#' || line.rfind("func,", 0) == 0) continue;
        auto const f = fields_of(line);
        if (f.size() < (with_rest ? 5u : 3u)) throw std::runtime_error("short line: " + line);
        if (with_rest)
            rows.push_back({f[0], number(f[1]), number(f[2]), number(f[3]), number(f[4])});
        else
            rows.push_back({f[0], number(f[1]), 0.0, number(f[2]), 0.0});
    }
    return rows;
}

inline double ulp_of(double y) {
    int exponent = 0;
    std::frexp(y, &exponent);
    return std::ldexp(1.0, std::max(exponent - 53, -1074));
}

/// |got - exact| in ulp of the exact result.
inline double error_in_ulp(double got, row const& r) {
    if (got == r.y) return std::fabs(r.rest);
    if (!std::isfinite(got) || !std::isfinite(r.y)) return HUGE_VAL;
    return std::fabs((got - r.y) / ulp_of(r.y) - r.rest);
}

inline std::uint64_t bits(double x) {
    std::uint64_t b;
    std::memcpy(&b, &x, sizeof b);
    return b;
}

/// The worst row of a function whose argument lies in [low, high].
struct worst {
    double error = 0.0;
    row at{};
    int rows = 0;
};
template <class FunctionT>
worst worst_of(std::vector<row> const& rows, char const* name, double low, double high,
               FunctionT function) {
    worst w;
    for (auto const& r : rows) {
        if (r.function != name || !(r.x >= low && r.x <= high)) continue;
        ++w.rows;
        double const e = error_in_ulp(function(r), r);
        if (!(e <= w.error)) {
            w.error = e;
            w.at = r;
        }
    }
    return w;
}

}  // namespace math_vectors
