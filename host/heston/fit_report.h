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
/// The same fits give the same bytes, whoever computed them.
void write_heston_fits(std::filesystem::path const& folder, market const& seen,
                       std::vector<fitted_chain> const& fits);

}  // namespace lockstep
