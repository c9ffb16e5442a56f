// What a payoff is worth on one random path, on one asset or many: the body that kernels run a
// million times. A path is a pure function of its number, so any thread, lane or device simulates
// it alike; sums over paths are taken in blocks of fixed size and shape (kernels/), and Greeks come
// from the same random numbers with inputs moved.
//
// Assets are lognormal with correlated returns; dates are evenly spaced. Random numbers are
// Philox's, or Sobol's points with a Brownian bridge and a random digital shift for each of a
// number of replications, whose spread is the error (Owen 1998); dimensions beyond Sobol's 64 are
// Philox's.
#pragma once

#include <cstddef>

#include "pricing/base/random.h"
#include "pricing/base/sobol.h"
#include "pricing/model/brownian_bridge.h"
#include "pricing/model/lognormal.h"

namespace lockstep {

inline constexpr int path_assets_max = 8;
inline constexpr int path_dates_max = bridge_dates_max;
inline constexpr int path_numbers_max = 512;  // assets x dates
inline constexpr int path_block = 256;        // paths whose sums are taken together
inline constexpr int policy_terms = 4;
inline constexpr int path_contracts_max = 40;  // with all that is moved for Greeks

enum class path_payoff : std::uint8_t {
    european = 0,  // on the basket, the weighted sum of the assets, at the last date
    asian,         // on the basket's average over the dates
    worst_of,      // on the smallest of the weighted assets at the last date
    best_of,       // on the largest
    barrier,       // european, if the basket has (in) or has not (out) passed the barrier
    american,      // on the basket, exercised at any date by a policy
};

struct path_asset {
    double spot, dividend, vol, weight;
};

struct path_contract {
    path_payoff payoff;
    std::uint8_t put;
    std::uint8_t barrier_above;  // barrier: it lies above the spot
    std::uint8_t knock_in;       // barrier
    std::uint8_t continuous;     // barrier on one asset: watched between the dates as well
    std::uint8_t control;        // asian on one asset: less the payoff on the geometric average
    std::uint8_t reserved[2];
    std::int32_t assets, dates;
    double strike, time, rate, barrier;
    path_asset asset[path_assets_max];
    double factor[path_assets_max][path_assets_max];  // L of correlation = L L'; the lower half
};

/// When to exercise: the value of holding on at each date, a polynomial in basket / strike.
struct exercise_policy {
    double value[path_dates_max][policy_terms];
};

/// Where random numbers come from.
struct path_source {
    std::uint64_t seed;
    std::uint64_t replication_paths;  // Sobol: points of each replication
    std::uint32_t sobol;
    std::uint32_t reserved;
    bridge_step bridge[path_dates_max];
    std::uint32_t directions[sobol_dimensions * sobol_bits];
};

/// What is summed: weights of the values of three of the contracts simulated together.
struct path_estimate {
    std::int32_t first, second;
    double base_weight, first_weight, second_weight;  // of contract 0, `first` and `second`
};

/// Two standard normal numbers of a path, dimensions 2 pair and 2 pair + 1.
struct normal_two {
    double first, second;
};
LOCKSTEP_HD normal_two path_normals(path_source const& source, std::uint64_t path, int pair) {
    random_block const r = philox4x32(path, static_cast<std::uint64_t>(pair), source.seed);
    return {standard_normal(r.first), standard_normal(r.second)};
}

/// The same from Sobol's points; pair must be below 32. The shift fills the bits below the point's.
LOCKSTEP_HD normal_two sobol_normals(path_source const& source, std::uint64_t path, int pair) {
    std::uint64_t const replication = path / source.replication_paths;
    std::uint64_t const index = path - replication * source.replication_paths;
    random_block const shift =
        philox4x32(replication, static_cast<std::uint64_t>(pair) | 1ull << 32, source.seed);
    std::uint32_t const* const v = source.directions + 2 * pair * sobol_bits;
    return {standard_normal(sobol_point(v, index) << 32 ^ shift.first),
            standard_normal(sobol_point(v + sobol_bits, index) << 32 ^ shift.second)};
}
LOCKSTEP_HD bool from_sobol(path_source const& source, int pair) {
    return source.sobol != 0 && 2 * pair + 1 < sobol_dimensions;
}

namespace detail {

/// Normal numbers of one path, computed as they are asked for.
struct drawn_normals {
    path_source const& source;
    std::uint64_t path;
    LOCKSTEP_HD double operator()(int dimension) const {
        int const pair = dimension / 2;
        normal_two const z = from_sobol(source, pair) ? sobol_normals(source, path, pair)
                                                      : path_normals(source, path, pair);
        return dimension % 2 == 0 ? z.first : z.second;
    }
};

/// Fills w[date * assets + asset] with correlated Brownian motion, in units of one interval's root.
template <class NormalsT>
LOCKSTEP_HD void draw_path(path_contract const& c, path_source const& source,
                           NormalsT const& normals, double* w) {
    int const n = c.assets;
    for (int k = 0; k < c.dates; ++k) {
        bridge_step const& step = source.bridge[k];
        bool const bridged = source.sobol != 0;
        int const at = bridged ? step.at : k;
        int const left = bridged ? step.left : k - 1;
        for (int a = 0; a < n; ++a) {
            double const z = normals(k * n + a);
            double const before = left < 0 ? 0.0 : w[left * n + a];
            double const after = bridged && step.right >= 0 ? w[step.right * n + a] : 0.0;
            w[at * n + a] = bridged
                                ? fused(step.spread, z,
                                        fused(step.left_weight, before, step.right_weight * after))
                                : before + z;
        }
    }
    for (int k = 0; k < c.dates; ++k)
        for (int a = n - 1; a >= 0; --a) {
            double sum = 0.0;
            for (int b = 0; b <= a; ++b) sum = fused(c.factor[a][b], w[k * n + b], sum);
            w[k * n + a] = sum;
        }
}

/// The assets of a contract at one date.
struct market_at_date {
    double basket, smallest, largest;
};
LOCKSTEP_HD market_at_date market_at(path_contract const& c, double const* w, int date) {
    double const interval = c.time / c.dates;
    double const time = interval * (date + 1);
    double const root = square_root(interval);
    market_at_date m{0.0, infinity, 0.0};
    for (int a = 0; a < c.assets; ++a) {
        path_asset const& asset = c.asset[a];
        double const drift = (c.rate - asset.dividend - 0.5 * asset.vol * asset.vol) * time;
        double const level = asset.weight * asset.spot *
                             exponential(fused(asset.vol * root, w[date * c.assets + a], drift));
        m.basket += level;
        m.smallest = level < m.smallest ? level : m.smallest;
        m.largest = level > m.largest ? level : m.largest;
    }
    return m;
}

LOCKSTEP_HD double gain_of(path_contract const& c, double level) {
    double const gain = c.put != 0 ? c.strike - level : level - c.strike;
    return gain > 0.0 ? gain : 0.0;
}

LOCKSTEP_HD double asian_on_path(path_contract const& c, double const* w) {
    double sum = 0.0, logs = 0.0;
    for (int k = 0; k < c.dates; ++k) {
        double const level = market_at(c, w, k).basket;
        sum += level;
        if (c.control != 0) logs += logarithm(level);
    }
    double const gain = gain_of(c, sum / c.dates);
    return c.control != 0 ? gain - gain_of(c, exponential(logs / c.dates)) : gain;
}

/// Between two dates the path of one asset has passed the barrier with probability
/// exp(-2 ln(S/H) ln(S'/H) / (vol^2 dt)); what is counted is the chance that it has not.
LOCKSTEP_HD double barrier_on_path(path_contract const& c, double const* w) {
    double const vol = c.asset[0].vol;
    double const per_variance = -2.0 * c.dates / (vol * vol * c.time);
    double alive = 1.0, level = 0.0;
    double last = 0.0;
    for (int a = 0; a < c.assets; ++a) last += c.asset[a].weight * c.asset[a].spot;
    double from = logarithm(last / c.barrier);
    for (int k = 0; k < c.dates; ++k) {
        level = market_at(c, w, k).basket;
        bool const passed = c.barrier_above != 0 ? level >= c.barrier : level <= c.barrier;
        if (passed) alive = 0.0;
        if (c.continuous == 0 || passed) continue;
        double const to = logarithm(level / c.barrier);
        alive *= 1.0 - exponential(per_variance * from * to);
        from = to;
    }
    return gain_of(c, level) * (c.knock_in != 0 ? 1.0 - alive : alive);
}

LOCKSTEP_HD double value_of_holding(double const* terms, double x) {
    double sum = terms[policy_terms - 1];
    for (int k = policy_terms - 2; k >= 0; --k) sum = fused(sum, x, terms[k]);
    return sum;
}

/// The date at which the policy exercises; the last one where it never does.
LOCKSTEP_HD int exercise_date(path_contract const& c, exercise_policy const& policy,
                              double const* w) {
    for (int k = 0; k < c.dates - 1; ++k) {
        double const level = market_at(c, w, k).basket;
        double const gain = gain_of(c, level);
        if (gain > 0.0 && gain >= value_of_holding(policy.value[k], level / c.strike)) return k;
    }
    return c.dates - 1;
}

LOCKSTEP_HD double american_on_path(path_contract const& c, int date, double const* w) {
    double const time = c.time / c.dates * (date + 1);
    return gain_of(c, market_at(c, w, date).basket) * exponential(-c.rate * time);
}

/// What the contract pays on a path, at today's value; `date` is when an american one is exercised.
LOCKSTEP_HD double value_on_path(path_contract const& c, int date, double const* w) {
    if (c.payoff == path_payoff::american) return american_on_path(c, date, w);
    double const discount = exponential(-c.rate * c.time);
    if (c.payoff == path_payoff::asian) return discount * asian_on_path(c, w);
    if (c.payoff == path_payoff::barrier) return discount * barrier_on_path(c, w);
    market_at_date const end = market_at(c, w, c.dates - 1);
    double const level = c.payoff == path_payoff::worst_of  ? end.smallest
                         : c.payoff == path_payoff::best_of ? end.largest
                                                            : end.basket;
    return discount * gain_of(c, level);
}

}  // namespace detail

/// The values of contracts simulated together. The policy decides by the first of them: what
/// changes with a moved input at the best moment of exercise is what is paid, not the moment.
LOCKSTEP_HD void values_on_path(path_contract const* contracts, std::size_t count,
                                exercise_policy const* policy, double const* w, double* values) {
    bool const american = contracts[0].payoff == path_payoff::american;
    int const date = american ? detail::exercise_date(contracts[0], *policy, w) : 0;
    for (std::size_t k = 0; k < count; ++k)
        values[k] = detail::value_on_path(contracts[k], date, w);
}

/// One estimate from the values of contracts simulated on the same path.
LOCKSTEP_HD double estimate_of(path_estimate const& e, double const* values) {
    return fused(e.first_weight, values[e.first],
                 fused(e.second_weight, values[e.second], e.base_weight * values[0]));
}

/// The sum of a block of path_block numbers, by halves: always in this order.
LOCKSTEP_HD double sum_of_block(double* x) {
    for (int width = path_block / 2; width > 0; width /= 2)
        for (int k = 0; k < width; ++k) x[k] += x[k + width];
    return x[0];
}

/// The lower triangular L with matrix = L L' (Cholesky), in a fixed order of operations. False when
/// the matrix is not positive definite.
LOCKSTEP_HD bool factor_correlation(double const (*matrix)[path_assets_max], int n,
                                    double (*factor)[path_assets_max]) {
    for (int i = 0; i < n; ++i)
        for (int j = 0; j <= i; ++j) {
            double rest = matrix[i][j];
            for (int k = 0; k < j; ++k) rest = fused(-factor[i][k], factor[j][k], rest);
            if (i == j && !(rest > 0x1p-40)) return false;
            factor[i][j] = i == j ? square_root(rest) : rest / factor[j][j];
        }
    return true;
}

}  // namespace lockstep
