// A contract for `lockstep mc`, read from TOML.
#pragma once

#include <string>
#include <vector>

#include "pricing/model/monte_carlo.h"

namespace lockstep {

struct named_contract {
    path_contract contract{};
    std::vector<std::string> assets;  // their names, in order
};

/// Reads the file (data/FORMATS.md). Throws input_error with its line and key.
named_contract read_contract(std::string const& file);

}  // namespace lockstep
