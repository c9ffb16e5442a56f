#include "host/root/table_shape.h"

#include <algorithm>
#include <cstring>
#include <string_view>

namespace lockstep {

namespace {

constexpr std::size_t name_bytes = 16;
// Seventeen characters make the length of the state's message odd, whatever the number of tables,
// while leaves come in multiples of eight bytes and nodes have 64: SHA-256 hashes the length too,
// so that no message of one kind is ever a message of another.
constexpr std::string_view state_prefix = "lockstep-state-v1";
static_assert(state_prefix.size() % 2 == 1);

bool is_name(std::string_view name) {
    if (name.empty() || name.size() > name_bytes) return false;
    return name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == name.npos;
}

void append_little_endian(std::vector<std::uint8_t>& bytes, std::uint64_t value, int count) {
    for (int i = 0; i < count; ++i) bytes.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

}  // namespace

char const* fault_of(table_shape const& shape) {
    if (!is_name(shape.name)) return "its name is not 1 to 16 characters of a-z, 0-9 and _";
    if (shape.row_bytes == 0 || shape.rows_per_leaf == 0) return "its leaves are empty";
    if (shape.row_bytes > leaf_bytes_max || shape.rows_per_leaf > leaf_bytes_max ||
        shape.leaf_bytes() > leaf_bytes_max)
        return "its leaves are longer than 65536 bytes";
    if (shape.leaf_bytes() % 8 != 0) return "the length of its leaves is not a multiple of 8 bytes";
    if (shape.leaf_bytes() == 2 * sizeof(sha256_digest))
        return "its leaves have 64 bytes, as only nodes may";
    return nullptr;
}

int tree_depth(std::uint64_t leaves) {
    int depth = 0;
    while (depth < 63 && (std::uint64_t{1} << depth) < leaves) ++depth;
    return depth;
}

sha256_digest node_of(sha256_digest const& left, sha256_digest const& right) {
    std::uint8_t both[2 * sizeof(sha256_digest)];
    std::memcpy(both, left.bytes, sizeof left);
    std::memcpy(both + sizeof left, right.bytes, sizeof right);
    return sha256_of(both, sizeof both);
}

std::array<sha256_digest, tree_depth_max + 1> const& empty_roots() {
    static auto const roots = [] {
        std::array<sha256_digest, tree_depth_max + 1> all{};
        for (std::size_t k = 1; k < all.size(); ++k) all[k] = node_of(all[k - 1], all[k - 1]);
        return all;
    }();
    return roots;
}

sha256_digest state_root_of(std::vector<table_summary> const& tables) {
    std::vector<std::uint8_t> message(state_prefix.begin(), state_prefix.end());
    append_little_endian(message, tables.size(), 4);
    for (auto const& table : tables) {
        std::uint8_t name[name_bytes] = {};
        std::memcpy(name, table.shape.name.data(), std::min(table.shape.name.size(), name_bytes));
        message.insert(message.end(), name, name + name_bytes);
        append_little_endian(message, table.shape.row_bytes, 4);
        append_little_endian(message, table.shape.rows_per_leaf, 4);
        append_little_endian(message, table.rows, 8);
        message.insert(message.end(), table.root.bytes, table.root.bytes + sizeof table.root);
    }
    return sha256_of(message.data(), message.size());
}

}  // namespace lockstep
