#include "host/risk/netting_sets.h"

#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/parallel_for.h>

#include <algorithm>
#include <atomic>
#include <limits>
#include <set>
#include <utility>

#include "host/base/error.h"
#include "margin/entry_value.h"
#include "margin/portfolio.h"
#include "margin/portfolio_sums.h"
#include "pricing/base/decimal.h"

namespace lockstep {

namespace {

constexpr std::size_t accounts_in_a_block = 2048;

/// Positions by account, in file order within an account: a counting sort.
struct by_account {
    std::vector<std::uint32_t> begin;  // accounts + 1
    std::vector<std::uint32_t> index;  // of the position
};

by_account sort_by_account(std::size_t accounts, std::vector<holding_row> const& positions) {
    by_account sorted;
    sorted.begin.assign(accounts + 1, 0);
    for (holding_row const& row : positions) ++sorted.begin[row.account.value + 1];
    for (std::size_t a = 0; a < accounts; ++a) sorted.begin[a + 1] += sorted.begin[a];
    std::vector<std::uint32_t> next(sorted.begin.begin(), sorted.begin.end() - 1);
    sorted.index.resize(positions.size());
    for (std::uint32_t i = 0; i < positions.size(); ++i)
        sorted.index[next[positions[i].account.value]++] = i;
    return sorted;
}

/// Account and instrument, of which there is one position at most.
using holding_key = std::pair<std::uint32_t, std::uint32_t>;

class grouping {
  public:
    grouping(market const& market, book_table const& books,
             std::vector<holding_row> const& positions, std::vector<std::uint8_t> const& valued,
             std::set<holding_key> const& too_large, by_account sorted)
        : market_(market),
          books_(books),
          positions_(positions),
          valued_(valued),
          too_large_(too_large),
          sorted_(std::move(sorted)) {}

    netting_sets run();

  private:
    struct account_block {
        std::size_t first, last;  // accounts
        std::size_t sets = 0, positions = 0, excluded = 0;
    };

    instrument_row const& contract(std::uint32_t index) const {
        return market_.instruments[positions_[index].instrument.value];
    }
    std::uint32_t book(std::uint32_t index) const {
        return books_.of_instrument[positions_[index].instrument.value];
    }
    position_fault fault_of(holding_row const& row) const;
    void sort_and_count(account_block& part);
    void take(std::uint32_t index, std::size_t set, std::size_t position, netting_sets& out) const;
    void fill(account_block const& part, account_block const& offsets, netting_sets& out) const;

