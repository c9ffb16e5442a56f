// What is taken off an asset that serves as collateral, where an account is margined as a whole.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "host/base/exceptions.h"
#include "host/market/market.h"

namespace lockstep {

/// Shares in nanos: of the cash held, off the equity, and beyond that onto the initial margin.
struct asset_haircut {
    std::int64_t maintenance = 0, initial = 0;
};

/// By asset of the market; data/FORMATS.md describes the file. Records that name an unknown asset,
/// one that was named before or a share outside of 0 to 1 are rejected. Throws input_error.
std::vector<asset_haircut> read_haircuts(std::string const& path, market const& listed,
                                         exception_log& rejected);

/// What a haircut comes to on an amount of cash, rounded up; a debt counts whole.
int128 haircut_of(int128 cash_usd_nanos, std::int64_t share_nanos);

}  // namespace lockstep
