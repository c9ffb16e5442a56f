#include "host/log/json_value.h"

#include <fmt/format.h>

#include <charconv>

#include "host/io/hex.h"
#include "host/io/number.h"
#include "host/log/json_log.h"

namespace lockstep {

namespace json = simdjson::ondemand;

std::string_view trimmed(std::string_view token) {
    while (!token.empty() && (token.back() == ' ' || token.back() == '\r')) token.remove_suffix(1);
    return token;
}

std::string_view text_of(std::string_view name, json::value value) {
    if (value.type().value() != json::json_type::string)
        throw bad_field{fmt::format("field '{}': {} is not a string", name,
                                    in_quotes(trimmed(value.raw_json_token())))};
    return value.get_string().value();
}

std::string_view digits_of(json::value value) {
    if (value.type().value() == json::json_type::string) return value.get_string().value();
    return trimmed(value.raw_json_token());
}

std::int64_t integer_of(std::string_view name, std::string_view text) {
    std::int64_t number = 0;
    auto const [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (fault != std::errc{} || end != text.data() + text.size())
        throw bad_field{fmt::format("field '{}': {} is not a whole number", name, in_quotes(text))};
    return number;
}

std::uint32_t word_of(std::string_view name, std::string_view text, std::int64_t most) {
    std::int64_t const number = integer_of(name, text);
    if (number < 0 || number > most)
        throw bad_field{fmt::format("field '{}': {} lies outside 0 .. {}", name, number, most)};
    return static_cast<std::uint32_t>(number);
}

std::uint64_t unsigned_of(std::string_view name, std::string_view text) {
    std::uint64_t number = 0;
    auto const [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (fault != std::errc{} || end != text.data() + text.size())
        throw bad_field{fmt::format("field '{}': {} is not a whole number from 0 to 2^64 - 1", name,
                                    in_quotes(text))};
    return number;
}

client_id id_of(std::string_view name, std::string_view text) {
    client_id id;
    if (!read_id(text, id))
        throw bad_field{fmt::format("field '{}': {} is not 1 to 32 lower-case hexadecimal digits",
                                    name, in_quotes(text))};
    return id;
}

void set_bytes(std::string_view name, std::string_view text, std::span<std::uint8_t> bytes) {
    if (!read_hex(text, bytes))
        throw bad_field{fmt::format("field '{}': {} is not {} lower-case hexadecimal digits", name,
                                    in_quotes(text), 2 * bytes.size())};
}

}  // namespace lockstep
