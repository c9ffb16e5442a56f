// The texts of data/presets/*.toml, put into the binary when it is configured.
#pragma once

#include <string_view>
#include <vector>

namespace lockstep {

struct builtin_preset_text {
    std::string_view name, text;
};

extern std::vector<builtin_preset_text> const builtin_preset_texts;

}  // namespace lockstep
