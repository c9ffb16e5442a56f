// What the ledger asks of a backend: digests of rows, and postings folded into them.
#pragma once

#include <cstddef>
#include <cstdint>

#include "pricing/base/sha256.h"
#include "pricing/base/view.h"

namespace lockstep {

/// Messages of one length to hash: message n lies at bytes + n * message_bytes. With `which` null
/// they are messages 0 .. count-1; else which[0] .. which[count-1], so that scattered rows are
/// hashed where they lie. Message n's digest goes to place n of the result.
struct message_batch {
    std::uint8_t const* bytes;
    std::size_t message_bytes;
    std::uint32_t const* which;
    std::size_t count;
    LOCKSTEP_HD std::size_t index(std::size_t i) const { return which == nullptr ? i : which[i]; }
};

// Few need to know the ledger's rows: margin/ledger/settle.h.
struct settle_entry;
struct account_row;
struct position_row;

/// Postings to fold into the rows that they name. Entries of one account are folded in the order
/// in which they stand; a position is named by entries of its own account alone. What an entry adds
/// to its instrument's open interest goes to the entry's place in a column of deltas.
struct settle_batch {
    view<settle_entry const> entries;
    view<account_row> accounts;
    view<position_row> positions;
    view<std::int64_t> open_interest;  // as long as the entries
};

}  // namespace lockstep
