// An asset and everything of it that belongs to nobody's account. Inside a block its sums are delta
// columns, added up once at its end.
#pragma once

#include <cstdint>
#include <type_traits>

#include "margin/state/id.h"
#include "pricing/base/ids.h"
#include "pricing/base/money.h"

namespace lockstep {

/// external = cash of all accounts + fee_pool + insurance_fund + remainder - deficit, after every
/// block.
struct asset_row {
    client_id id;
    char name[8];    // zero-padded
    money external;  // deposits - withdrawals
    money fee_pool;
    money insurance_fund;  // >= 0
    money remainder;       // what rounding left over, by settlements
    money deficit;         // losses that neither account nor fund could pay, still owed; >= 0
    std::uint64_t sequence;
    std::uint64_t backstop;  // number of the account that takes positions over, plus one; 0: none
    std::int64_t interest_paid_until;  // block time in ns; 0: no interest was paid yet
    std::uint64_t reserved_words[5];
};

static_assert(sizeof(asset_row) == 128 && std::is_trivially_copyable_v<asset_row>);
static_assert(std::has_unique_object_representations_v<asset_row>);

}  // namespace lockstep
