// A generated log made into that of a signed exchange: it begins with an operator key, every
// account gets a key, and every command is signed.
#pragma once

#include "host/generate/transactions.h"

namespace lockstep {

/// As generate_transactions, with the same commands in the same order. Keys come from the seed: for
/// tests and measurements, and no secret.
void generate_signed_transactions(transaction_plan const& plan, int threads,
                                  std::function<void(block const&)> const& write);

}  // namespace lockstep
