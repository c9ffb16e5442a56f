// Lists of rows in one letter between the ranks of a run: each behind its length.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "host/exec/message.h"

namespace lockstep::exec {

template <class Rows>
void pack_rows(byte_string& letter, Rows const& rows) {
    static_assert(std::is_trivially_copyable_v<typename Rows::value_type>);
    std::uint64_t const count = rows.size();
    std::size_t const bytes = rows.size() * sizeof(typename Rows::value_type);
    std::size_t const at = letter.size();
    letter.resize(at + sizeof count + bytes);
    std::memcpy(letter.data() + at, &count, sizeof count);
    if (count > 0) std::memcpy(letter.data() + at + sizeof count, rows.data(), bytes);
}

/// Reads a letter list by list, in the order in which they were packed.
class packed_rows {
  public:
    /// The letter must outlive the reader.
    explicit packed_rows(byte_string const& letter) : at_(letter.data()) {}

    template <class Rows>
    void take(Rows& rows) {
        std::uint64_t count = 0;
        std::memcpy(&count, at_, sizeof count);
        at_ += sizeof count;
        rows.resize(count);
        std::size_t const bytes = rows.size() * sizeof(typename Rows::value_type);
        if (count > 0) std::memcpy(rows.data(), at_, bytes);
        at_ += bytes;
    }

  private:
    std::byte const* at_;
};

}  // namespace lockstep::exec
