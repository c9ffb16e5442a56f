// Lists of rows in one letter between the ranks of a run: each behind its length. A letter that is
// shorter than it claims is refused before anything is copied.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>

#include "host/base/error.h"
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
    explicit packed_rows(byte_string const& letter) : left_(letter) {}

    /// Throws machine_error when the letter ends before the list does.
    template <class Rows>
    void take(Rows& rows) {
        constexpr std::size_t row_bytes = sizeof(typename Rows::value_type);
        std::uint64_t count = 0;
        if (left_.size() < sizeof count) throw machine_error(too_short);
        std::memcpy(&count, left_.data(), sizeof count);
        left_ = left_.subspan(sizeof count);
        if (count > left_.size() / row_bytes) throw machine_error(too_short);
        rows.resize(count);
        if (count > 0) std::memcpy(rows.data(), left_.data(), count * row_bytes);
        left_ = left_.subspan(count * row_bytes);
    }

  private:
    static constexpr char const* too_short = "a letter of another rank ends before its rows do";

    std::span<std::byte const> left_;
};

}  // namespace lockstep::exec
