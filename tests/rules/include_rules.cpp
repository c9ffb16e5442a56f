#include "tests/rules/include_rules.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <set>

namespace lockstep::rules {

namespace {

using path_set = std::set<std::string>;

// A folder may include files of the folders (or the single files) listed for it. The longest
// folder name that fits a file is the one that counts.
std::map<std::string, path_set> const may_include{
    {"pricing/base", {"pricing/base"}},
    {"pricing", {"pricing"}},
    {"margin", {"pricing", "margin"}},
    {"kernels", {"pricing", "margin", "kernels"}},
    {"kernels/cpu",
     {"pricing", "margin", "kernels/cpu", "kernels/backend.h", "kernels/views.h",
      "kernels/heston_batch.h", "kernels/svi_batch.h", "kernels/tail_batch.h",
      "kernels/backend_error.h"}},
    {"kernels/cuda",
     {"pricing", "margin", "kernels/cuda", "kernels/backend.h", "kernels/views.h",
      "kernels/heston_batch.h", "kernels/svi_batch.h", "kernels/tail_batch.h",
      "kernels/backend_error.h", "kernels/group_margin.h", "kernels/group_check.h"}},
    {"host",
     {"pricing", "margin", "host", "kernels/backend.h", "kernels/views.h", "kernels/heston_batch.h",
      "kernels/svi_batch.h", "kernels/tail_batch.h", "kernels/backend_error.h"}},
    // The executable's own file adds the bench command; the host's library does not know it.
    {"host/cli/main.cpp", {"host", "kernels/backend_error.h", "bench/command.h"}},
    {"bench", {"pricing", "margin", "kernels", "host", "bench"}},
};

bool lies_in(std::string const& file, std::string const& folder) {
    return file == folder || file.starts_with(folder + "/");
}

path_set const* rules_for(std::string const& file) {
    path_set const* best = nullptr;
    std::size_t longest = 0;
    for (auto const& [folder, allowed] : may_include)
        if (lies_in(file, folder) && folder.size() >= longest) {
            best = &allowed;
            longest = folder.size();
        }
    return best;
}

bool is_source(std::filesystem::path const& path) {
    static path_set const endings{".h", ".cpp", ".cu", ".cuh"};
    return endings.count(path.extension().string()) > 0;
}

/// The quoted path of an include line; empty for any other line.
std::string quoted_include(std::string const& line) {
    auto const hash = line.find_first_not_of(" \t");
    if (hash == std::string::npos || line.compare(hash, 1, "#") != 0) return {};
    auto const word = line.find("include", hash);
    auto const open = line.find('"', hash);
    if (word == std::string::npos || open == std::string::npos || word > open) return {};
    auto const close = line.find('"', open + 1);
    return close == std::string::npos ? std::string{} : line.substr(open + 1, close - open - 1);
}

}  // namespace

std::vector<violation> include_violations(std::filesystem::path const& root) {
    std::vector<violation> found;
    for (char const* room : {"pricing", "margin", "kernels", "host", "bench"}) {
        if (!std::filesystem::exists(root / room)) continue;
        for (auto const& entry : std::filesystem::recursive_directory_iterator(root / room)) {
            if (!entry.is_regular_file() || !is_source(entry.path())) continue;
            std::string const file = std::filesystem::relative(entry.path(), root).generic_string();
            path_set const* allowed = rules_for(file);
            std::ifstream in(entry.path());
            std::string line;
            for (int number = 1; std::getline(in, line); ++number) {
                std::string const included = quoted_include(line);
                if (included.empty()) continue;
                bool const fine = std::any_of(allowed->begin(), allowed->end(),
                                              [&](auto const& a) { return lies_in(included, a); });
                if (!fine) found.push_back({file, number, included});
            }
        }
    }
    std::sort(found.begin(), found.end(), [](violation const& a, violation const& b) {
        return std::tie(a.file, a.line) < std::tie(b.file, b.line);
    });
    return found;
}

}  // namespace lockstep::rules
