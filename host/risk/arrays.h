// The risk matrix of a market: one row of scenario gains and sensitivities for each instrument. It
// is computed by a backend, at the market as quoted and again at every step of the liquidation
// ladder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "host/margin/preset.h"
#include "host/market/market.h"
#include "host/risk/books.h"
#include "host/risk/valuation.h"
#include "kernels/backend.h"
#include "kernels/views.h"
#include "margin/portfolio.h"
#include "margin/scenario.h"

namespace lockstep {

/// What a preset says of each book at one state of the market.
struct book_rules {
    std::vector<scenario_set> sets;   // by book
    std::vector<margin_rules> rules;  // by book
    std::uint32_t scenarios() const;  // of the largest set
};

/// The rule of one book at one time, after its underlying has moved by a relative step. Gains are
/// not set against another currency's losses (segregated portfolio margin).
margin_rules rules_of_book(margin_preset const& preset, market const& market, book_row const& book,
                           utc_ns time, double move);

/// Scenarios and rules of every book after all underlyings have moved by a relative step (0: as
/// quoted), with the indexes that the market gives.
book_rules make_rules(margin_preset const& preset, market const& market, book_table const& books,
                      double move);

/// Inputs of every instrument; those that are not valued get none and so a quarantined row.
std::vector<risk_inputs> inputs_of_arrays(market const& market, book_table const& books,
                                          valuation const& values);

/// Fills the matrix after all underlyings have moved by a relative step.
void compute_arrays(std::span<risk_inputs const> inputs, book_rules const& rules, double move,
                    backend& device, risk_matrix const& matrix);

/// Instruments that were valued but whose risk array was refused lose their value here.
void quarantine(valuation& values, risk_matrix const& matrix);

}  // namespace lockstep
