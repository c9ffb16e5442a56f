// Asking for memory before it is needed. Always inlined, and so must be whoever wraps it: GCC takes
// a function that does nothing else for one without effects, and drops the calls.
#pragma once

#include <cstddef>

#define LOCKSTEP_PREFETCHES [[gnu::always_inline]]

namespace lockstep {

/// Every cache line of a row.
template <class Row>
LOCKSTEP_PREFETCHES inline void prefetch(Row const* row) {
    constexpr std::size_t line = 64;
    auto const* bytes = reinterpret_cast<char const*>(row);
    for (std::size_t at = 0; at < sizeof(Row); at += line) __builtin_prefetch(bytes + at, 1);
}

}  // namespace lockstep
