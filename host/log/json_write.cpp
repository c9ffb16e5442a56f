#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "host/io/hex.h"
#include "host/log/json_fields.h"
#include "host/log/json_log.h"
#include "host/log/kind_words.h"
#include "host/log/names.h"
#include "margin/ledger/signer.h"

namespace lockstep {

namespace {

std::string decimal(std::int64_t nanos) {
    std::uint64_t const magnitude =
        nanos < 0 ? -static_cast<std::uint64_t>(nanos) : static_cast<std::uint64_t>(nanos);
    std::string text = fmt::format("{}{}", nanos < 0 ? "-" : "", magnitude / 1'000'000'000u);
    std::string fraction = fmt::format("{:09}", magnitude % 1'000'000'000u);
    fraction.erase(fraction.find_last_not_of('0') + 1);
    return fraction.empty() ? text : text + "." + fraction;
}

/// Its name; a number that has none is written as it is, so that every row can be read back.
std::string word(std::string_view name, std::uint32_t number) {
    return name == no_name ? fmt::format("{}", number) : fmt::format(R"("{}")", name);
}

template <class Enum>
std::string word(Enum value) {
    return word(name_of(value), static_cast<std::uint32_t>(value));
}

/// What a line of this kind calls a field.
std::string_view called(transaction_kind kind, std::string_view field) {
    for (kind_word const& w : words_of(kind))
        if (w.field == field && w.form == word_form::whole) return w.word;
    return field;
}

std::string target_of(transaction_row const& t) {
    if (t.target.is_zero()) return "";
    std::string const name =
        t.kind == transaction_kind::create_asset ? asset_name_of(t.target) : "";
    if (!name.empty()) return fmt::format(R"(, "name": "{}")", name);
    return fmt::format(R"(, "target": "{}")", text_of(t.target));
}

std::string contract_of(transaction_row const& t) {
    bool const lists = t.kind == transaction_kind::create_instrument;
    std::string const names = lists ? contract_names(t.contract) : "";
    if (!names.empty()) return fmt::format(R"(, "contract": {})", names);
    return t.contract == 0 ? "" : fmt::format(R"(, "contract": {})", t.contract);
}

/// One of the two fields that mean something else for each kind, in the words of its own.
std::string aux_of(transaction_row const& t, std::string_view field, std::uint32_t value) {
    std::string text;
    for (kind_word const& w : words_of(t.kind)) {
        if (w.field != field || w.form == word_form::whole) continue;
        std::uint32_t const part = value >> w.shift & 0xffff;
        auto const advice = static_cast<exercise_advice>(part);
        if (w.form == word_form::part && part != 0)
            text += fmt::format(R"(, "{}": {})", w.word, part * w.unit);
        if (w.form == word_form::advice && value <= UINT8_MAX && name_of(advice) != no_name)
            text += fmt::format(R"(, "{}": "{}")", w.word, name_of(advice));
    }
    if (!text.empty()) return text;
    return value == 0 ? "" : fmt::format(R"(, "{}": {})", called(t.kind, field), value);
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
    std::string line = fmt::format(R"({{"id": "{}", "kind": {})", text_of(t.id), word(t.kind));
    bool const keyed = carries_key(t.kind);
    if (keyed)
        line += fmt::format(R"(, "public_key": "{}")",
                            hex_text(carried_key(t).bytes, sizeof(public_key)));
    if (!keyed) line += target_of(t);
    for (number_field const& f : number_fields) {
        if (keyed && (f.name == "amount" || f.name == "price")) continue;  // part of the key
        if (f.form == field_form::word32 && t.*f.narrow != 0)
            line += fmt::format(R"(, "{}": {})", called(t.kind, f.name), t.*f.narrow);
        if (f.form == field_form::integer && t.*f.wide != 0)
            line += fmt::format(R"(, "{}": {})", called(t.kind, f.name), t.*f.wide);
        if (f.form == field_form::nanos && t.*f.wide != 0)
            line += fmt::format(R"(, "{}": "{}")", called(t.kind, f.name), decimal(t.*f.wide));
    }
    if (t.flags != 0) {
        line += R"(, "flags": [)";
        bool first = true;
        for (std::uint16_t bit = 1; bit != 0; bit = static_cast<std::uint16_t>(bit << 1))
            if (t.flags & bit) {
                line += fmt::format("{}{}", first ? "" : ", ", word(name_of_flag(bit), bit));
                first = false;
            }
        line += "]";
    }
    if (t.side != order_side::buy) line += fmt::format(R"(, "side": {})", word(t.side));
    if (t.type != order_type::limit) line += fmt::format(R"(, "type": {})", word(t.type));
    if (t.force != time_in_force::good_til_cancelled)
        line += fmt::format(R"(, "force": {})", word(t.force));
    if (t.prevention != self_trade::cancel_newest)
        line += fmt::format(R"(, "prevention": {})", word(t.prevention));
    if (t.leg_count != 0) line += fmt::format(R"(, "legs": {})", t.leg_count);
    line += contract_of(t);
    line += aux_of(t, "aux0", t.aux[0]);
    line += aux_of(t, "aux1", t.aux[1]);
    if (std::any_of(std::begin(t.reserved), std::end(t.reserved), [](auto b) { return b != 0; }))
        line += fmt::format(R"(, "reserved": "{}")", hex_text(t.reserved, sizeof t.reserved));
    return line + "}";
}

std::string json_of(block const& b) {
    std::string text = fmt::format("{{\"block\": {}}}\n", b.time);
    for (std::size_t i = 0; i < b.commands.size(); ++i) {
        text += json_of(b.commands[i]);
        if (i < b.signatures.size() && !b.signatures[i].is_empty()) {
            signature_row const& s = b.signatures[i];
            text.pop_back();
            text += fmt::format(R"(, "key": {}, "nonce": {}, "signature": "{}")", s.key, s.nonce,
                                hex_text(s.signature, sizeof s.signature));
            if (s.reserved_word != 0)
                text += fmt::format(R"(, "signature_reserved": {})", s.reserved_word);
            text += '}';
        }
        text += '\n';
    }
    return text;
}

}  // namespace lockstep
