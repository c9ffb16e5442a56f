// The market as one who deals positions sees it: which contracts belong to which settlement asset,
// in what sizes they trade, and what one unit of each is worth.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "host/market/market.h"

namespace lockstep {

struct contract {
    std::int64_t lot;         // nanos
    std::int64_t price_tick;  // nanos, of futures and perpetuals
    double unit_usd;          // notional of one unit of quantity
    double mark;              // in coin for inverse options, else in quote currency
    double distance;          // options: |ln(K/F)| in standard deviations
    bool is_option, is_inverse;

    double lot_usd() const { return unit_usd * static_cast<double>(lot) * 1e-9; }
    /// What `size` (nanos), entered at `entry` (nanos), is worth in the settlement asset.
    double value(std::int64_t size, std::int64_t entry) const;
};

/// Everything that is settled in one asset.
struct contract_group {
    std::string asset;
    int cash_decimals;
    double asset_usd;                    // USD for one unit of the asset
    std::vector<std::uint32_t> options;  // instruments
    std::vector<std::uint32_t> futures;  // dated
    std::vector<std::uint32_t> perpetuals;
    std::size_t size() const { return options.size() + futures.size() + perpetuals.size(); }
};

struct contracts {
    std::vector<contract> by_instrument;
    std::vector<contract_group> groups;  // by asset_id
};

/// Throws input_error for a market with an underlying that the synthetic exchange does not know.
contracts contracts_of(market const& market);

}  // namespace lockstep
