// A two-phase transfer: the amount is reserved at the payer until it is posted, voided or timed
// out.
#pragma once

#include <cstdint>
#include <type_traits>

#include "margin/state/id.h"
#include "pricing/base/ids.h"
#include "pricing/base/money.h"

namespace lockstep {

/// In the state root: never renumber.
enum class pending_state : std::uint32_t {
    unused = 0,
    open = 1,
    posted = 2,
    voided = 3,
    timed_out = 4,
    voided_by_loss = 5  // the payer lost what it had promised
};

struct pending_row {
    client_id id;
    account_id debit;
    account_id credit;
    money amount;
    std::int64_t until;  // block time in ns; 0: never
    std::uint64_t sequence;
    pending_state state;
    std::uint32_t reserved_word;
    std::uint64_t reserved_words;
};

static_assert(sizeof(pending_row) == 64 && std::is_trivially_copyable_v<pending_row>);
static_assert(std::has_unique_object_representations_v<pending_row>);

}  // namespace lockstep
