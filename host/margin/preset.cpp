#include "host/margin/preset.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <system_error>

#include "host/io/text_file.h"
#include "host/margin/builtin_presets.h"
#include "host/margin/toml_reader.h"

namespace lockstep {

namespace {

int direction_of(std::string const& word, toml_reader const& reader, std::string_view key) {
    if (word == "down") return -1;
    if (word == "same") return 0;
    if (word == "up") return 1;
    reader.fail(key, "must be down, same or up, not '" + word + "'");
}

preset_currency read_currency(toml_reader&& reader) {
    preset_currency c{};
    c.annualised_move = reader.number("annualised_move", 0, 10);
    c.annualised_move_min = reader.number("annualised_move_min", 0, 1);
    c.extended_dampener_usd = reader.number("extended_dampener_usd", 0, 1e9);
    reader.expect_no_other_keys();
    return c;
}

preset_underlying read_underlying(toml_reader&& reader, preset_underlying const* otherwise) {
    preset_underlying u{};
    u.price_range = reader.number("price_range", 1e-6, 0.999);
    u.volatility_range_up = reader.number("volatility_range_up", 0, 100);
    u.delta_increment = reader.number("delta_increment", 0, 1);
    bool const inherits = otherwise != nullptr;
    u.coin =
        inherits && !reader.has("coin") ? otherwise->coin : read_currency(reader.table("coin"));
    u.usd = inherits && !reader.has("usd") ? otherwise->usd : read_currency(reader.table("usd"));
    reader.expect_no_other_keys();
    return u;
}

preset_offset_rule read_offset_rule(toml_reader&& reader) {
    preset_offset_rule rule{};
    rule.share = reader.number("share", 0, 1);
    rule.gain_max_usd = reader.number("gain_max_usd", 0, 1e9);
    reader.expect_no_other_keys();
    return rule;
}

preset_offset read_offset(toml_reader&& reader, preset_offset const* otherwise) {
    preset_offset o{};
    bool const inherits = otherwise != nullptr;
    o.coin =
        inherits && !reader.has("coin") ? otherwise->coin : read_offset_rule(reader.table("coin"));
    o.usd = inherits && !reader.has("usd") ? otherwise->usd : read_offset_rule(reader.table("usd"));
    reader.expect_no_other_keys();
    return o;
}

/// Every table of a table; "default" first, since the others take from it what they leave out.
template <class Row>
std::map<std::string, Row, std::less<>> read_rows(toml_reader&& reader,
                                                  Row (*read)(toml_reader&&, Row const*)) {
    std::map<std::string, Row, std::less<>> rows;
    Row const common = read(reader.table("default"), nullptr);
    rows.emplace("default", common);
    for (std::string const& name : reader.names())
        if (name != "default") rows.emplace(name, read(reader.table(name), &common));
    return rows;
}

void read_scenarios(toml_reader&& reader, margin_preset& preset) {
    preset.price_steps_each_side = static_cast<int>(reader.whole("price_steps_each_side", 1, 31));
    for (std::string const& word : reader.texts("vol_directions"))
        preset.vol_directions.push_back(direction_of(word, reader, "vol_directions"));
    if (preset.vol_directions.empty()) reader.fail("vol_directions", "must not be empty");
    preset.extended_moves = reader.numbers("extended_moves", -0.999999, 1000);
    preset.extended_vol = direction_of(reader.text("extended_vol"), reader, "extended_vol");
    preset.extended_factor = reader.number("extended_factor", 0, 1000);
    reader.expect_no_other_keys();
    std::size_t const standard = static_cast<std::size_t>(2 * preset.price_steps_each_side + 1) *
                                 preset.vol_directions.size();
    if (standard + preset.extended_moves.size() > scenarios_max)
        reader.fail("extended_moves", "makes more than 64 scenarios");
}

void read_volatility(toml_reader&& reader, vol_shock& vol) {
    vol.range_up = 0;
    vol.days = reader.number("days", 1e-6, 36500);
    vol.days_min = reader.number("days_min", 1e-6, 36500);
    vol.power_short = reader.number("power_short", 0, 10);
    vol.power_long = reader.number("power_long", 0, 10);
    vol.vol_floor_up = reader.number("floor_up", 0, 10);
    vol.range_down = reader.number("range_down", 0, 10);
    reader.expect_no_other_keys();
}

/// A move of nothing would count endlessly. What lies within the range of one underlying may lie
/// beyond another's, and then counts for more there; within all ranges it is no extended move.
void expect_beyond_ranges(toml_reader&& scenarios, margin_preset const& preset) {
    double range = 1;
    for (auto const& [name, u] : preset.underlyings) range = std::min(range, u.price_range);
    for (double const move : preset.extended_moves)
        if (!(std::abs(move) > range))
            scenarios.fail("extended_moves", "must hold moves beyond the price range");
}

template <class Row>
Row const& row_of(std::map<std::string, Row, std::less<>> const& rows, std::string_view name) {
    auto const found = rows.find(name);
    return found != rows.end() ? found->second : rows.find(std::string_view("default"))->second;
}

}  // namespace

std::vector<std::string_view> builtin_presets() {
    std::vector<std::string_view> names;
    for (auto const& preset : builtin_preset_texts) names.push_back(preset.name);
    return names;
}

margin_preset parse_preset(std::string_view text, std::string const& origin) {
    toml::table const root = parse_toml(text, origin);
    toml_reader reader(root, origin);
    margin_preset preset{};
    preset.origin = origin;
    preset.name = reader.text("name");
    read_scenarios(reader.table("scenarios"), preset);
    read_volatility(reader.table("volatility"), preset.volatility);
    toml_reader requirement = reader.table("requirement");
    preset.maintenance_factor = requirement.number("maintenance_factor", 0, 1);
    requirement.expect_no_other_keys();
    toml_reader shock = reader.table("delta_shock");
    preset.delta_shock_threshold_usd = shock.number("threshold_usd", 0, 1e9);
    preset.delta_shock_share_max = shock.number("share_max", 0, 1);
    shock.expect_no_other_keys();
    preset.underlyings = read_rows(reader.table("underlying"), read_underlying);
    expect_beyond_ranges(reader.table("scenarios"), preset);
    toml_reader offset = reader.table("offset");
    preset.segregated = read_rows(offset.table("segregated"), read_offset);
    preset.cross = read_rows(offset.table("cross"), read_offset);
    offset.expect_no_other_keys();
    reader.expect_no_other_keys();
    return preset;
}

margin_preset load_preset(std::string const& name_or_file) {
    if (name_or_file.find_first_of("./") != std::string::npos)
        return parse_preset(read_text_file(name_or_file), name_or_file);
    std::string known;
    for (auto const& preset : builtin_preset_texts) {
        if (preset.name == name_or_file)
            return parse_preset(preset.text, "built in " + name_or_file + ".toml");
        known += std::string(known.empty() ? "" : ", ") + std::string(preset.name);
    }
    std::error_code error;
    throw input_error("there is no preset '" + name_or_file + "'; built in are: " + known +
                      (std::filesystem::exists(name_or_file, error)
                           ? " (what is here under this name is read as './" + name_or_file + "')"
                           : " (or give a .toml file)"));
}

preset_underlying const& underlying_of(margin_preset const& preset, std::string_view name) {
    return row_of(preset.underlyings, name);
}

preset_offset const& offset_of(margin_preset const& preset, std::string_view name,
                               offset_mode mode) {
    return row_of(mode == offset_mode::cross ? preset.cross : preset.segregated, name);
}

}  // namespace lockstep
