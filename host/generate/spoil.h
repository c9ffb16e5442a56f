// Commands that must be refused, and commands that were sent before.
#pragma once

#include "host/generate/crowd.h"
#include "margin/state/transaction.h"

namespace lockstep {

/// Makes a good command one that must be refused, in one of the ways that its kind can be wrong.
void spoil(transaction_row& t, crowd const& people, draws& d);

/// Half of the time another command under the same id.
void send_again(transaction_row& t, draws& d);

}  // namespace lockstep
