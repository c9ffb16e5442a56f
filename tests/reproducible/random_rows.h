// Inputs of the slower models from a random block, and their results as numbers, for probe.cpp.
#pragma once

#include <string_view>

#include "pricing/base/random.h"
#include "pricing/model/american_implied_vol.h"
#include "pricing/model/monte_carlo.h"
#include "pricing/model/row_models.h"
#include "pricing/model/scheduled_option.h"

namespace lockstep::probe {

inline double between(double low, double high, std::uint64_t bits) {
    return fused(high - low, uniform_open(bits), low);
}

/// What an input of that name may ordinarily be.
inline double usual_input(std::string_view name, std::uint64_t bits) {
    auto const has = [&](std::string_view part) { return name.find(part) != name.npos; };
    if (has("fixings") || has("monitoring")) return static_cast<double>(bits % 13);
    if (has("correlation")) return between(-0.9, 0.9, bits);
    if (has("vol")) return between(0.05, 1.0, bits);
    if (has("rate") || has("dividend")) return between(-0.05, 0.1, bits);
    if (has("time") || has("first_fixing") || has("window")) return between(0.0, 2.0, bits);
    if (has("upper")) return between(120.0, 160.0, bits);
    return between(50.0, 150.0, bits);
}

template <class Model>
struct row_numbers {
    double value[Model::outputs + 1];
};

/// A row of a model, of any kind and sort; one in eight with something wild in it.
template <class Model>
row_numbers<Model> row_of(random_block r) {
    double in[Model::inputs];
    for (std::size_t k = 0; k < Model::inputs; ++k)
        in[k] = usual_input(Model::input_names[k], philox4x32(r.first, k, r.second).first);
    if ((r.first & 7u) == 0) in[r.first / 8 % Model::inputs] = double_of(r.second);
    row_numbers<Model> out{};
    // Kinds 0 to 7 in the upper four bits; put and spot.
    std::uint64_t const flags = (r.second & 7u) << 4 | (r.second >> 3 & 3u) * 2;
    out.value[Model::outputs] = static_cast<double>(Model{}(in, flags, out.value));
    return out;
}

struct scheduled_numbers {
    double price, delta, gamma, theta, status;
};

/// An option of any style with two dividends, on the second of which it may be exercised.
inline scheduled_numbers scheduled_of(random_block r) {
    static double scratch[schedule_scratch::columns * schedule_nodes];
    random_block const more = philox4x32(r.first, r.second, 1);
    double const time = between(0.05, 2.0, more.first);
    schedule_event const events[] = {{0.3 * time, between(0.0, 5.0, more.second), 0},
                                     {0.7 * time, between(0.0, 5.0, r.second), 1}};
    std::uint64_t const flags = option_flag::spot | (r.first >> 2 & 1u) * option_flag::put;
    auto const v =
        value_scheduled({between(60.0, 140.0, r.first), 100.0, time, 0.04, 0.01,
                         between(0.1, 0.8, more.first << 20), flags},
                        static_cast<exercise_style>(r.first % 3), {events, 2}, {scratch, 1});
    return {v.price, v.delta, v.gamma, v.theta, static_cast<double>(v.status)};
}

struct american_vol_numbers {
    double vol, error, faults;
};

inline american_vol_numbers american_vol_of(random_block r) {
    random_block const more = philox4x32(r.first, r.second, 2);
    american_quotes<1> const q{{between(70.0, 130.0, r.first)},
                               {100.0},
                               {between(0.05, 2.0, more.first)},
                               {between(0.0, 0.08, more.second)},
                               {between(0.0, 0.08, more.first << 20)},
                               {between(0.1, 40.0, r.second)},
                               {option_flag::spot | (r.first >> 2 & 1u) * option_flag::put}};
    american_vols<1> v;
    american_implied_vol(q, v);
    return {v.vol[0], v.error[0], static_cast<double>(v.faults[0])};
}

/// Two correlated assets on twelve dates.
inline double path_value_of(random_block r) {
    path_contract c{};
    c.payoff = static_cast<path_payoff>(r.first % 5);
    c.put = r.first >> 8 & 1u;
    c.assets = 2;
    c.dates = 12;
    c.strike = 100.0;
    c.time = 1.0;
    c.rate = 0.03;
    c.barrier = 80.0;
    c.asset[0] = {50.0, 0.01, 0.3, 1.0};
    c.asset[1] = {25.0, 0.0, 0.5, 2.0};
    double const correlation[path_assets_max][path_assets_max] = {{1.0, 0.5}, {0.5, 1.0}};
    factor_correlation(correlation, 2, c.factor);
    static path_source source{};
    source.seed = r.second;
    double w[path_numbers_max], value;
    detail::draw_path(c, source, detail::drawn_normals{source, r.first}, w);
    values_on_path(&c, 1, nullptr, w, &value);
    return value;
}

}  // namespace lockstep::probe