    market const& market_;
    book_table const& books_;
    std::vector<holding_row> const& positions_;
    std::vector<std::uint8_t> const& valued_;
    std::set<holding_key> const& too_large_;
    by_account sorted_;
};

position_fault grouping::fault_of(holding_row const& row) const {
    if (valued_[row.instrument.value] == 0) return position_fault::instrument_cannot_be_valued;
    if (!too_large_.empty() && too_large_.contains({row.account.value, row.instrument.value}))
        return position_fault::size_is_too_large;
    return lockstep::fault_of(market_.instruments[row.instrument.value], row);
}

void grouping::sort_and_count(account_block& part) {
    for (std::size_t a = part.first; a < part.last; ++a) {
        auto const begin = sorted_.index.begin() + sorted_.begin[a];
        auto const end = sorted_.index.begin() + sorted_.begin[a + 1];
        std::sort(begin, end, [this](std::uint32_t x, std::uint32_t y) {
            if (book(x) != book(y)) return book(x) < book(y);
            if (!(positions_[x].instrument == positions_[y].instrument))
                return positions_[x].instrument < positions_[y].instrument;
            return x < y;
        });
        auto last = end;  // the last position that was taken; `end` when there is none yet
        for (auto at = begin; at != end; ++at) {
            if (fault_of(positions_[*at]) != position_fault::none) {
                ++part.excluded;
                continue;
            }
            ++part.positions;
            if (last == end || book(*last) != book(*at)) ++part.sets;
            last = at;
        }
    }
}

void grouping::take(std::uint32_t index, std::size_t set, std::size_t position,
                    netting_sets& out) const {
    holding_row const& row = positions_[index];
    instrument_row const& of = contract(index);
    out.instrument[position] = row.instrument.value;
    out.lots[position] = row.size.nanos;  // divided by the lot once that is known
    out.lot_exponent[set] = common_lot_exponent(out.lot_exponent[set], row.size.nanos);
    if (of.kind == instrument_kind::option) return;
    netting_set& sums = out.sets[set];
    checked_int64 const sum =
        checked_add(sums.entry_nanos, entry_nanos(of.settle, row.size, row.entry).value);
    sums.entry_nanos = sum.value;
    if (sum.overflowed) sums.entry_overflowed = 1;
}

void grouping::fill(account_block const& part, account_block const& offsets,
                    netting_sets& out) const {
    std::size_t set = offsets.sets, position = offsets.positions, excluded = offsets.excluded;
    for (std::size_t a = part.first; a < part.last; ++a) {
        bool open = false;  // a set of this account is being filled
        std::uint32_t last = 0;
        for (std::uint32_t i = sorted_.begin[a]; i < sorted_.begin[a + 1]; ++i) {
            std::uint32_t const index = sorted_.index[i];
            holding_row const& row = positions_[index];
            instrument_row const& of = contract(index);
            position_fault const fault = fault_of(row);
            if (fault != position_fault::none) {
                out.excluded[excluded++] = {row.account, row.instrument, of.settle_asset, fault,
                                            row.size};
                continue;
            }
            if (!open || book(last) != book(index)) {
                out.sets[set] = {row.account, of.settle_asset, book(index), 0, 0};
                out.begin[set] = static_cast<std::uint32_t>(position);
                out.lot_exponent[set] = lot_exponent_coarsest;
                out.rule[set] = book(index);
                ++set;
                open = true;
            }
            last = index;
            take(index, set - 1, position++, out);
        }
    }
    for (std::size_t s = offsets.sets; s < set; ++s) {
        std::size_t const end = s + 1 < set ? out.begin[s + 1] : position;
        auto const lot = static_cast<std::int64_t>(power_of_ten(out.lot_exponent[s]));
        for (std::size_t p = out.begin[s]; p < end; ++p) out.lots[p] /= lot;
    }
}

netting_sets grouping::run() {
    std::size_t const accounts = sorted_.begin.size() - 1;
    std::vector<account_block> blocks;
    for (std::size_t a = 0; a < accounts; a += accounts_in_a_block)
        blocks.push_back({a, std::min(a + accounts_in_a_block, accounts)});
    auto const each_block = [&](auto const& work) {
        tbb::parallel_for(std::size_t{0}, blocks.size(), work);
    };
    each_block([&](std::size_t b) { sort_and_count(blocks[b]); });

    std::vector<account_block> offsets(blocks.size() + 1);
    for (std::size_t b = 0; b < blocks.size(); ++b) {
        offsets[b + 1].sets = offsets[b].sets + blocks[b].sets;
        offsets[b + 1].positions = offsets[b].positions + blocks[b].positions;
        offsets[b + 1].excluded = offsets[b].excluded + blocks[b].excluded;
    }
    account_block const& total = offsets.back();
    netting_sets out;
    out.sets.resize(total.sets);
    out.begin.resize(total.sets + 1);
    out.lot_exponent.resize(total.sets);
    out.rule.resize(total.sets);
    out.instrument.resize(total.positions);
    out.lots.resize(total.positions);
    out.excluded.resize(total.excluded);
    each_block([&](std::size_t b) { fill(blocks[b], offsets[b], out); });
    out.begin.back() = static_cast<std::uint32_t>(total.positions);
    return out;
}

/// Positions that whoever adds up a set would refuse (margin/portfolio_sums.h).
std::set<holding_key> too_large(netting_sets const& sets,
                                std::span<std::int64_t const> largest_cell) {
    auto const in_set = [&](std::size_t s, auto const& visit) {
        for (std::uint32_t p = sets.begin[s]; p < sets.begin[s + 1]; ++p)
            if (refusal_of(true, sets.lots[p], largest_cell[sets.instrument[p]]) != 0) visit(p);
    };
    std::atomic<bool> any{false};
    tbb::parallel_for(std::size_t{0}, sets.sets.size(),
                      [&](std::size_t s) { in_set(s, [&](std::uint32_t) { any = true; }); });
    std::set<holding_key> found;
    for (std::size_t s = 0; any && s < sets.sets.size(); ++s)
        in_set(s, [&](std::uint32_t p) {
            found.emplace(sets.sets[s].account.value, sets.instrument[p]);
        });
    return found;
}

}  // namespace

position_fault fault_of(instrument_row const& contract, holding_row const& held) {
    if (contract.kind == instrument_kind::option) return position_fault::none;
    if (held.entry.nanos <= 0) return position_fault::entry_price_is_not_positive;
    if (entry_nanos(contract.settle, held.size, held.entry).overflowed)
        return position_fault::entry_value_overflows;
    return position_fault::none;
}

char const* sentence(position_fault fault) {
    switch (fault) {
        case position_fault::none: return "is valued";
        case position_fault::instrument_cannot_be_valued: return "its instrument cannot be valued";
        case position_fault::entry_price_is_not_positive: return "its entry price is not positive";
        case position_fault::entry_value_overflows:
            return "its size times its entry price leaves the range of an amount";
        case position_fault::size_is_too_large:
            return "its size, in the smallest lots that its netting set needs, is too large to be "
                   "added up";
    }
    return "is faulty";
}

std::uint8_t common_lot_exponent(std::uint8_t exponent, std::int64_t size_nanos) {
    while (size_nanos % static_cast<std::int64_t>(power_of_ten(exponent)) != 0) --exponent;
    return exponent;
}

position_batch netting_sets::batch() const {
    return {view_of(begin),        view_of(instrument), view_of(lots),
            view_of(lot_exponent), view_of(rule),       {}};
}

netting_sets group_positions(market const& market, book_table const& books, std::size_t accounts,
                             std::vector<holding_row> const& positions,
                             std::vector<std::uint8_t> const& valued,
                             std::span<std::int64_t const> largest_cell) {
    if (positions.size() >= std::numeric_limits<std::uint32_t>::max())
        throw input_error("the portfolio has more positions than 32 bits can count");
    auto const without = [&](std::set<holding_key> const& large) {
        return grouping(market, books, positions, valued, large,
                        sort_by_account(accounts, positions))
            .run();
    };
    netting_sets all = without({});
    if (largest_cell.empty()) return all;
    std::set<holding_key> const large = too_large(all, largest_cell);
    // The lots of what is left are as coarse as before or coarser: once is enough.
    return large.empty() ? std::move(all) : without(large);
}

}  // namespace lockstep
