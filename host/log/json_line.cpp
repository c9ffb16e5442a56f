#include "host/log/json_line.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "host/io/hex.h"
#include "host/io/number.h"
#include "host/log/format.h"
#include "host/log/json_fields.h"
#include "host/log/json_log.h"
#include "host/log/names.h"
#include "margin/ledger/signer.h"

namespace lockstep {

namespace json = simdjson::ondemand;

namespace {

struct bad_field {
    std::string message;
};

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

/// A number may be written as a JSON number or as a string; its digits are read, never a double.
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

std::uint32_t word_of(std::string_view name, std::string_view text,
                      std::int64_t most = UINT32_MAX) {
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

/// By its name; a number stands for itself, as names.h says.
template <class Value>
Value named(std::string_view name, json::value value,
            std::optional<Value> (&find)(std::string_view)) {
    if (value.type().value() == json::json_type::number)
        return static_cast<Value>(word_of(name, digits_of(value), (1 << 8 * sizeof(Value)) - 1));
    std::string_view const text = text_of(name, value);
    std::optional<Value> const found = find(text);
    if (!found) throw bad_field{fmt::format("field '{}': {} is unknown", name, in_quotes(text))};
    return *found;
}

client_id id_of(std::string_view name, std::string_view text) {
    client_id id;
    if (!read_id(text, id))
        throw bad_field{fmt::format("field '{}': {} is not 1 to 32 lower-case hexadecimal digits",
                                    name, in_quotes(text))};
    return id;
}

/// Exactly as many bytes as `bytes` holds, in lower-case hexadecimal.
void set_bytes(std::string_view name, std::string_view text, std::span<std::uint8_t> bytes) {
    if (!read_hex(text, bytes))
        throw bad_field{fmt::format("field '{}': {} is not {} lower-case hexadecimal digits", name,
                                    in_quotes(text), 2 * bytes.size())};
}

/// The fields of a signature; false when the name is none of them.
bool set_signature(std::string_view name, json::value value, signature_row& s) {
    if (name == "signature")
        set_bytes(name, text_of(name, value), s.signature);
    else if (name == "nonce")
        s.nonce = unsigned_of(name, digits_of(value));
    else if (name == "key")
        s.key = word_of(name, digits_of(value));
    else if (name == "signature_reserved")
        s.reserved_word = word_of(name, digits_of(value));
    else
        return false;
    return true;
}

bool set_number(std::string_view name, json::value value, transaction_row& t) {
    for (number_field const& f : number_fields) {
        if (f.name != name) continue;
        std::string_view const digits = digits_of(value);
        if (f.form == field_form::word32)
            t.*f.narrow = word_of(name, digits);
        else if (f.form == field_form::integer)
            t.*f.wide = integer_of(name, digits);
        else {
            parsed_nanos const amount = parse_any_nanos(digits);
            if (amount.fault != number_fault::none)
                throw bad_field{
                    fmt::format("field '{}': {}", name, reason_for(amount.fault, digits))};
            t.*f.wide = amount.nanos;
        }
        return true;
    }
    return false;
}

void set_field(std::string_view name, json::value value, transaction_row& t) {
    if (set_number(name, value, t)) return;
    if (name == "flags") {
        if (value.type().value() != json::json_type::array)
            throw bad_field{fmt::format("field 'flags': {} is not a list of strings",
                                        in_quotes(trimmed(value.raw_json_token())))};
        for (auto flag : value.get_array()) t.flags |= named(name, flag.value(), flag_named);
        return;
    }
    if (name == "legs")
        return void(t.leg_count = static_cast<std::uint8_t>(word_of(name, digits_of(value), 255)));
    if (name == "contract")
        return void(t.contract = static_cast<std::uint8_t>(word_of(name, digits_of(value), 255)));
    if (name == "aux0") return void(t.aux[0] = word_of(name, digits_of(value)));
    if (name == "aux1") return void(t.aux[1] = word_of(name, digits_of(value)));
    if (name == "public_key") {
        public_key key;
        set_bytes(name, text_of(name, value), key.bytes);
        return carry_key(key, t);
    }
    if (name == "reserved") return set_bytes(name, text_of(name, value), t.reserved);
    if (name == "id")
        t.id = id_of(name, text_of(name, value));
    else if (name == "target")
        t.target = id_of(name, text_of(name, value));
    else if (name == "kind")
        t.kind = named(name, value, kind_named);
    else if (name == "side")
        t.side = named(name, value, side_named);
    else if (name == "type")
        t.type = named(name, value, type_named);
    else if (name == "force")
        t.force = named(name, value, force_named);
    else if (name == "prevention")
        t.prevention = named(name, value, prevention_named);
    else
        throw bad_field{fmt::format("field {} is unknown", in_quotes(name))};
}

/// The names of a line's fields so far; they point into the parser's text.
class seen_names {
  public:
    /// False when the name was there before.
    bool add(std::string_view name) {
        for (std::size_t i = 0; i < count_; ++i)
            if (names_[i] == name) return false;
        // A line of more names than there are fields has one that is unknown, and was refused.
        if (count_ < std::size(names_)) names_[count_++] = name;
        return true;
    }

    bool has(std::string_view name) const {
        return std::find(names_, names_ + count_, name) != names_ + count_;
    }

  private:
    std::string_view names_[32];
    std::size_t count_ = 0;
};

/// A public key lies in the bytes of these fields.
void expect_no_other_there(seen_names const& seen) {
    for (char const* other : {"target", "amount", "price"})
        if (seen.has(other))
            throw bad_field{
                fmt::format("field '{}' stands beside 'public_key', which takes its place", other)};
}

}  // namespace

struct json_line_parser::state {
    json::parser engine;
    simdjson::padded_string padded;
};

json_line_parser::json_line_parser() : state_(std::make_unique<state>()) {}
json_line_parser::~json_line_parser() = default;

bool json_line_parser::read(std::string const& file, text_line const& text, transaction_row& t,
                            signature_row& s, std::int64_t& time) {
    try {
        state_->padded = simdjson::padded_string(text.text);
        json::document document = state_->engine.iterate(state_->padded);
        bool boundary = false;
        std::size_t fields = 0;
        seen_names seen;
        t = transaction_row{};
        s = signature_row{};
        if (document.type().value() != json::json_type::object)
            throw bad_field{"is not a line of JSON: it is no object"};
        for (auto field : document.get_object()) {
            std::string_view const name = field.unescaped_key();
            json::value value = field.value();
            ++fields;
            if (!seen.add(name))
                throw bad_field{fmt::format("field {} stands twice", in_quotes(name))};
            if (name == "block") {
                time = integer_of(name, digits_of(value));
                boundary = true;
            } else if (!set_signature(name, value, s)) {
                set_field(name, value, t);
            }
        }
        if (boundary && fields > 1)
            throw bad_field{"another field stands beside 'block', which stands alone"};
        if (!boundary && !seen.has("kind")) throw bad_field{"field 'kind' is missing"};
        if (seen.has("public_key")) expect_no_other_there(seen);
        if (document.current_location().error() == simdjson::SUCCESS)
            throw bad_field{"is not a line of JSON: it goes on after its object"};
        return !boundary;
    } catch (bad_field const& bad) {
        throw input_error(file, text.number, bad.message);
    } catch (simdjson::simdjson_error const& error) {
        throw input_error(file, text.number,
                          fmt::format("is not a line of JSON: {}", error.what()));
    }
}

}  // namespace lockstep
