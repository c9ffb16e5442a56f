// Tails of accounts as they cross the seam: kept out of views.h, which few need to rebuild for.
#pragma once

#include "margin/account_tail.h"

namespace lockstep {

/// Accounts to judge: margin/account_tail.h. Columns are whole: `gains` has a row for each
/// of the instruments.
struct tail_batch {
    tail_inputs inputs;
    std::size_t instruments;
    LOCKSTEP_HD std::size_t size() const { return inputs.accounts(); }
    LOCKSTEP_HD std::size_t sets() const {
        return inputs.begin.count == 0 ? 0 : inputs.begin.count - 1;
    }
};

}  // namespace lockstep
