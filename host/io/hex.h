// Bytes as lower-case hexadecimal digits.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace lockstep {

std::string hex_text(std::uint8_t const* bytes, std::size_t count);

/// False when the text is not two digits for each byte; `bytes` is then not to be used.
bool read_hex(std::string_view text, std::span<std::uint8_t> bytes);

}  // namespace lockstep
