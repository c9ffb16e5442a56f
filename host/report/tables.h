// The tables of a risk run as CSV files. Pure formatting: every number is taken as it stands in the
// result, amounts as exact decimals, measurements as the shortest text that reads back the same.
// data/FORMATS.md says what the columns mean.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "host/io/result_file.h"
#include "host/risk/result.h"

namespace lockstep {

file_record write_instruments(std::filesystem::path const& folder, risk_result const& run);
file_record write_scenarios(std::filesystem::path const& folder, risk_result const& run);
file_record write_risk_arrays(std::filesystem::path const& folder, risk_result const& run);
file_record write_netting_sets(std::filesystem::path const& folder, risk_result const& run);
file_record write_pools(std::filesystem::path const& folder, risk_result const& run);
file_record write_accounts(std::filesystem::path const& folder, risk_result const& run);
file_record write_ladder(std::filesystem::path const& folder, risk_result const& run);
file_record write_totals(std::filesystem::path const& folder, risk_result const& run);
file_record write_stress(std::filesystem::path const& folder, risk_result const& run);
file_record write_concentration(std::filesystem::path const& folder, risk_result const& run);
file_record write_largest_holders(std::filesystem::path const& folder, risk_result const& run);
/// "99" or "97.5": the level whose tail this is.
std::string level_name(std::uint32_t tail_ppm);
/// Only where a tail was asked for.
std::vector<file_record> write_tail(std::filesystem::path const& folder, risk_result const& run);
file_record write_exceptions(std::filesystem::path const& folder, risk_result const& run);

}  // namespace lockstep
