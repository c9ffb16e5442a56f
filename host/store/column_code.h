// Rows of one size as fewer bytes: each 64-bit word of a row is a column, written as it is or as
// its difference from the row before, byte plane by byte plane; planes of zeros are left out and
// zstd packs the rest. Decoding gives back the same bytes or says that it cannot.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace lockstep {

class column_coder {
  public:
    /// `level`: zstd's, 1 (quick) to 19 (small).
    explicit column_coder(int level = 1);
    ~column_coder();
    column_coder(column_coder&&) noexcept;

    /// `row_bytes` is a multiple of 8, and the rows lie one after the other.
    std::string pack(void const* rows, std::size_t count, std::size_t row_bytes);

    /// The rows as bytes. Throws input_error, beginning with `what`, when these are not such rows
    /// or not `count` of them.
    std::vector<std::uint8_t> unpack(std::string_view packed, std::size_t count,
                                     std::size_t row_bytes, std::string const& what);

  private:
    struct contexts;
    std::unique_ptr<contexts> zstd_;
    int level_;
    std::vector<std::uint64_t> column_;
    std::string planes_;
};

}  // namespace lockstep
