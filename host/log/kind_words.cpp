#include "host/log/kind_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "margin/ledger/create.h"
#include "pricing/instrument.h"

namespace lockstep {

namespace {

using enum transaction_kind;
using enum word_form;

/// Kinds stand together.
constexpr kind_word all_words[] = {
    {create_asset, "name", "target", name},
    {create_account, "owner", "counterparty"},
    {create_account, "leverage", "aux0"},
    {create_instrument, "underlying", "counterparty"},
    {create_instrument, "strike", "trigger"},
    {create_instrument, "expiry", "until"},
    {create_instrument, "tick", "price"},
    {create_instrument, "lot", "amount"},
    {create_instrument, "band_ppm", "user_data"},
    {create_instrument, "initial_ppm", "aux0", part, 0, 100},
    {create_instrument, "maintenance_ppm", "aux0", part, 16, 100},
    {create_instrument, "maker_ppm", "aux1", part, 0},
    {create_instrument, "taker_ppm", "aux1", part, 16},
    {funding, "rate", "amount"},
    {expiry, "delivery_price", "price"},
    {expiry, "exercised_from", "amount"},
    {fee_change, "maker_ppm", "aux0"},
    {fee_change, "taker_ppm", "aux1"},
    {interest, "rate", "amount"},
    {set_tier, "above", "amount"},
    {set_tier, "initial_ppm", "aux0"},
    {set_tier, "maintenance_ppm", "aux1"},
    {assign, "settlement_price", "price"},
    {advise_exercise, "advice", "aux0", advice},
};

struct contract_word {
    std::string_view name;
    std::uint8_t bits, mask;
};
constexpr contract_word contract_words[] = {
    {"option", static_cast<std::uint8_t>(instrument_kind::option), 3},
    {"future", static_cast<std::uint8_t>(instrument_kind::future), 3},
    {"perpetual", static_cast<std::uint8_t>(instrument_kind::perpetual), 3},
    {"put", 1 << 2, 1 << 2},
    {"inverse", 1 << 3, 1 << 3},
    {"american", 1 << 4, 1 << 4},
};

}  // namespace

std::span<kind_word const> words_of(transaction_kind kind) {
    auto const is_of = [kind](kind_word const& w) { return w.kind == kind; };
    auto const first = std::find_if(std::begin(all_words), std::end(all_words), is_of);
    return {first, std::find_if_not(first, std::end(all_words), is_of)};
}

kind_word const* find_word(transaction_kind kind, std::string_view word) {
    for (kind_word const& w : words_of(kind))
        if (w.word == word) return &w;
    return nullptr;
}

std::optional<transaction_kind> kind_with_word(std::string_view word) {
    for (kind_word const& w : all_words)
        if (w.word == word) return w.kind;
    return std::nullopt;
}

std::optional<std::uint8_t> contract_bits_named(std::string_view name) {
    for (contract_word const& w : contract_words)
        if (w.name == name) return w.bits;
    return std::nullopt;
}

bool names_a_kind(std::string_view name) {
    return std::any_of(std::begin(contract_words), std::begin(contract_words) + 3,
                       [name](contract_word const& w) { return w.name == name; });
}

std::string contract_names(std::uint8_t contract) {
    std::string names;
    unsigned named = 0;
    for (contract_word const& w : contract_words) {
        if ((contract & w.mask) != w.bits) continue;
        names += fmt::format("{}\"{}\"", names.empty() ? "" : ", ", w.name);
        named |= w.mask;
    }
    bool const whole = (named & 3) != 0 && (contract & ~named) == 0;
    return whole ? "[" + names + "]" : "";
}

std::optional<client_id> asset_id_of(std::string_view name) {
    client_id id{};
    if (name.size() > sizeof id.low) return std::nullopt;
    for (std::size_t i = 0; i < name.size(); ++i)
        id.low |= std::uint64_t{static_cast<unsigned char>(name[i])} << 8 * i;
    return is_asset_name(id) ? std::optional(id) : std::nullopt;
}

std::string asset_name_of(client_id id) {
    std::string name;
    if (!is_asset_name(id)) return name;
    for (std::uint64_t left = id.low; left != 0; left >>= 8) name += static_cast<char>(left & 0xff);
    return name.find_first_of("\"\\") == std::string::npos ? name : "";
}

}  // namespace lockstep
