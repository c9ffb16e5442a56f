// A whole synthetic exchange in one folder: chain.csv, portfolio/, a manifest and a README that
// says how it was made. The same plan gives the same bytes on every machine.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "host/generate/book.h"
#include "pricing/base/time.h"

namespace lockstep {

struct exchange_plan {
    std::uint64_t seed = 1;
    std::uint64_t accounts = 1000;
    double positions_per_account = 10;
    std::uint32_t options_per_underlying = 1000;
    utc_ns time;
    std::string market;  // a chain file to hold positions in; empty: a chain is written too
};

struct exchange_counts {
    std::uint64_t instruments = 0;
    book_counts book;
};

/// Writes into a folder that is there and empty. Throws as generate_exchange.
exchange_counts write_exchange(exchange_plan const& plan, std::filesystem::path const& folder,
                               std::function<void(std::uint64_t accounts_done)> const& progress);

/// Writes `target` whole or not at all; an earlier output in its place is replaced.
/// Throws input_error for a plan that lists nothing, machine_error when the disk refuses.
exchange_counts generate_exchange(exchange_plan const& plan, std::filesystem::path const& target,
                                  std::function<void(std::uint64_t accounts_done)> const& progress);

}  // namespace lockstep
