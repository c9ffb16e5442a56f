// The change of a portfolio's value between two snapshots of a market, explained: per instrument,
// per account and asset, and per book. Positions are those of one portfolio, held throughout; the
// change is the difference of the values that two runs of `lockstep risk` state, to the last nano.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "host/base/exceptions.h"
#include "host/market/market.h"
#include "host/risk/books.h"
#include "host/risk/netting_sets.h"
#include "kernels/backend.h"
#include "margin/pnl_terms.h"

namespace lockstep {

struct pnl_paths {
    std::string from, to;                        // chains
    std::string perpetuals_from, perpetuals_to;  // may be empty
    std::string portfolio;
    std::string funding;  // rates that perpetuals paid; may be empty
};

/// Why an instrument has no explanation; its positions are left out.
enum class pnl_status : std::uint8_t {
    explained = 0,
    has_no_value_at_first,
    is_not_listed_afterwards,
    has_no_value_afterwards,
    amount_does_not_fit,
};
char const* word(pnl_status status);

/// A change in nanos of a settlement asset: terms are rounded down, the residual is what is left.
struct pnl_sum {
    int128 value_from = 0, value_to = 0;
    std::array<int128, pnl_term_count> terms{};
    int128 funding = 0;  // received in cash meanwhile; no part of the change
    int128 residual() const {
        int128 left = value_to - value_from;
        for (int128 const term : terms) left -= term;
        return left;
    }
    pnl_sum& operator+=(pnl_sum const& other);
};

struct pnl_pool {
    account_id account;
    asset_id asset;
    pnl_sum sum;
};

struct pnl_result {
    market from, to;
    book_table books;                        // of the first market
    std::vector<std::uint32_t> place_in_to;  // by instrument; not_listed where it is none
    std::vector<pnl_status> status;          // by instrument
    std::vector<pnl_row> rows;               // by instrument
    std::vector<std::int64_t> funding;       // by instrument, of one contract
    std::vector<std::string> account_names;
    netting_sets sets;
    std::vector<pnl_pool> pools;   // by account, asset
    std::vector<pnl_sum> by_book;  // over all accounts
    exception_log rejected;

    static constexpr std::uint32_t not_listed = 0xffffffff;
};

/// Throws input_error when an input cannot be used, or when the second market is older.
pnl_result explain_pnl(pnl_paths const& paths, backend& device);

/// Writes instruments.csv, accounts.csv, books.csv, exceptions.csv, summary.json and manifest.json.
void write_pnl(std::string const& folder, pnl_paths const& paths, pnl_result const& result);

/// The books as one JSON document.
std::string pnl_json(pnl_result const& result);

}  // namespace lockstep
