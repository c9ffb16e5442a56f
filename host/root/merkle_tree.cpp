#include "host/root/merkle_tree.h"

#include <bit>
#include <cstring>
#include <stdexcept>

namespace lockstep {

namespace {

/// Digests at one level of a tree with so many leaves; even, but for the root's own level.
std::uint64_t level_size(std::uint64_t leaves, int level, int depth) {
    if (level == depth) return leaves == 0 ? 0 : 1;
    std::uint64_t const nodes = ((leaves - 1) >> level) + 1;
    return nodes + nodes % 2;
}

}  // namespace

merkle_tree::merkle_tree(table_shape const& shape) : shape_(shape) {
    if (char const* fault = fault_of(shape))
        throw std::invalid_argument("table '" + shape.name + "': " + fault);
}

sha256_digest merkle_tree::root() const {
    return levels_.empty() ? sha256_digest{} : levels_.back()[0];
}

void merkle_tree::grow(std::uint64_t rows) {
    std::uint64_t const leaves = shape_.leaves(rows);
    if (leaves > leaves_max) throw std::invalid_argument("a tree has at most 2^32 leaves");
    int const depth = tree_depth(leaves);
    levels_.resize(static_cast<std::size_t>(depth) + 1);
    for (int k = 0; k <= depth; ++k)
        levels_[static_cast<std::size_t>(k)].resize(level_size(leaves, k, depth),
                                                    empty_roots()[static_cast<std::size_t>(k)]);
    dirty_.resize(leaves / 64 + 1);
    // From the leaf that the first new row falls into; it may hold older rows.
    for (std::uint64_t leaf = rows_ / shape_.rows_per_leaf; leaf < leaves; ++leaf)
        dirty_[leaf / 64] |= std::uint64_t{1} << (leaf % 64);
    rows_ = rows;
}

std::vector<std::uint32_t> merkle_tree::take_dirty() {
    std::vector<std::uint32_t> leaves;
    for (std::size_t word = 0; word < dirty_.size(); ++word)
        for (; dirty_[word] != 0; dirty_[word] &= dirty_[word] - 1)
            leaves.push_back(static_cast<std::uint32_t>(
                64 * word + static_cast<std::size_t>(std::countr_zero(dirty_[word]))));
    return leaves;
}

void merkle_tree::update(backend& hasher, view<std::uint8_t const> rows) {
    std::uint64_t const count = rows.size() / shape_.row_bytes;
    if (rows.size() % shape_.row_bytes != 0)
        throw std::invalid_argument("table '" + shape_.name + "': its bytes are not whole rows");
    if (count < rows_) throw std::invalid_argument("table '" + shape_.name + "' has shrunk");
    if (count > rows_) grow(count);
    std::vector<std::uint32_t> dirty = take_dirty();
    if (dirty.empty()) return;
    hash_leaves(hasher, rows, dirty);
    hash_levels(hasher, std::move(dirty));
}

void merkle_tree::hash_leaves(backend& hasher, view<std::uint8_t const> rows,
                              std::vector<std::uint32_t> const& dirty) {
    std::size_t const leaf_bytes = shape_.leaf_bytes();
    auto& leaves = levels_[0];
    std::uint64_t const full = rows_ / shape_.rows_per_leaf;
    bool const last_is_partial = dirty.back() >= full;
    std::size_t const whole = dirty.size() - (last_is_partial ? 1 : 0);
    hasher.sha256({rows.data, leaf_bytes, dirty.data(), whole}, view_of(leaves));
    if (last_is_partial) {
        std::vector<std::uint8_t> leaf(leaf_bytes);
        std::memcpy(leaf.data(), rows.data + full * leaf_bytes, rows.size() - full * leaf_bytes);
        leaves[full] = sha256_of(leaf.data(), leaf.size());
    }
}

void merkle_tree::hash_levels(backend& hasher, std::vector<std::uint32_t> dirty) {
    for (std::size_t k = 0; k + 1 < levels_.size(); ++k) {
        std::size_t parents = 0;
        for (std::uint32_t const node : dirty)
            if (parents == 0 || dirty[parents - 1] != node / 2) dirty[parents++] = node / 2;
        dirty.resize(parents);
        hasher.sha256({levels_[k].front().bytes, 2 * sizeof(sha256_digest), dirty.data(), parents},
                      view_of(levels_[k + 1]));
    }
}

std::vector<sha256_digest> merkle_tree::siblings(std::uint64_t leaf) const {
    if (leaf >= shape_.leaves(rows_)) throw std::out_of_range("the tree has no such leaf");
    std::vector<sha256_digest> path;
    for (std::size_t k = 0; k + 1 < levels_.size(); ++k)
        path.push_back(levels_[k][(leaf >> k) ^ 1]);
    return path;
}

std::size_t merkle_tree::memory_bytes() const {
    std::size_t bytes = dirty_.capacity() * sizeof dirty_[0];
    for (auto const& level : levels_) bytes += level.capacity() * sizeof level[0];
    return bytes;
}

}  // namespace lockstep
