// Writes a risk run into a folder: the tables, summary.json, report.html, the manifest over all of
// them, and run.json beside it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "host/report/manifest.h"
#include "host/report/summary.h"
#include "host/risk/result.h"

namespace lockstep {

/// Tables, summary and report; gives their records in the order of their names.
std::vector<file_record> write_results(std::filesystem::path const& folder, risk_result const& run);

/// Closes the folder: manifest.json over `parts` and run.json.
void write_manifest(std::filesystem::path const& folder, manifest_parts const& parts,
                    risk_result const& run, run_circumstances const& how);

}  // namespace lockstep
