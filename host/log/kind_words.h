// Words for people: what fields mean for one kind of command. A JSON line may use such a word in
// place of its field, and is written with it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "margin/state/transaction.h"

namespace lockstep {

enum class word_form : std::uint8_t {
    whole,   // the field itself, as the field is written
    part,    // sixteen bits of it
    name,    // of an asset
    advice,  // a word
};

struct kind_word {
    transaction_kind kind;
    std::string_view word, field;
    word_form form = word_form::whole;
    std::uint32_t shift = 0;  // of a part
    std::uint32_t unit = 1;   // of a part: what one of it is in the word's own
};

std::span<kind_word const> words_of(transaction_kind kind);
/// Null where the kind has no such word.
kind_word const* find_word(transaction_kind kind, std::string_view word);
/// The first kind that has such a word.
std::optional<transaction_kind> kind_with_word(std::string_view word);

/// The bits of a contract by the names "option", "future", "perpetual", "put", "inverse",
/// "american".
std::optional<std::uint8_t> contract_bits_named(std::string_view name);
/// Whether it is one of the first three.
bool names_a_kind(std::string_view name);
/// The names of a contract, the kind of instrument first, as a JSON list; empty where bits have no
/// name.
std::string contract_names(std::uint8_t contract);

/// The name that an asset is given by `create_asset`: its first letter in the lowest byte.
std::optional<client_id> asset_id_of(std::string_view name);
/// Empty where it is no name, or none that stands in quotes as it is.
std::string asset_name_of(client_id id);

}  // namespace lockstep
