// Tables for the tests of roots and proofs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "host/root/state_tree.h"

namespace lockstep {

/// Rows as make_roots.py fills them.
inline std::vector<std::uint8_t> golden_rows(std::size_t place, table_shape const& shape,
                                             std::uint64_t rows) {
    std::vector<std::uint8_t> bytes;
    for (std::uint64_t i = 0; i < rows; ++i)
        for (std::uint64_t j = 0; j < shape.row_bytes; ++j)
            bytes.push_back(static_cast<std::uint8_t>(7 * i + 13 * j + 29 * place + (i >> 8)));
    return bytes;
}

inline view<std::uint8_t const> seen(std::vector<std::uint8_t> const& bytes) {
    return {bytes.data(), bytes.size()};
}

inline std::unique_ptr<backend> test_hasher() { return make_backend({backend_kind::cpu, 1, ""}); }

}  // namespace lockstep
