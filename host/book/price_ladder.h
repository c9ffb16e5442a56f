// The non-empty price levels of one side, best first: a tree of 64-way nodes over the digits of the
// price, with one bit for each child that is in use.
//
// The best level is known at once. Finding the next one after the best is gone takes one bit scan
// in most cases, and at worst one for each digit of the largest price, wherever the market has
// moved: no window to keep around the touch, nothing to rebuild when it crashes. A small table of
// leaves used last spares most walks from the root.
//
// Keys run upwards from the best: a side whose best is the highest price uses mask - price.
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

namespace lockstep {

inline constexpr std::uint32_t no_index = 0xffffffffu;

class price_ladder {
  public:
    static constexpr std::uint64_t no_key = ~std::uint64_t{0};

    explicit price_ladder(int bits) : height_((bits + 5) / 6) { nodes_.resize(1); }

    bool empty() const { return best_key_ == no_key; }
    std::uint64_t best_key() const { return best_key_; }
    std::uint32_t best_level() const { return best_level_; }

    /// The level of this key, or no_index; `leaf` is where it lives or would live.
    std::uint32_t find(std::uint64_t key, std::uint32_t& leaf) {
        leaf = leaf_of(key);
        node const& n = nodes_[leaf];
        std::uint32_t digit = key & 63;
        return (n.used >> digit & 1) != 0 ? n.child[digit] : no_index;
    }

    /// Enters a level that find() did not find, into the leaf that it named.
    void insert(std::uint64_t key, std::uint32_t leaf, std::uint32_t level) {
        node& n = nodes_[leaf];
        std::uint32_t digit = key & 63;
        n.used |= std::uint64_t{1} << digit;
        n.child[digit] = level;
        if (key < best_key_) {
            best_key_ = key;
            best_level_ = level;
        }
    }

    void erase(std::uint64_t key, std::uint32_t leaf) {
        std::uint32_t at = leaf;
        int depth = 0;  // digits below the node `at`
        node* n = &nodes_[at];
        n->used &= ~(std::uint64_t{1} << (key & 63));
        while (n->used == 0 && at != root) {
            std::uint32_t parent = n->parent;
            if (depth == 0) forget(key);
            release(at);
            at = parent;
            ++depth;
            n = &nodes_[at];
            n->used &= ~(std::uint64_t{1} << digit_of(key, depth));
        }
        if (key == best_key_) find_best(at, depth, key);
    }

    /// The first key after this one and its level; no_key when there is none.
    std::uint64_t next_after(std::uint64_t key, std::uint32_t& level) const {
        std::uint32_t path[16];
        std::uint32_t at = root;
        int depth = height_ - 1;
        path[depth] = root;
        while (depth > 0) {
            std::uint32_t digit = digit_of(key, depth);
            if ((nodes_[at].used >> digit & 1) == 0) break;
            at = nodes_[at].child[digit];
            path[--depth] = at;
        }
        for (; depth < height_; ++depth) {
            std::uint64_t later = nodes_[path[depth]].used & above(digit_of(key, depth));
            if (later == 0) continue;
            std::uint32_t digit = static_cast<std::uint32_t>(std::countr_zero(later));
            std::uint64_t prefix = prefix_of(key, depth) | std::uint64_t{digit} << (6 * depth);
            if (depth == 0) {
                level = nodes_[path[0]].child[digit];
                return prefix;
            }
            return first_below(nodes_[path[depth]].child[digit], depth - 1, prefix, level);
        }
        level = no_index;
        return no_key;
    }

  private:
    static constexpr std::uint32_t root = 0;
    static constexpr std::uint32_t recent_count = 64;

    struct node {
        std::uint64_t used = 0;
        std::uint32_t parent = no_index;  // of a free node: the next free one
        std::uint32_t spare = 0;
        std::uint32_t child[64];  // of a leaf: levels
    };
    struct recent_leaf {
        std::uint64_t prefix = no_key;
        std::uint32_t leaf = 0;
    };

    static std::uint32_t digit_of(std::uint64_t key, int depth) { return key >> (6 * depth) & 63; }
    static std::uint64_t above(std::uint32_t digit) { return ~std::uint64_t{1} << digit; }
    static std::uint64_t prefix_of(std::uint64_t key, int depth) {
        return key & ~((std::uint64_t{1} << (6 * (depth + 1))) - 1);
    }

    std::uint32_t leaf_of(std::uint64_t key) {
        std::uint64_t prefix = key >> 6;
        recent_leaf& recent = recent_[prefix % recent_count];
        if (recent.prefix == prefix) return recent.leaf;
        std::uint32_t at = root;
        for (int depth = height_ - 1; depth > 0; --depth) {
            std::uint32_t digit = digit_of(key, depth);
            if ((nodes_[at].used >> digit & 1) == 0) {
                std::uint32_t fresh = allocate(at);
                nodes_[at].child[digit] = fresh;
                nodes_[at].used |= std::uint64_t{1} << digit;
            }
            at = nodes_[at].child[digit];
        }
        recent = {prefix, at};
        return at;
    }

    /// Everything before `key` is gone: the best is the first that is left under the node `at`.
    void find_best(std::uint32_t at, int depth, std::uint64_t key) {
        if (nodes_[at].used == 0) {
            best_key_ = no_key;
            best_level_ = no_index;
            return;
        }
        best_key_ = first_below(at, depth, prefix_of(key, depth), best_level_);
    }

    std::uint64_t first_below(std::uint32_t at, int depth, std::uint64_t prefix,
                              std::uint32_t& level) const {
        for (;; --depth) {
            node const& n = nodes_[at];
            auto digit = static_cast<std::uint32_t>(std::countr_zero(n.used));
            prefix |= std::uint64_t{digit} << (6 * depth);
            at = n.child[digit];
            if (depth == 0) break;
        }
        level = at;
        return prefix;
    }

    std::uint32_t allocate(std::uint32_t parent) {
        std::uint32_t index = free_;
        if (index == no_index) {
            index = static_cast<std::uint32_t>(nodes_.size());
            nodes_.emplace_back();
        } else {
            free_ = nodes_[index].parent;
        }
        nodes_[index].used = 0;
        nodes_[index].parent = parent;
        return index;
    }
    void release(std::uint32_t index) {
        nodes_[index].parent = free_;
        free_ = index;
    }
    void forget(std::uint64_t key) {
        recent_leaf& recent = recent_[(key >> 6) % recent_count];
        if (recent.prefix == key >> 6) recent.prefix = no_key;
    }

    std::vector<node> nodes_;
    std::uint32_t free_ = no_index;
    int height_;
    std::uint64_t best_key_ = no_key;
    std::uint32_t best_level_ = no_index;
    recent_leaf recent_[recent_count];
};

}  // namespace lockstep
