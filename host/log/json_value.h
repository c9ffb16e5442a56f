// The values of a JSON line, read as the fields of a command are written.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "margin/state/id.h"

namespace lockstep {

/// What is wrong with a field, its name with it.
struct bad_field {
    std::string message;
};

// All throw bad_field where the value is none of these; simdjson::simdjson_error where it is none
// of JSON.

std::string_view trimmed(std::string_view token);
std::string_view text_of(std::string_view name, simdjson::ondemand::value value);
/// A number may be written as a JSON number or as a string; its digits are read, never a double.
std::string_view digits_of(simdjson::ondemand::value value);
std::int64_t integer_of(std::string_view name, std::string_view text);
std::uint32_t word_of(std::string_view name, std::string_view text, std::int64_t most = UINT32_MAX);
std::uint64_t unsigned_of(std::string_view name, std::string_view text);
client_id id_of(std::string_view name, std::string_view text);
/// Exactly as many bytes as `bytes` holds, in lower-case hexadecimal.
void set_bytes(std::string_view name, std::string_view text, std::span<std::uint8_t> bytes);

}  // namespace lockstep
