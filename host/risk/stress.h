// Stress: every position revalued in full after a named shock, a move of prices and of vols for
// each underlying. No requirement is asked for: the question is what is lost, and what is left.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/exceptions.h"
#include "host/risk/arrays.h"
#include "host/risk/netting_sets.h"
#include "host/risk/pools.h"
#include "kernels/backend.h"

namespace lockstep {

/// Relative moves: of index, forwards and perpetuals, and of implied vols.
struct stress_move {
    double price, vol;
};

/// A move of an underlying, and where it stands.
struct named_move : stress_move {
    std::uint64_t line;
};

struct stress_shock {
    std::string name;  // in column names: letters, digits, '-', '_' and '.'
    std::string what;
    std::string file;       // that it stands in
    stress_move otherwise;  // of underlyings that are not named
    std::map<std::string, named_move, std::less<>> underlyings;

    stress_move of(std::string_view underlying) const;
};

/// Shocks from TOML: "historical" is built in, anything else a file of the shape of
/// data/stress/historical.toml. Throws input_error with file, line and key.
std::vector<stress_shock> load_stress(std::string const& name_or_file);
std::vector<stress_shock> parse_stress(std::string_view text, std::string const& origin);

/// A row for each underlying that a shock names and neither the market nor a built-in shock knows:
/// a mistyped name would move nothing, and the loss that was asked about would not be there.
void reject_unknown_underlyings(std::span<stress_shock const> shocks, market const& listed,
                                exception_log& rejected);

/// What one shock does to an account, in nanos of USD.
struct stressed_account {
    int128 gain;    // of its positions, at the prices after the shock; rounded down by netting set
    int128 equity;  // afterwards: coins held are worth what they are worth then
    bool valued;    // false: some contract held leaves the integers after the shock
};

struct stress_result {
    std::vector<stress_shock> shocks;
    std::vector<stressed_account> accounts;  // account by account, in each shock by shock
    std::span<stressed_account const> of(std::size_t account) const {
        return std::span(accounts).subspan(account * shocks.size(), shocks.size());
    }
    /// The shock after which the account has lost most; none where it loses after no shock, or is
    /// not known after some shock.
    std::optional<std::size_t> worst_of(std::size_t account) const;
};

/// Everything that a stress is computed from.
struct stress_sources {
    market const& listed;
    book_table const& books;
    book_rules const& rules;
    std::span<risk_inputs const> inputs;
    risk_matrix arrays;  // at the market as quoted
    netting_sets const& sets;
    std::span<pool_row const> pools;
    asset_prices const& prices;
    std::size_t accounts;
};

stress_result run_stress(stress_sources const& from, std::vector<stress_shock> shocks,
                         backend& device);

}  // namespace lockstep
