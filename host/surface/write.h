// A fitted surface as files: tables, surface.json and the page. The same inputs give the same bytes
// on every machine. data/FORMATS.md says what the columns mean.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "host/base/exceptions.h"
#include "host/io/result_file.h"
#include "host/surface/fit.h"

namespace lockstep {

/// Everything that is written of a run.
struct surface_run {
    quote_table table;
    surface_fit fit;
    exception_log rejected;
};

/// The files of the folder in the order of their names, without the manifest.
std::vector<file_record> write_surface(std::filesystem::path const& folder, surface_run const& run);

std::string surface_json(surface_run const& run);

/// One screen for people: expiries, statuses and errors by days to expiry.
std::string surface_text(surface_run const& run);

/// "butterfly calendar", "none".
std::string words_of_arbitrage(std::uint8_t bits);

}  // namespace lockstep
