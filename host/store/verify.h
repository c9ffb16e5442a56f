// Looks at everything that a store holds and names each record that is not what was written.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "host/store/ledger_store.h"

namespace lockstep {

struct verify_report {
    std::uint64_t blocks = 0;
    std::uint64_t commands = 0;
    std::uint64_t rows = 0;
    sha256_digest root{};
    std::vector<std::string> findings;  // sentences that name file, block, table and row
    bool more = false;                  // findings were left out
};

/// Checksums of the files, the chain of entries, the digest of every section and every row, the
/// last change of every row, the root, and the invariants. With `expected`, also that the store's
/// root is this one.
verify_report verify_store(ledger_store& store, std::optional<sha256_digest> const& expected,
                           backend& device);

/// The same of a packed file: every piece of it, and all that holds of the store that it makes, in
/// memory.
verify_report verify_packed(std::string const& file, std::optional<sha256_digest> const& expected,
                            backend& device);

}  // namespace lockstep
