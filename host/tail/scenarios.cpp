#include "host/tail/scenarios.h"

#include <Eigen/Dense>
#include <vector>

#include "pricing/base/random.h"

namespace lockstep {
namespace {

constexpr std::size_t numbers_of_a_tenor = 1 + tail_strikes.size();

/// A scenario's moves as one row of numbers: tenor after tenor its forward and its vols.
double& number(tail_history& h, std::size_t scenario, std::size_t i) {
    factor_move& move = h.moves[scenario * h.tenors() + i / numbers_of_a_tenor];
    std::size_t const k = i % numbers_of_a_tenor;
    return k == 0 ? move.forward : move.vol[k - 1];
}

}  // namespace

char const* name_of(tail_method method) {
    switch (method) {
        case tail_method::historical: return "historical";
        case tail_method::filtered: return "filtered";
        case tail_method::monte_carlo: return "monte-carlo";
    }
    return "unknown";
}

tail_history filtered(tail_history const& history, double decay) {
    tail_history scaled = history;
    std::size_t const n = history.scenarios();
    std::vector<double> variance(n + 1);  // before each move, and after the last
    for (std::size_t i = 0; i < numbers_of_a_tenor * history.tenors(); ++i) {
        double squares = 0;
        for (std::size_t s = 0; s < n; ++s) {
            double const x = number(scaled, s, i);
            squares += x * x;
        }
        variance[0] = squares / static_cast<double>(n);
        for (std::size_t s = 0; s < n; ++s) {
            double const x = number(scaled, s, i);
            variance[s + 1] = decay * variance[s] + (1 - decay) * x * x;
        }
        for (std::size_t s = 0; s < n; ++s)
            if (variance[s] > 0) number(scaled, s, i) *= square_root(variance[n] / variance[s]);
    }
    return scaled;
}

tail_history drawn(tail_history const& history, std::size_t count, std::uint64_t seed) {
    tail_history source = history;
    std::size_t const n = history.scenarios(), width = numbers_of_a_tenor * history.tenors();
    auto const size = static_cast<Eigen::Index>(width);
    Eigen::MatrixXd covariance = Eigen::MatrixXd::Zero(size, size);
    for (std::size_t s = 0; s < n; ++s)
        for (std::size_t i = 0; i < width; ++i)
            for (std::size_t j = 0; j <= i; ++j)
                covariance(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) +=
                    number(source, s, i) * number(source, s, j) / static_cast<double>(n);
    // Neighbouring tenors and strikes move together to many digits: a little of each factor's own
    // keeps the matrix positive.
    for (Eigen::Index i = 0; i < size; ++i)
        covariance(i, i) = covariance(i, i) * (1 + 1e-9) + 1e-18;
    Eigen::MatrixXd const root = covariance.llt().matrixL();
    tail_history out{history.underlyings, {}, {}, history.origin};
    out.moves.resize(count * history.tenors());
    std::vector<double> normal(width);
    for (std::size_t s = 0; s < count; ++s) {
        out.times.push_back({static_cast<std::int64_t>(s)});
        for (std::size_t i = 0; i < width; ++i)
            normal[i] = standard_normal(philox4x32(s, i, seed).first);
        for (std::size_t i = 0; i < width; ++i) {
            double sum = 0;
            for (std::size_t j = 0; j <= i; ++j)
                sum += root(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) * normal[j];
            number(out, s, i) = sum;
        }
    }
    return out;
}

}  // namespace lockstep
