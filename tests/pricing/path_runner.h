// Plain loops over paths, one thread, for tests that hold the path bodies against closed forms.
#pragma once

#include <cmath>
#include <memory>
#include <vector>

#include "pricing/model/longstaff_schwartz.h"
#include "pricing/model/monte_carlo.h"

namespace lockstep {

struct path_result {
    double value, error;
};

inline std::unique_ptr<path_source> source_of(path_contract const& c, std::uint64_t seed,
                                              bool sobol, std::uint64_t replication_paths = 0) {
    auto source = std::make_unique<path_source>();
    source->seed = seed;
    source->sobol = sobol;
    source->replication_paths = replication_paths;
    plan_bridge(c.dates, source->bridge);
    sobol_directions(source->directions);
    return source;
}

/// Philox: mean and standard error over the paths. Sobol: over 16 replications.
inline path_result run_paths(path_contract const& c, std::uint64_t paths, std::uint64_t seed,
                             bool sobol, exercise_policy const* policy = nullptr) {
    std::uint64_t const groups = sobol ? 16 : paths;
    auto const source = source_of(c, seed, sobol, paths / groups);
    double sum = 0, squares = 0;
    std::vector<double> w(path_numbers_max);
    for (std::uint64_t g = 0; g < groups; ++g) {
        double mean = 0;
        for (std::uint64_t i = 0; i < paths / groups; ++i) {
            detail::draw_path(c, *source, detail::drawn_normals{*source, g * (paths / groups) + i},
                              w.data());
            double value;
            values_on_path(&c, 1, policy, w.data(), &value);
            mean += value;
        }
        mean /= static_cast<double>(paths / groups);
        sum += mean, squares += mean * mean;
    }
    double const n = static_cast<double>(groups), mean = sum / n;
    return {mean, std::sqrt((squares / n - mean * mean) / (n - 1))};
}

/// A policy from `paths` paths of another seed.
inline exercise_policy policy_of(path_contract const& c, std::size_t paths, std::uint64_t seed) {
    auto const source = source_of(c, seed, false);
    std::size_t const dates = static_cast<std::size_t>(c.dates);
    std::vector<double> levels(paths * dates), received(paths);
    for (std::size_t p = 0; p < paths; ++p) levels_of_path(c, *source, p, &levels[p * dates]);
    exercise_policy policy{};
    fit_policy(c, {levels.data(), levels.size()}, {received.data(), received.size()}, policy);
    return policy;
}

}  // namespace lockstep
