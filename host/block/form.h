// What can be said of a command from its own bytes, and of one id used twice.
#pragma once

#include <span>

#include "margin/ledger/status.h"
#include "margin/state/transaction.h"

namespace lockstep {

inline constexpr std::size_t chain_max = 64;

/// The first fault of the command's own fields, or `applied`.
apply_status refuse_form(transaction_row const& t);

/// The first fault of a chain as a whole, or `applied`. All or nothing can be kept by chains that
/// move cash, and by chains of orders on a book each; not by both at once.
apply_status refuse_chain(std::span<transaction_row const> chain);

/// What to answer when `again` carries the id of `first`, which ended as `outcome`.
apply_status answer_repeat(transaction_row const& first, apply_status outcome,
                           transaction_row const& again);

}  // namespace lockstep
