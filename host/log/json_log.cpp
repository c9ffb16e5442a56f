#include "host/log/json_log.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "host/io/number.h"
#include "host/log/format.h"
#include "host/log/names.h"

namespace lockstep {

namespace json = simdjson::ondemand;

namespace {

/// Where a field of a JSON line goes, and how it is read.
enum class field_form { nanos, integer, word32, low16_of, high16_of };

struct number_field {
    std::string_view name;
    field_form form;
    std::int64_t transaction_row::*wide = nullptr;
    std::uint32_t transaction_row::*narrow = nullptr;
};

constexpr number_field number_fields[] = {
    {"amount", field_form::nanos, &transaction_row::amount},
    {"price", field_form::nanos, &transaction_row::price},
    {"trigger", field_form::nanos, &transaction_row::trigger},
    {"display", field_form::nanos, &transaction_row::display},
    {"until", field_form::integer, &transaction_row::until},
    {"account", field_form::word32, nullptr, &transaction_row::account},
    {"counterparty", field_form::word32, nullptr, &transaction_row::counterparty},
    {"instrument", field_form::word32, nullptr, &transaction_row::instrument},
    {"asset", field_form::word32, nullptr, &transaction_row::asset},
    {"user_data", field_form::word32, nullptr, &transaction_row::user_data},
};

struct bad_field {
    std::string message;
};

std::string_view trimmed(std::string_view token) {
    while (!token.empty() && (token.back() == ' ' || token.back() == '\r')) token.remove_suffix(1);
    return token;
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

template <class Enum>
Enum named(std::string_view name, std::string_view text, std::optional<Enum> value) {
    if (!value) throw bad_field{fmt::format("field '{}': {} is unknown", name, in_quotes(text))};
    return *value;
}

client_id id_of(std::string_view name, std::string_view text) {
    client_id id;
    if (!read_id(text, id))
        throw bad_field{
            fmt::format("field '{}': {} is not 1 to 32 hexadecimal digits", name, in_quotes(text))};
    return id;
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
            parsed_nanos const amount = parse_nanos(digits);
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
        for (auto flag : value.get_array()) {
            std::string_view const text = flag.get_string().value();
            t.flags |= named(name, text, flag_named(text));
        }
        return;
    }
    if (name == "legs")
        return void(t.leg_count = static_cast<std::uint8_t>(word_of(name, digits_of(value), 255)));
    if (name == "contract")
        return void(t.contract = static_cast<std::uint8_t>(word_of(name, digits_of(value), 255)));
    if (name == "aux0") return void(t.aux[0] = word_of(name, digits_of(value)));
    if (name == "aux1") return void(t.aux[1] = word_of(name, digits_of(value)));
    constexpr std::string_view words[] = {"id",   "target", "kind",      "side",
                                          "type", "force",  "prevention"};
    if (std::find(std::begin(words), std::end(words), name) == std::end(words))
        throw bad_field{fmt::format("field {} is unknown", in_quotes(name))};
    std::string_view const text = value.get_string().value();
    if (name == "id")
        t.id = id_of(name, text);
    else if (name == "target")
        t.target = id_of(name, text);
    else if (name == "kind")
        t.kind = named(name, text, kind_named(text));
    else if (name == "side")
        t.side = named(name, text, side_named(text));
    else if (name == "type")
        t.type = named(name, text, type_named(text));
    else if (name == "force")
        t.force = named(name, text, force_named(text));
    else
        t.prevention = named(name, text, prevention_named(text));
}

std::string decimal(std::int64_t nanos) {
    std::uint64_t const magnitude =
        nanos < 0 ? -static_cast<std::uint64_t>(nanos) : static_cast<std::uint64_t>(nanos);
    std::string text = fmt::format("{}{}", nanos < 0 ? "-" : "", magnitude / 1'000'000'000u);
    std::string fraction = fmt::format("{:09}", magnitude % 1'000'000'000u);
    fraction.erase(fraction.find_last_not_of('0') + 1);
    return fraction.empty() ? text : text + "." + fraction;
}

}  // namespace

bool read_id(std::string_view text, client_id& id) {
    if (text.empty() || text.size() > 32) return false;
    id = {};
    for (char const c : text) {
        int const digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
        if (digit < 0) return false;
        id.high = id.high << 4 | id.low >> 60;
        id.low = id.low << 4 | static_cast<std::uint64_t>(digit);
    }
    return true;
}

std::string text_of(client_id id) {
    return id.high == 0 ? fmt::format("{:x}", id.low) : fmt::format("{:x}{:016x}", id.high, id.low);
}

std::string json_of(transaction_row const& t) {
    std::string line = fmt::format(R"({{"id": "{}", "kind": "{}")", text_of(t.id), name_of(t.kind));
    if (!t.target.is_zero()) line += fmt::format(R"(, "target": "{}")", text_of(t.target));
    for (number_field const& f : number_fields) {
        if (f.form == field_form::word32 && t.*f.narrow != 0)
            line += fmt::format(R"(, "{}": {})", f.name, t.*f.narrow);
        if (f.form == field_form::integer && t.*f.wide != 0)
            line += fmt::format(R"(, "{}": {})", f.name, t.*f.wide);
        if (f.form == field_form::nanos && t.*f.wide != 0)
            line += fmt::format(R"(, "{}": "{}")", f.name, decimal(t.*f.wide));
    }
    if (t.flags != 0) {
        line += R"(, "flags": [)";
        bool first = true;
        for (std::uint16_t bit = 1; bit != 0; bit = static_cast<std::uint16_t>(bit << 1))
            if (t.flags & bit) {
                line += fmt::format(R"({}"{}")", first ? "" : ", ", name_of_flag(bit));
                first = false;
            }
        line += "]";
    }
    if (t.side != order_side::buy) line += fmt::format(R"(, "side": "{}")", name_of(t.side));
    if (t.type != order_type::limit) line += fmt::format(R"(, "type": "{}")", name_of(t.type));
    if (t.force != time_in_force::good_til_cancelled)
        line += fmt::format(R"(, "force": "{}")", name_of(t.force));
    if (t.prevention != self_trade::cancel_newest)
        line += fmt::format(R"(, "prevention": "{}")", name_of(t.prevention));
    if (t.leg_count != 0) line += fmt::format(R"(, "legs": {})", t.leg_count);
    if (t.contract != 0) line += fmt::format(R"(, "contract": {})", t.contract);
    if (t.aux[0] != 0) line += fmt::format(R"(, "aux0": {})", t.aux[0]);
    if (t.aux[1] != 0) line += fmt::format(R"(, "aux1": {})", t.aux[1]);
    return line + "}";
}

struct json_log_reader::parser {
    json::parser engine;
    simdjson::padded_string padded;

    /// True for a command, false for a block boundary, whose time is then in `time`.
    bool line(std::string const& file, text_line const& text, transaction_row& t,
              std::int64_t& time) {
        try {
            padded = simdjson::padded_string(text.text);
            json::document document = engine.iterate(padded);
            bool boundary = false;
            std::size_t fields = 0;
            t = transaction_row{};
            for (auto field : document.get_object()) {
                std::string const name(std::string_view(field.unescaped_key()));
                json::value value = field.value();
                ++fields;
                if (name == "block") {
                    time = integer_of(name, digits_of(value));
                    boundary = true;
                } else {
                    set_field(name, value, t);
                }
            }
            if (boundary && fields > 1)
                throw bad_field{"another field stands beside 'block', which stands alone"};
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
};

json_log_reader::json_log_reader(std::string name, std::unique_ptr<byte_source> source)
    : lines_(std::move(name), std::move(source)), parser_(std::make_unique<parser>()) {}
json_log_reader::~json_log_reader() = default;

bool json_log_reader::next(block& b) {
    b.commands.clear();
    b.time = next_time_;
    text_line line;
    while (!ended_) {
        if (!lines_.next(line)) {
            ended_ = true;
            break;
        }
        if (line.text.find_first_not_of(" \t") == std::string_view::npos) continue;
        transaction_row t;
        std::int64_t time = 0;
        if (parser_->line(lines_.name(), line, t, time)) {
            if (!started_)
                throw input_error(lines_.name(), line.number,
                                  "a command stands before the first block");
            if (b.commands.size() == block_commands_max)
                throw input_error(
                    lines_.name(), line.number,
                    fmt::format("the block holds more than {} commands", block_commands_max));
            b.commands.push_back(t);
            continue;
        }
        if (started_ && time < next_time_)
            throw input_error(lines_.name(), line.number,
                              "the block is earlier than the one before it");
        bool const first = !started_;
        started_ = true;
        next_time_ = time;
        if (first) {
            b.time = time;
            continue;
        }
        return true;
    }
    bool const last = started_;
    started_ = false;
    return last;
}

}  // namespace lockstep
