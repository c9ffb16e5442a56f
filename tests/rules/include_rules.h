// Which room may include which: knowledge flows one way. Kept apart from the test so that the test
// can also be shown to fail.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace lockstep::rules {

struct violation {
    std::string file;
    int line;
    std::string includes;
};

/// Every `#include "room/..."` below `root` that its own room may not make.
std::vector<violation> include_violations(std::filesystem::path const& root);

}  // namespace lockstep::rules
