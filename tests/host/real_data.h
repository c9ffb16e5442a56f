// Where real market data is, on machines that have it. Tests that need it are skipped elsewhere.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <optional>

#include "tests/where.h"

namespace lockstep {

inline std::optional<std::filesystem::path> real_data(char const* part) {
    char const* named = std::getenv("LOCKSTEP_REAL_DATA");
    auto const path =
        std::filesystem::path(named != nullptr ? named : source_path("../shared/real")) / part;
    if (!std::filesystem::exists(path)) return std::nullopt;
    return path;
}

}  // namespace lockstep
