#include "host/risk/concentration.h"

#include <algorithm>
#include <utility>

#include "margin/portfolio_sums.h"
#include "pricing/base/decimal.h"

namespace lockstep {

namespace {

/// The largest few of a long row of candidates: most are refused by one comparison.
template <class RowT>
class leaders {
  public:
    explicit leaders(std::size_t top) : top_(top) {}

    /// Of equals, the one that came first stays in front.
    void offer(std::uint64_t size, RowT const& row) {
        if (rows_.size() == top_ && size <= rows_.back().first) return;
        auto const at = std::upper_bound(
            rows_.begin(), rows_.end(), size,
            [](std::uint64_t wanted, auto const& held) { return wanted > held.first; });
        rows_.insert(at, {size, row});
        if (rows_.size() > top_) rows_.pop_back();
    }
    std::vector<std::pair<std::uint64_t, RowT>> const& rows() const { return rows_; }

  private:
    std::size_t top_;
    std::vector<std::pair<std::uint64_t, RowT>> rows_;
};

}  // namespace

concentration find_concentration(std::size_t books, std::size_t instruments,
                                 netting_sets const& sets, std::span<margin_row const> margins,
                                 std::size_t top) {
    concentration found;
    found.totals.resize(books);
    std::vector<leaders<book_leader>> of_book(books, leaders<book_leader>(top));
    std::vector<leaders<instrument_leader>> of_instrument(instruments,
                                                          leaders<instrument_leader>(top));
    for (std::uint32_t s = 0; s < sets.sets.size(); ++s) {
        std::uint32_t const book = sets.sets[s].book;
        std::int64_t const delta =
            margins[s].sensitivities[static_cast<int>(sensitivity::delta)].nanos;
        found.totals[book].delta += magnitude(delta);
        found.totals[book].initial_margin += margins[s].initial_margin.nanos;
        of_book[book].offer(magnitude(delta), {book, s});
        auto const lot = static_cast<std::int64_t>(power_of_ten(sets.lot_exponent[s]));
        for (std::uint32_t p = sets.begin[s]; p < sets.begin[s + 1]; ++p) {
            std::int64_t const nanos = sets.lots[p] * lot;
            of_instrument[sets.instrument[p]].offer(
                magnitude(nanos), {sets.instrument[p], sets.sets[s].account, nanos});
        }
    }
    for (auto const& book : of_book)
        for (auto const& [size, row] : book.rows()) found.of_books.push_back(row);
    for (auto const& instrument : of_instrument)
        for (auto const& [size, row] : instrument.rows()) found.of_instruments.push_back(row);
    return found;
}

}  // namespace lockstep
