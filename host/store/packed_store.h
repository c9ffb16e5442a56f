// From a store to a packed file and back.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "host/store/ledger_store.h"
#include "host/store/packed_file.h"

namespace lockstep {

struct packed_part {
    packed_table table;
    std::uint64_t packed_bytes = 0;
    std::uint64_t raw_bytes() const { return table.rows * table.row_bytes; }
};

struct export_report {
    std::uint64_t blocks = 0, commands = 0, accounts = 0;
    sha256_digest root{};
    sha256_digest digest{};  // of the file
    std::vector<packed_part> parts;
};

/// Called with how many of all rows are done.
using rows_progress = std::function<void(std::uint64_t done, std::uint64_t all)>;

/// Restores the store, which checks it, and writes what it holds. Throws input_error when the store
/// is not sound or has no block yet.
export_report export_store(ledger_store& store, std::filesystem::path const& target,
                           backend& device, rows_progress const& progress);

struct import_report {
    std::uint64_t blocks = 0, commands = 0, accounts = 0;
    sha256_digest root{};
};

/// Makes a store in `files.folder`, which must hold none, and opens it as `run --store` would: the
/// rows must give the root that the file claims, which must be `expected` where that is given, and
/// keep every invariant. Throws input_error, naming file and rows, when anything of that fails; the
/// folder is then not to be used.
import_report import_store(std::string const& file, files_options const& files,
                           std::optional<sha256_digest> const& expected, backend& device,
                           rows_progress const& progress);

}  // namespace lockstep
