// Positions grouped into netting sets: all positions of one account in one book (one
// underlying settled in one asset). Within a set gains and losses offset each other; between sets
// nothing does. Sets of one account and one settlement asset lie side by side and share its cash:
// they form a pool.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "host/market/market.h"
#include "host/portfolio/portfolio.h"
#include "host/risk/books.h"
#include "kernels/views.h"
#include "pricing/base/checked.h"

namespace lockstep {

/// Why a position takes no part in its account's numbers. The account is flagged and the position
/// becomes a row of exceptions.csv.
enum class position_fault : std::uint8_t {
    none = 0,
    instrument_cannot_be_valued = 1,  // the instrument's own status says why
    entry_price_is_not_positive = 2,  // futures and perpetuals are worth nothing without it
    entry_value_overflows = 3,        // size times entry price leaves 64 bits
    size_is_too_large = 4,            // in the lots of its set it leaves the range of a sum
};
char const* sentence(position_fault fault);
/// Of a position in an instrument that can be valued.
position_fault fault_of(instrument_row const& contract, holding_row const& held);

struct excluded_position {
    account_id account;
    instrument_id instrument;
    asset_id asset;  // of settlement: the pool that now misses it
    position_fault fault;
    quantity size;
};

/// What one account holds in one book.
struct netting_set {
    account_id account;
    asset_id asset;
    std::uint32_t book;              // and row of the margin rules
    std::uint32_t entry_overflowed;  // 1: entry_nanos is a bound and not a sum
    std::int64_t entry_nanos;        // what the entry prices of its futures add to equity
};

/// Columns are what the backend takes (position_batch); all in the order account, book (and
/// so settlement asset), instrument, place in the file.
struct netting_sets {
    std::vector<netting_set> sets;
    std::vector<std::uint32_t> begin;        // sets + 1
    std::vector<std::uint8_t> lot_exponent;  // by set
    std::vector<std::uint32_t> rule;         // by set: its book
    std::vector<std::uint32_t> instrument;   // by position
    std::vector<std::int64_t> lots;          // by position
    std::vector<excluded_position> excluded;

    std::size_t positions() const { return lots.size(); }
    std::uint32_t positions_of(std::size_t set) const { return begin[set + 1] - begin[set]; }
    position_batch batch() const;
};

/// Groups the positions; the same result whatever the number of threads. `valued` says by
/// instrument whether it can be; `largest_cell`, where it is not empty, the largest number that one
/// contract is multiplied by: positions that no sum can take are then excluded, where who adds up
/// would count them as zero. Throws input_error when there are more positions than 32 bits count.
netting_sets group_positions(market const& market, book_table const& books, std::size_t accounts,
                             std::vector<holding_row> const& positions,
                             std::vector<std::uint8_t> const& valued,
                             std::span<std::int64_t const> largest_cell = {});

/// One contract: coarser lots would keep the margin rule from reading 64-bit sums.
inline constexpr std::uint8_t lot_exponent_coarsest = 9;

/// The largest exponent up to `exponent` whose power of ten divides the size; zero sizes, which
/// every power divides, leave it as it is.
std::uint8_t common_lot_exponent(std::uint8_t exponent, std::int64_t size_nanos);

}  // namespace lockstep
