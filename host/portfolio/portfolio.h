// Who holds what: accounts, their cash and their positions, as read from a folder of three files
// (accounts.csv, cash.csv, positions.csv; data/FORMATS.md describes them).
#pragma once

#include <cstdint>
#include <string>
#include <type_traits>
#include <vector>

#include "pricing/base/ids.h"
#include "pricing/base/money.h"

namespace lockstep {

struct holding_row {
    account_id account;
    instrument_id instrument;
    quantity size;  // signed; coins, or USD for inverse futures and perpetuals
    price entry;    // average entry price of futures and perpetuals; zero for options
};
static_assert(sizeof(holding_row) == 24 && std::is_trivially_copyable_v<holding_row>);

struct cash_row {
    account_id account;
    asset_id asset;
    money amount;
};

/// An account that names no margin model is held to the one of the run.
inline constexpr std::uint8_t model_of_the_run = 255;

/// Rows are in file order; the loader gives each account name an id by order of appearance in
/// accounts.csv.
struct portfolio {
    std::vector<std::string> accounts;
    /// By account, the place of its model in margin_models(), or model_of_the_run. Empty when no
    /// account names one.
    std::vector<std::uint8_t> models;
    std::vector<cash_row> cash;
    std::vector<holding_row> positions;

    /// Accounts that a rejected record of cash or positions names: what is known of them is not
    /// all. Ascending, each once.
    std::vector<account_id> incomplete;

    std::uint64_t rows_read = 0;
    std::uint64_t rows_used = 0;
    std::uint64_t rows_rejected = 0;
};

}  // namespace lockstep
