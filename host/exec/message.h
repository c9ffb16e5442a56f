// What shards say to each other: a row on its way to the task that needs it, or back home.
#pragma once

#include <cstdint>
#include <cstring>
#include <vector>

#include "host/exec/program.h"

namespace lockstep::exec {

using byte_string = std::vector<std::byte>;

enum class message_kind : std::uint32_t {
    row_lent,            // it is the task's turn on the row; the bytes follow
    row_returned,        // changed; the bytes follow
    row_returned_as_was  // no bytes
};

/// Stands before the bytes; ranks of one run share one byte order.
struct message_head {
    row_key key;
    std::uint32_t task = 0;
    std::uint32_t slot = 0;  // the lender's own note, sent back as it came
    message_kind kind{};
    std::uint32_t bytes = 0;
};
static_assert(sizeof(message_head) == 24);

inline void append(byte_string& out, message_head const& head, std::byte const* bytes) {
    std::size_t const at = out.size();
    out.resize(at + sizeof head + head.bytes);
    std::memcpy(out.data() + at, &head, sizeof head);
    if (head.bytes > 0) std::memcpy(out.data() + at + sizeof head, bytes, head.bytes);
}

/// Calls `take(head, bytes)` for each message of a string.
template <class Take>
void for_each_message(byte_string const& in, Take const& take) {
    for (std::size_t at = 0; at < in.size();) {
        message_head head;
        std::memcpy(&head, in.data() + at, sizeof head);
        take(head, in.data() + at + sizeof head);
        at += sizeof head + head.bytes;
    }
}

}  // namespace lockstep::exec
