// Margin presets: the parameters of a portfolio margin, read from TOML. The presets of data/presets
// are also inside the binary, so that a name is enough; a path to a file of the same shape serves
// as well. data/FORMATS.md describes every key.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "margin/portfolio.h"
#include "margin/scenario.h"

namespace lockstep {

/// May a currency's gain be set against another currency's loss?
enum class offset_mode { segregated, cross };

/// Parameters of what is settled in one currency, coin or USD.
struct preset_currency {
    double annualised_move;  // roll shock, continuously compounded
    double annualised_move_min;
    double extended_dampener_usd;
};

struct preset_underlying {
    double price_range;
    double volatility_range_up;
    double delta_increment;  // share per unit of delta
    preset_currency coin, usd;
};

struct preset_offset_rule {
    double share;
    double gain_max_usd;
};
struct preset_offset {
    preset_offset_rule coin, usd;
};

struct margin_preset {
    std::string name;
    std::string origin;  // the file, or "built in"

    int price_steps_each_side;
    std::vector<int> vol_directions;
    std::vector<double> extended_moves;
    int extended_vol;
    double extended_factor;

    vol_shock volatility;  // range_up comes from the underlying
    double maintenance_factor;
    double delta_shock_threshold_usd, delta_shock_share_max;

    std::map<std::string, preset_underlying, std::less<>> underlyings;    // "default" is there
    std::map<std::string, preset_offset, std::less<>> segregated, cross;  // "default" is there
};

/// Names of the presets inside the binary.
std::vector<std::string_view> builtin_presets();

/// A preset by name, or from a file when the argument has a dot or a slash. Throws input_error with
/// the file, the line and the key at fault.
margin_preset load_preset(std::string const& name_or_file);
margin_preset parse_preset(std::string_view text, std::string const& origin);

/// What holds for an underlying: its own table, or the default.
preset_underlying const& underlying_of(margin_preset const& preset, std::string_view underlying);
preset_offset const& offset_of(margin_preset const& preset, std::string_view underlying,
                               offset_mode mode);

/// Scenarios in the order of the preset: price steps from below, in each the vol directions, then
/// the extended moves.
scenario_set make_scenario_set(margin_preset const& preset, std::string_view underlying,
                               settlement settle);

/// The rules of one underlying and settlement. `index` is USD per coin; bucket_years holds the time
/// to expiry of each expiry bucket, zero for perpetuals. Throws input_error when a parameter leaves
/// the range of the integers that carry it.
margin_rules make_margin_rules(margin_preset const& preset, std::string_view underlying,
                               settlement settle, double index,
                               std::span<double const> bucket_years, offset_mode mode);

/// What a scenario is, for people: "-16 %, vol down" or "+200 %, vol up, extended".
std::string describe_scenario(scenario_set const& set, std::uint32_t scenario);

}  // namespace lockstep
