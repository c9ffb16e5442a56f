#include "host/root/proof.h"

#include <algorithm>

namespace lockstep {

namespace {

/// The root that a leaf and its siblings lead to.
sha256_digest climb(std::vector<std::uint8_t> const& leaf, std::uint64_t place,
                    std::vector<sha256_digest> const& siblings) {
    sha256_digest node = sha256_of(leaf.data(), leaf.size());
    for (auto const& sibling : siblings) {
        node = place % 2 == 0 ? node_of(node, sibling) : node_of(sibling, node);
        place /= 2;
    }
    return node;
}

proof_status check_tables(std::vector<table_summary> const& tables) {
    if (tables.size() > tables_max) return proof_status::list_is_too_long;
    for (auto const& table : tables)
        if (fault_of(table.shape) != nullptr || table.shape.leaves(table.rows) > leaves_max)
            return proof_status::table_cannot_be;
    for (auto a = tables.begin(); a != tables.end(); ++a)
        for (auto b = tables.begin(); b != a; ++b)
            if (a->shape.name == b->shape.name) return proof_status::table_is_repeated;
    return proof_status::verified;
}

}  // namespace

char const* sentence_of(proof_status status) {
    switch (status) {
        case proof_status::verified:
            return "the row is in the state";
        case proof_status::text_is_not_json:
            return "the text is not JSON";
        case proof_status::field_has_wrong_type:
            return "a field has the wrong type";
        case proof_status::field_is_unknown:
            return "there is a field that proofs do not have";
        case proof_status::field_is_repeated:
            return "a field stands there twice";
        case proof_status::field_is_missing:
            return "a field is missing";
        case proof_status::format_is_unknown:
            return "the format is not lockstep-proof-1";
        case proof_status::hex_has_wrong_length:
            return "a text of hexadecimal digits has the wrong length";
        case proof_status::hex_digit_is_wrong:
            return "a hexadecimal digit is not one of 0-9a-f";
        case proof_status::list_is_too_long:
            return "a list is longer than any state needs";
        case proof_status::table_cannot_be:
            return "a table has a shape that no state has";
        case proof_status::table_is_repeated:
            return "two tables have the same name";
        case proof_status::table_is_not_in_the_state:
            return "the state has no table of that name";
        case proof_status::row_is_not_in_the_table:
            return "the table has fewer rows than that";
        case proof_status::row_has_wrong_length:
            return "the row is not as long as the table says";
        case proof_status::leaf_has_wrong_length:
            return "what stands around the row does not fill its leaf";
        case proof_status::siblings_have_wrong_count:
            return "there are more or fewer siblings than the tree has levels";
        case proof_status::table_root_does_not_match:
            return "the row does not lead to the root of its table";
        case proof_status::state_root_does_not_match:
            return "the tables do not lead to the root of the state";
    }
    return "unknown";
}

proof_status verify(row_proof const& proof, sha256_digest const& root) {
    if (auto const status = check_tables(proof.tables); status != proof_status::verified)
        return status;
    auto const table =
        std::find_if(proof.tables.begin(), proof.tables.end(),
                     [&](table_summary const& t) { return t.shape.name == proof.table; });
    if (table == proof.tables.end()) return proof_status::table_is_not_in_the_state;
    table_shape const& shape = table->shape;
    if (proof.row >= table->rows) return proof_status::row_is_not_in_the_table;
    if (proof.bytes.size() != shape.row_bytes) return proof_status::row_has_wrong_length;
    std::size_t const before = proof.row % shape.rows_per_leaf * shape.row_bytes;
    if (proof.before.size() != before ||
        proof.after.size() != shape.leaf_bytes() - shape.row_bytes - before)
        return proof_status::leaf_has_wrong_length;
    if (proof.siblings.size() != static_cast<std::size_t>(tree_depth(shape.leaves(table->rows))))
        return proof_status::siblings_have_wrong_count;

    std::vector<std::uint8_t> leaf = proof.before;
    leaf.insert(leaf.end(), proof.bytes.begin(), proof.bytes.end());
    leaf.insert(leaf.end(), proof.after.begin(), proof.after.end());
    if (!(climb(leaf, proof.row / shape.rows_per_leaf, proof.siblings) == table->root))
        return proof_status::table_root_does_not_match;
    if (!(state_root_of(proof.tables) == root)) return proof_status::state_root_does_not_match;
    return proof_status::verified;
}

}  // namespace lockstep
