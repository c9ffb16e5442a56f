// What explanations show of an account beside the fields of its row, in nanos.
#pragma once

#include <cstdint>

#include "margin/ledger/transfer.h"
#include "margin/state/account.h"

namespace lockstep {

inline std::int64_t shown_free_cash(account_row const& a) { return narrow(free_cash(a)).value; }
inline std::int64_t shown_equity(account_row const& a) {
    return checked_add(a.cash.nanos, a.unrealised.nanos).value;
}

}  // namespace lockstep
