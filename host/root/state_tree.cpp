#include "host/root/state_tree.h"

#include <algorithm>
#include <stdexcept>

namespace lockstep {

state_tree::state_tree(std::vector<table_shape> const& shapes, backend& hasher, std::size_t always)
    : always_(always), hasher_(&hasher) {
    if (shapes.size() > tables_max) throw std::invalid_argument("a state has at most 64 tables");
    for (auto const& shape : shapes) {
        for (auto const& tree : trees_)
            if (tree.shape().name == shape.name)
                throw std::invalid_argument("two tables are called '" + shape.name + "'");
        trees_.emplace_back(shape);
    }
}

std::vector<table_summary> state_tree::summaries() const {
    std::vector<table_summary> all;
    for (auto const& tree : trees_) all.push_back(tree.summary());
    while (all.size() > always_ && all.back().rows == 0) all.pop_back();
    return all;
}

std::size_t state_tree::memory_bytes() const {
    std::size_t bytes = 0;
    for (auto const& tree : trees_) bytes += tree.memory_bytes();
    return bytes;
}

row_proof state_tree::prove(std::size_t table, std::uint64_t row,
                            view<std::uint8_t const> rows) const {
    merkle_tree const& tree = trees_.at(table);
    table_shape const& shape = tree.shape();
    if (row >= tree.rows() || rows.size() != tree.rows() * shape.row_bytes)
        throw std::out_of_range("table '" + shape.name + "' has no such row");
    std::uint64_t const leaf = row / shape.rows_per_leaf;
    std::size_t const begin = leaf * shape.leaf_bytes();
    std::vector<std::uint8_t> bytes(shape.leaf_bytes());
    std::copy_n(rows.data + begin, std::min(bytes.size(), rows.size() - begin), bytes.begin());

    auto const first = bytes.begin() + static_cast<std::ptrdiff_t>(row * shape.row_bytes - begin);
    auto const last = first + static_cast<std::ptrdiff_t>(shape.row_bytes);
    row_proof proof;
    proof.table = shape.name;
    proof.row = row;
    proof.before.assign(bytes.begin(), first);
    proof.bytes.assign(first, last);
    proof.after.assign(last, bytes.end());
    proof.siblings = tree.siblings(leaf);
    proof.tables = summaries();
    return proof;
}

}  // namespace lockstep
