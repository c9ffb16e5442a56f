#include "host/log/json_line.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "host/io/number.h"
#include "host/log/json_fields.h"
#include "host/log/json_log.h"
#include "host/log/json_value.h"
#include "host/log/kind_words.h"
#include "host/log/names.h"
#include "margin/ledger/signer.h"

namespace lockstep {

namespace json = simdjson::ondemand;

namespace {

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

std::uint8_t contract_bits(std::string_view word) {
    auto const bits = contract_bits_named(word);
    if (!bits) throw bad_field{fmt::format("field 'contract': {} is unknown", in_quotes(word))};
    return *bits;
}

/// A number, the kind of an instrument, or a list of words with one kind among them.
std::uint8_t contract_of(json::value value) {
    auto const is_number = [](std::string_view text) {
        return !text.empty() && (text[0] == '-' || (text[0] >= '0' && text[0] <= '9'));
    };
    if (value.type().value() != json::json_type::array) {
        std::string_view const text = digits_of(value);
        if (is_number(text)) return static_cast<std::uint8_t>(word_of("contract", text, 255));
        return contract_bits(text);
    }
    unsigned bits = 0;
    int kinds = 0;
    for (auto word : value.get_array()) {
        std::string_view const text = text_of("contract", word.value());
        bits |= contract_bits(text);
        kinds += names_a_kind(text);
    }
    if (kinds != 1)
        throw bad_field{
            "field 'contract': one of 'option', 'future' and 'perpetual' is to be named"};
    return static_cast<std::uint8_t>(bits);
}

std::uint16_t flags_of(json::value value) {
    if (value.type().value() != json::json_type::array)
        throw bad_field{fmt::format("field 'flags': {} is not a list of strings",
                                    in_quotes(trimmed(value.raw_json_token())))};
    unsigned flags = 0;
    for (auto flag : value.get_array()) flags |= named("flags", flag.value(), flag_named);
    return static_cast<std::uint16_t>(flags);
}

/// The number field of this name; `said` is what the line calls it.
bool set_number(std::string_view name, std::string_view said, std::string_view digits,
                transaction_row& t) {
    if (name == "aux0" || name == "aux1") {
        t.aux[name == "aux1"] = word_of(said, digits);
        return true;
    }
    for (number_field const& f : number_fields) {
        if (f.name != name) continue;
        if (f.form == field_form::word32)
            t.*f.narrow = word_of(said, digits);
        else if (f.form == field_form::integer)
            t.*f.wide = integer_of(said, digits);
        else {
            parsed_nanos const amount = parse_any_nanos(digits);
            if (amount.fault != number_fault::none)
                throw bad_field{
                    fmt::format("field '{}': {}", said, reason_for(amount.fault, digits))};
            t.*f.wide = amount.nanos;
        }
        return true;
    }
    return false;
}

/// False when no kind has such a field.
bool set_field(std::string_view name, json::value value, transaction_row& t) {
    if (name == "flags")
        t.flags = flags_of(value);
    else if (name == "legs")
        t.leg_count = static_cast<std::uint8_t>(word_of(name, digits_of(value), 255));
    else if (name == "contract")
        t.contract = contract_of(value);
    else if (name == "public_key") {
        public_key key;
        set_bytes(name, text_of(name, value), key.bytes);
        carry_key(key, t);
    } else if (name == "reserved")
        set_bytes(name, text_of(name, value), t.reserved);
    else if (name == "id")
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
        return false;
    return true;
}

/// The names of a line's fields so far; they point into the parser's text.
class seen_names {
  public:
    /// False when the name was there before.
    bool add(std::string_view name) {
        for (std::size_t i = 0; i < count_; ++i)
            if (names_[i] == name) return false;
        // A line of more names than there are fields has one that is unknown, and is refused.
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

/// What may be a word of the line's kind, which may stand behind it.
struct said_word {
    std::string_view word, text;
    bool is_string;
};

std::string_view string_of(said_word const& said) {
    if (!said.is_string)
        throw bad_field{
            fmt::format("field '{}': {} is not a string", said.word, in_quotes(said.text))};
    return said.text;
}

void set_part(kind_word const& w, std::string_view digits, transaction_row& t) {
    std::uint32_t const said = word_of(w.word, digits, std::int64_t{0xffff} * w.unit);
    if (said % w.unit != 0)
        throw bad_field{fmt::format("field '{}': {} is no multiple of {}", w.word, said, w.unit)};
    t.aux[w.field == "aux1"] |= said / w.unit << w.shift;
}

/// In place of the field that it stands for.
void set_word(said_word const& said, seen_names const& seen, transaction_row& t) {
    kind_word const* const w = find_word(t.kind, said.word);
    if (w == nullptr) {
        auto const other = kind_with_word(said.word);
        if (!other) throw bad_field{fmt::format("field {} is unknown", in_quotes(said.word))};
        throw bad_field{fmt::format("field '{}' goes with '{}', not with '{}'", said.word,
                                    name_of(*other), name_of(t.kind))};
    }
    if (seen.has(w->field))
        throw bad_field{
            fmt::format("field '{}' stands beside '{}', which takes its place", w->field, w->word)};
    switch (w->form) {
        case word_form::part: return set_part(*w, said.text, t);
        case word_form::name: {
            auto const id = asset_id_of(string_of(said));
            if (!id)
                throw bad_field{
                    fmt::format("field '{}': {} is not 1 to 8 characters of ASCII from ! to ~",
                                w->word, in_quotes(said.text))};
            t.target = *id;
            return;
        }
        case word_form::advice: {
            auto const advice = advice_named(string_of(said));
            if (!advice)
                throw bad_field{
                    fmt::format("field '{}': {} is unknown", w->word, in_quotes(said.text))};
            t.aux[0] = static_cast<std::uint32_t>(*advice);
            return;
        }
        default: set_number(w->field, w->word, said.text, t);
    }
}

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
        std::vector<said_word> words;
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
            } else if (!set_signature(name, value, s) && !set_field(name, value, t)) {
                bool const is_string = value.type().value() == json::json_type::string;
                std::string_view const said = digits_of(value);
                if (!set_number(name, name, said, t)) words.push_back({name, said, is_string});
            }
        }
        if (boundary && fields > 1)
            throw bad_field{"another field stands beside 'block', which stands alone"};
        if (!boundary && !seen.has("kind")) throw bad_field{"field 'kind' is missing"};
        for (said_word const& word : words) set_word(word, seen, t);
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
