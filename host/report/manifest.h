// manifest.json: what went in, what came out, what made it. The same inputs give the same bytes,
// whatever machine, backend or number of threads did the work; what differs between two such runs
// (the backend's name, times) is in run.json, which the manifest therefore does not list.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "host/io/result_file.h"
#include "host/risk/result.h"
#include "host/tail/request.h"

namespace lockstep {

struct manifest_parts {
    std::vector<file_record> inputs;  // rows are not counted in inputs
    std::vector<file_record> outputs;
    std::string preset_name;
    std::string preset_sha256;
    std::string vols = "mark";  // or "surface"
    tail_request tail;          // without a history none was asked for
};

std::string manifest_json(manifest_parts const& parts, risk_result const& run);

/// The manifest of a folder that no preset had a say in: settings are names and what they were.
std::string manifest_json(utc_ns market_time,
                          std::vector<std::pair<std::string, std::string>> const& settings,
                          std::vector<file_record> const& inputs,
                          std::vector<file_record> const& outputs);

/// The tables of a portfolio, plain or compressed: what its loader reads.
std::vector<std::string> tables_of_portfolio(std::string const& folder);

/// Digests of the files that the paths name, by file name; for a folder, of the tables in it.
std::vector<file_record> digest_inputs(std::vector<std::string> const& paths);

}  // namespace lockstep
