// Which folders are results of ours. Many programs keep a manifest.json, and a folder that is
// replaced whole had better not be one of theirs.
#pragma once

#include <filesystem>

namespace lockstep {

/// Whether the folder holds a manifest.json that a lockstep of any version wrote.
bool has_own_manifest(std::filesystem::path const& folder);

}  // namespace lockstep
