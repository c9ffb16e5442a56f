// The run in one screen for people, and in one document for machines.
#pragma once

#include <string>
#include <vector>

#include "host/risk/result.h"
#include "host/risk/stages.h"

namespace lockstep {

/// What is true of this machine and this hour: never part of a digested file.
struct run_circumstances {
    std::string backend;
    int threads = 0;
    std::vector<stage_time> stages;
    double peak_memory_mib = 0;
};

/// summary.json: the same bytes for the same inputs.
std::string summary_json(risk_result const& run);

/// run.json: what really ran and how long it took.
std::string circumstances_json(run_circumstances const& how);

/// What is printed at the end. `folder` is where the files are.
std::string summary_text(risk_result const& run, run_circumstances const& how,
                         std::string const& folder);

}  // namespace lockstep
