// What can be said of a command from its own bytes, and of one id used twice.
#pragma once

#include "margin/ledger/status.h"
#include "margin/state/transaction.h"

namespace lockstep {

/// Flags that a kind may carry; zero bits for an unknown kind.
bool kind_is_known(transaction_kind kind);

/// The first fault of the command's own fields, or `applied`.
apply_status refuse_form(transaction_row const& t);

/// What to answer when `again` carries the id of `first`, which ended as `outcome`.
apply_status answer_repeat(transaction_row const& first, apply_status outcome,
                           transaction_row const& again);

}  // namespace lockstep
