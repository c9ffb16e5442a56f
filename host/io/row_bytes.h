// The bytes of a row, as files and digests hold them.
#pragma once

#include <string_view>
#include <type_traits>

namespace lockstep {

template <class Row>
std::string_view bytes_of_row(Row const& row) {
    static_assert(std::is_trivially_copyable_v<Row>);
    return {reinterpret_cast<char const*>(&row), sizeof row};
}

}  // namespace lockstep
