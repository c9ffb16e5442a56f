// Where a text stops being JSON. The parser that reads documents says what is wrong, and not where.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace lockstep {

/// The line of the first fault, counted from 1; of an end that comes too soon the last one that
/// says anything. Nothing where no fault is found.
std::optional<std::uint64_t> line_of_json_fault(std::string_view text);

}  // namespace lockstep
