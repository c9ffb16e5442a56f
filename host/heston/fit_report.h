// `lockstep heston fit`: the files of its output folder.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "host/heston/chain_quotes.h"

namespace lockstep {

struct fitted_chain {
    heston_chain chain;
    heston_fit fit;
};

/// Writes UNDERLYING.toml for each fit that has parameters, residuals.csv and manifest.json.
void write_heston_fits(std::filesystem::path const& folder, market const& seen,
                       std::string const& backend_name, std::vector<fitted_chain> const& fits);

}  // namespace lockstep
