// From a preset's parameters to the scenarios and the integers of the rule.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "host/base/error.h"
#include "host/margin/preset.h"
#include "pricing/base/quantise.h"

namespace lockstep {

namespace {

constexpr double per_1e12 = 1e12;
constexpr double rate_1e12_max = 0x1p58;  // keeps 64 buckets' charges in 128 bits

std::int64_t carried(double amount, double scale, rounding direction, char const* what) {
    checked_int64 const units = quantise(amount, scale, direction);
    if (units.overflowed)
        throw input_error(
            fmt::format("{} of {} is beyond {}", what, amount, quantised_max / scale));
    return units.value;
}

std::uint32_t standard_count(margin_preset const& preset) {
    return static_cast<std::uint32_t>(2 * preset.price_steps_each_side + 1) *
           static_cast<std::uint32_t>(preset.vol_directions.size());
}

void set_roll_rates(margin_rules& rules, preset_currency const& currency, double price_of_delta,
                    std::span<double const> bucket_years) {
    if (bucket_years.size() > expiry_buckets_max)
        throw input_error(std::to_string(bucket_years.size()) +
                          " expiries of one underlying; at most " +
                          std::to_string(expiry_buckets_max) + " can be told apart");
    for (std::size_t b = 0; b < bucket_years.size(); ++b) {
        double const rate =
            roll_rate(currency.annualised_move, currency.annualised_move_min, bucket_years[b]);
        rules.roll_rate[b] = carried(rate * price_of_delta, per_1e12, rounding::up, "a roll rate");
        if (static_cast<double>(rules.roll_rate[b]) >= rate_1e12_max)
            throw input_error("a roll rate is beyond its range");
    }
}

margin_rules rules_at(margin_preset const& preset, std::string_view underlying, settlement settle,
                      double index, std::span<double const> bucket_years, offset_mode mode) {
    if (!(index > 0.0 && index < 9e9)) throw input_error("it is not a usable price");
    bool const coin = settle == settlement::inverse;
    preset_underlying const& parameters = underlying_of(preset, underlying);
    preset_currency const& currency = coin ? parameters.coin : parameters.usd;
    preset_offset const& offsets = offset_of(preset, underlying, mode);
    preset_offset_rule const& offset = coin ? offsets.coin : offsets.usd;

    margin_rules rules{};
    rules.settle = settle;
    rules.places = risk_places_of(settle);
    std::uint32_t s = standard_count(preset);
    rules.extended_begin = static_cast<std::uint8_t>(s);
    // At a low index a dampener in coins leaves its integer; the largest that fits serves, by which
    // a loss counts for more than it would (data/FORMATS.md says from where on).
    double const dampener_max = quantised_max / risk_scale_of(settle);
    for (double move : preset.extended_moves)
        rules.dampener[s++] =
            carried(std::min(dampener_max,
                             extended_dampener(move, parameters.price_range,
                                               currency.extended_dampener_usd, index, settle)),
                    risk_scale_of(settle), rounding::down, "an extended dampener");
    rules.scenarios = s;
    set_roll_rates(rules, currency, coin ? 1.0 : index, bucket_years);
    rules.gain_offset_ppb = carried(offset.share, 1e9, rounding::down, "an offset share");
    rules.gain_max_nanos =
        carried(offset.gain_max_usd / (coin ? index : 1.0), 1e9, rounding::down, "a gain cap");
    rules.maintenance_ppb =
        carried(preset.maintenance_factor, 1e9, rounding::up, "the maintenance factor");
    rules.index_nanos = carried(index, 1e9, rounding::down, "an index");
    if (rules.index_nanos == 0) throw input_error("it is below one nano");
    rules.delta_shock_threshold_nanos =
        carried(preset.delta_shock_threshold_usd, 1e9, rounding::down, "the delta shock threshold");
    rules.delta_shock_increment_1e12 =
        carried(parameters.delta_increment, per_1e12, rounding::up, "a delta shock increment");
    rules.delta_shock_max_ppb =
        carried(preset.delta_shock_share_max, 1e9, rounding::up, "the delta shock share");
    return rules;
}

}  // namespace

scenario_set make_scenario_set(margin_preset const& preset, std::string_view underlying,
                               settlement settle) {
    preset_underlying const& parameters = underlying_of(preset, underlying);
    scenario_set set{};
    set.vol = preset.volatility;
    set.vol.range_up = parameters.volatility_range_up;
    int const steps = preset.price_steps_each_side;
    for (int k = -steps; k <= steps; ++k)
        for (int direction : preset.vol_directions)
            set.shocks[set.count++] = {1.0 + k * parameters.price_range / steps, 1.0, direction, 0};
    for (double move : preset.extended_moves)
        set.shocks[set.count++] = {
            1.0 + move,
            extended_pnl_factor(move, parameters.price_range, preset.extended_factor, settle),
            preset.extended_vol, 1};
    return set;
}

margin_rules make_margin_rules(margin_preset const& preset, std::string_view underlying,
                               settlement settle, double index,
                               std::span<double const> bucket_years, offset_mode mode) {
    try {
        return rules_at(preset, underlying, settle, index, bucket_years, mode);
    } catch (input_error const& error) {
        throw input_error(fmt::format("margin rules of {} at an index of {}: {}", underlying, index,
                                      error.what()));
    }
}

std::string describe_scenario(scenario_set const& set, std::uint32_t scenario) {
    if (scenario >= set.count) return "none";
    scenario_shock const& shock = set.shocks[scenario];
    char text[64];
    char const* vol = shock.vol_direction > 0 ? "up" : "same";
    if (shock.vol_direction < 0) vol = "down";
    std::snprintf(text, sizeof text, "%+.4g %%, vol %s%s", 100.0 * (shock.price_multiplier - 1.0),
                  vol, shock.extended ? ", extended" : "");
    return text;
}

}  // namespace lockstep
