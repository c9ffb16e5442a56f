// What is taken off an asset that serves as collateral, where an account is margined as a whole.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "host/market/market.h"

namespace lockstep {

/// Shares in nanos: of the cash held, off the equity, and beyond that onto the initial margin.
struct asset_haircut {
    std::int64_t maintenance = 0, initial = 0;
};

/// By asset of the market; data/FORMATS.md describes the file. Throws input_error, also for a
/// single record that cannot be used: without it an asset would be worth more than it should, and
/// no account would show that.
std::vector<asset_haircut> read_haircuts(std::string const& path, market const& listed);

/// What a haircut comes to on an amount of cash, rounded up; a debt counts whole.
int128 haircut_of(int128 cash_usd_nanos, std::int64_t share_nanos);

}  // namespace lockstep
