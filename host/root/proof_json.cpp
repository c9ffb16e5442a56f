#include "host/root/proof_json.h"

#include <fmt/core.h>
#include <simdjson.h>

#include <functional>
#include <initializer_list>
#include <limits>

#include "host/io/json_text.h"

namespace lockstep {

namespace {

using simdjson::dom::element;

constexpr std::string_view format_name = "lockstep-proof-1";

int digit_of(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

proof_status read_hex(std::string_view text, std::vector<std::uint8_t>& bytes) {
    if (text.size() % 2 != 0) return proof_status::hex_has_wrong_length;
    if (text.size() / 2 > leaf_bytes_max) return proof_status::hex_has_wrong_length;
    bytes.clear();
    for (std::size_t i = 0; i < text.size(); i += 2) {
        int const high = digit_of(text[i]), low = digit_of(text[i + 1]);
        if (high < 0 || low < 0) return proof_status::hex_digit_is_wrong;
        bytes.push_back(static_cast<std::uint8_t>(high * 16 + low));
    }
    return proof_status::verified;
}

// Each reader takes one value; the first fault ends the reading and leaves its place in `where`.
struct reader {
    std::string where;

    struct field {
        std::string_view name;
        std::function<proof_status(element)> read;
    };

    /// Every field of the object must be one of these, and every one of these there once.
    proof_status object(element value, std::initializer_list<field> fields) {
        simdjson::dom::object members;
        if (value.get(members) != simdjson::SUCCESS) return proof_status::field_has_wrong_type;
        std::string const outer = where;
        auto const at = [&](std::string_view name) {
            where = outer.empty() ? std::string(name) : fmt::format("{}.{}", outer, name);
        };
        std::uint64_t seen = 0;
        for (auto const& member : members) {
            at(member.key);
            std::uint64_t bit = 1;
            auto const* known = fields.begin();
            for (; known != fields.end() && known->name != member.key; ++known) bit <<= 1;
            if (known == fields.end()) return proof_status::field_is_unknown;
            if ((seen & bit) != 0) return proof_status::field_is_repeated;
            seen |= bit;
            auto const status = known->read(member.value);
            if (status != proof_status::verified) return status;
        }
        std::uint64_t bit = 1;
        for (auto const& known : fields) {
            at(known.name);
            if ((seen & bit) == 0) return proof_status::field_is_missing;
            bit <<= 1;
        }
        where = outer;
        return proof_status::verified;
    }

    template <class T>
    proof_status array(element value, std::size_t size_max, std::vector<T>& into,
                       std::function<proof_status(element, T&)> const& read) {
        simdjson::dom::array items;
        if (value.get(items) != simdjson::SUCCESS) return proof_status::field_has_wrong_type;
        std::string const outer = where;
        for (element const item : items) {
            where = fmt::format("{}[{}]", outer, into.size());
            if (into.size() == size_max) return proof_status::list_is_too_long;
            auto const status = read(item, into.emplace_back());
            if (status != proof_status::verified) return status;
        }
        where = outer;
        return proof_status::verified;
    }
};

proof_status text_of(element value, std::string& into) {
    std::string_view text;
    if (value.get(text) != simdjson::SUCCESS) return proof_status::field_has_wrong_type;
    into = text;
    return proof_status::verified;
}

template <class NumberT>
proof_status number_of(element value, NumberT& into) {
    std::uint64_t number = 0;
    if (value.get(number) != simdjson::SUCCESS || number > std::numeric_limits<NumberT>::max())
        return proof_status::field_has_wrong_type;
    into = static_cast<NumberT>(number);
    return proof_status::verified;
}

proof_status bytes_in(element value, std::vector<std::uint8_t>& into) {
    std::string_view text;
    if (value.get(text) != simdjson::SUCCESS) return proof_status::field_has_wrong_type;
    return read_hex(text, into);
}

proof_status digest_in(element value, sha256_digest& into) {
    std::string_view text;
    if (value.get(text) != simdjson::SUCCESS) return proof_status::field_has_wrong_type;
    return read_digest(text, into);
}

proof_status format_in(element value) {
    std::string name;
    auto const status = text_of(value, name);
    if (status != proof_status::verified) return status;
    return name == format_name ? status : proof_status::format_is_unknown;
}

proof_status table_in(reader& in, element value, table_summary& table) {
    return in.object(
        value,
        {{"name", [&](element e) { return text_of(e, table.shape.name); }},
         {"row_bytes", [&](element e) { return number_of(e, table.shape.row_bytes); }},
         {"rows_per_leaf", [&](element e) { return number_of(e, table.shape.rows_per_leaf); }},
         {"rows", [&](element e) { return number_of(e, table.rows); }},
         {"root", [&](element e) { return digest_in(e, table.root); }}});
}

}  // namespace

proof_status read_digest(std::string_view text, sha256_digest& digest) {
    std::vector<std::uint8_t> bytes;
    if (text.size() != 2 * sizeof digest) return proof_status::hex_has_wrong_length;
    auto const status = read_hex(text, bytes);
    if (status == proof_status::verified) std::copy(bytes.begin(), bytes.end(), digest.bytes);
    return status;
}

std::string proof_text(row_proof const& proof) {
    auto const hex = [](std::vector<std::uint8_t> const& b) {
        return hex_text(b.data(), b.size());
    };
    auto const digest = [](sha256_digest const& d) { return hex_text(d.bytes, sizeof d); };
    json_text out;
    out.open_object();
    out.text("format", format_name);
    out.text("table", proof.table);
    out.integer("row", static_cast<std::int64_t>(proof.row));
    out.text("bytes", hex(proof.bytes));
    out.text("leaf_before", hex(proof.before));
    out.text("leaf_after", hex(proof.after));
    out.open_array("siblings");
    for (auto const& sibling : proof.siblings) out.text(digest(sibling));
    out.close_array();
    out.open_array("tables");
    for (auto const& table : proof.tables) {
        out.open_object();
        out.text("name", table.shape.name);
        out.integer("row_bytes", table.shape.row_bytes);
        out.integer("rows_per_leaf", table.shape.rows_per_leaf);
        out.integer("rows", static_cast<std::int64_t>(table.rows));
        out.text("root", digest(table.root));
        out.close_object();
    }
    out.close_array();
    out.close_object();
    return out.take();
}

proof_reading read_proof(std::string_view text) {
    proof_reading result;
    simdjson::dom::parser parser;
    element document;
    if (parser.parse(text.data(), text.size()).get(document) != simdjson::SUCCESS) {
        result.status = proof_status::text_is_not_json;
        return result;
    }
    row_proof& proof = result.proof;
    reader in;
    result.status = in.object(
        document,
        {{"format", format_in},
         {"table", [&](element e) { return text_of(e, proof.table); }},
         {"row", [&](element e) { return number_of(e, proof.row); }},
         {"bytes", [&](element e) { return bytes_in(e, proof.bytes); }},
         {"leaf_before", [&](element e) { return bytes_in(e, proof.before); }},
         {"leaf_after", [&](element e) { return bytes_in(e, proof.after); }},
         {"siblings",
          [&](element e) {
              return in.array<sha256_digest>(e, tree_depth_max, proof.siblings, digest_in);
          }},
         {"tables", [&](element e) {
              return in.array<table_summary>(
                  e, tables_max, proof.tables,
                  [&](element t, table_summary& table) { return table_in(in, t, table); });
          }}});
    if (result.status != proof_status::verified) result.where = in.where;
    return result;
}

}  // namespace lockstep
