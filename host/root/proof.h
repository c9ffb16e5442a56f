// Proof that one row is in a state, for somebody who knows nothing of the state but its root. It
// carries the row, what shares its leaf, the digests beside the path to the table's root, and what
// the state root says of every table.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "host/root/table_shape.h"

namespace lockstep {

struct row_proof {
    std::string table;
    std::uint64_t row = 0;
    std::vector<std::uint8_t> before, bytes, after;  // the leaf: the row with its neighbours
    std::vector<sha256_digest> siblings;             // from the leaf up
    std::vector<table_summary> tables;

    bool operator==(row_proof const&) const = default;
};

/// In the order in which they are looked for.
enum class proof_status : std::uint8_t {
    verified = 0,
    // The text.
    text_is_not_json,
    field_has_wrong_type,
    field_is_unknown,
    field_is_repeated,
    field_is_missing,
    format_is_unknown,
    hex_has_wrong_length,
    hex_digit_is_wrong,
    list_is_too_long,
    // What it says.
    table_cannot_be,
    table_is_repeated,
    table_is_not_in_the_state,
    row_is_not_in_the_table,
    row_has_wrong_length,
    leaf_has_wrong_length,
    siblings_have_wrong_count,
    table_root_does_not_match,
    state_root_does_not_match,
};

/// A sentence without its full stop.
char const* sentence_of(proof_status status);

/// Whether the proof leads to this root, and if not, why.
proof_status verify(row_proof const& proof, sha256_digest const& root);

}  // namespace lockstep
