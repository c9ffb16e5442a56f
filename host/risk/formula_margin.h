// Margin by formula inside a risk run: netting sets of accounts that are held to another model than
// the scenario engine. Each is put to its model as one portfolio without cash, and what the model
// asks for takes the place of the engine's requirement; values and Greeks stay the engine's, and
// where a model has options paid in full, that is at the engine's value, which is what equity
// holds.
//
// Models reckon in the currency that contracts are quoted in. A coin-settled contract is put to
// them as its equal there: an option as the linear one of the same size (its payoff, paid in coins
// at the price of delivery, is worth the same), a future of N USD as one of N/F coins; what is
// asked for is then turned into coins at the index.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "host/margin/query/portfolio.h"
#include "host/market/market.h"
#include "host/risk/account_models.h"
#include "host/risk/books.h"
#include "host/risk/netting_sets.h"
#include "host/risk/pools.h"
#include "host/risk/valuation.h"
#include "margin/portfolio.h"

namespace lockstep {

/// A netting set that its account's model does not take; it keeps the engine's requirement.
struct model_refusal {
    std::uint32_t set;
    std::string reason;
};

/// By book and expiry bucket one forward: the future's own price where it is listed, else the lower
/// median of what the options are quoted on; zero where nothing is.
std::vector<std::vector<double>> forwards_of(market const& listed, book_table const& books,
                                             valuation const& values);

/// What a requirement in USD asks for beyond `paid`, rounded up once; below zero it is nothing.
checked_int64 in_nanos_of_usd(double whole, double paid = 0);

/// An underlying as models are asked about it, at `moved` times its index: without an adjustment,
/// a confidence or an expiry of its own.
query_underlying underlying_at(underlying_row const& row, double moved);

class formula_margin {
  public:
    /// The sources must outlive this.
    formula_margin(market const& listed, book_table const& books, valuation const& values,
                   netting_sets const& sets, account_models const& models);

    bool empty() const { return sets_.empty(); }

    /// Asks every such set's model at the market as quoted, and writes what it says into the set's
    /// row: its requirements, and none of the scenarios that the engine found. Sets that are
    /// refused are remembered and left to the engine from then on.
    void margin(std::span<margin_row> rows);

    /// The same after all underlyings have moved by a relative step.
    void margin_after(double move, std::span<set_amounts> amounts) const;

    std::vector<model_refusal> const& refusals() const { return refusals_; }

    /// What a set's model is asked.
    margin_query query_of(std::uint32_t set, double move) const;

  private:
    struct requirement {
        std::int64_t initial, maintenance;
        bool overflowed;
    };
    /// `value` is what the engine says the set is worth after the move.
    requirement ask(std::uint32_t set, double move, std::int64_t value) const;
    checked_int64 value_of_futures(std::uint32_t set, double move) const;

    market const& listed_;
    book_table const& books_;
    netting_sets const& sets_of_;
    account_models const& models_;
    std::vector<std::vector<double>> forwards_;  // by book and expiry bucket
    std::vector<std::uint32_t> sets_;            // ascending
    std::vector<model_refusal> refusals_;        // ascending
};

}  // namespace lockstep
