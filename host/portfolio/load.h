// Reads a portfolio: a folder with accounts.csv, cash.csv and positions.csv (each may be .csv.gz).
// data/FORMATS.md describes them. Amounts are read digit by digit into billionths, never by way of
// a double.
#pragma once

#include <filesystem>

#include "host/base/exceptions.h"
#include "host/market/market.h"
#include "host/portfolio/portfolio.h"

namespace lockstep {

/// Instruments and assets are those of `market`. Rejected records are appended to `exceptions`,
/// file after file and in the order of their lines; the counts in the result are sums over the
/// three files. Throws input_error when a file cannot be used at all.
portfolio load_portfolio(std::filesystem::path const& folder, market const& market,
                         exception_log& exceptions);

}  // namespace lockstep
