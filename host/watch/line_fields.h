// The fields of a line that a watch reads: what each of them has to be, and what is said of one
// that is not.
#pragma once

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "pricing/base/time.h"

namespace lockstep::line_fields {

namespace json = simdjson::ondemand;

struct bad_line {
    std::string reason;
};

/// A price that is missing, or that a double cannot hold, is no price; what is no number of JSON is
/// no line.
double price_of(json::value value);
json::object object_of(std::string_view name, json::value value);
utc_ns time_of(json::value value);
std::int64_t nanos_of(char const* key, std::string_view text);

[[noreturn]] void refuse_missing(std::string const& name);
[[noreturn]] void refuse_twice(std::string_view name);
[[noreturn]] void refuse_field(std::string_view name);

/// The texts of these fields, each once and no other beside them. Field by field, as they stand: a
/// lookup that has failed may not be followed by another, for the reader of a line that is cut then
/// runs past its end.
template <std::size_t N>
std::array<std::string_view, N> texts_of(json::object from, char const* const (&names)[N],
                                         std::string_view may_be_missing = {}) {
    std::array<std::string_view, N> texts;
    std::array<bool, N> stands{};
    for (auto field : from) {
        std::string_view const name = field.unescaped_key();
        auto const at = static_cast<std::size_t>(std::find(names, names + N, name) - names);
        if (at == N) refuse_field(name);
        if (std::exchange(stands[at], true)) refuse_twice(name);
        if (field.value().get_string().get(texts[at]) != simdjson::SUCCESS)
            throw bad_line{"field '" + std::string(name) + "' is not a string"};
    }
    for (std::size_t i = 0; i < N; ++i)
        if (!stands[i] && names[i] != may_be_missing) refuse_missing(names[i]);
    return texts;
}

}  // namespace lockstep::line_fields
