// Which slot holds the order of this id: open addressing, linear probing, deletion by shifting
// back, so that the table never fills up with tombstones. Its layout never shows in a result.
#pragma once

#include <cstdint>

#include "host/base/big_memory.h"
#include "host/book/price_ladder.h"

namespace lockstep {

/// Maps keys to indices; the keys themselves stand in the rows that the indices name, and `key_at`
/// reads them there. A cell holds the high half of the key's hash, from which its home follows.
class id_table {
  public:
    id_table() { cells_.resize(std::size_t{1} << bits_); }

    template <class KeyAt>
    std::uint32_t find(std::uint64_t key, KeyAt&& key_at) const {
        std::uint32_t hash = hash_of(key);
        for (std::uint32_t at = home_of(hash);; at = (at + 1) & mask()) {
            cell const c = cells_[at];
            if (c.index == no_index) return no_index;
            if (c.hash == hash && key_at(c.index) == key) return c.index;
        }
    }

    /// Where a search for the key begins.
    void const* first_cell(std::uint64_t key) const { return &cells_[home_of(hash_of(key))]; }
    /// The index that the search would come to first; no_index where there is none. A guess.
    std::uint32_t first_index(std::uint64_t key) const {
        return cells_[home_of(hash_of(key))].index;
    }

    /// The key must not be there.
    void insert(std::uint64_t key, std::uint32_t index) {
        if (2 * (count_ + 1) > cells_.size()) grow();
        put(cell{hash_of(key), index});
        ++count_;
    }

    /// The key must be there, under this index.
    void erase(std::uint64_t key, std::uint32_t index) {
        std::uint32_t hole = home_of(hash_of(key));
        while (cells_[hole].index != index) hole = (hole + 1) & mask();
        for (std::uint32_t at = (hole + 1) & mask(); cells_[at].index != no_index;
             at = (at + 1) & mask()) {
            // The cell may fill the hole unless its home lies behind the hole.
            std::uint32_t home = home_of(cells_[at].hash);
            if (((at - home) & mask()) < ((at - hole) & mask())) continue;
            cells_[hole] = cells_[at];
            hole = at;
        }
        cells_[hole].index = no_index;
        --count_;
    }

  private:
    struct cell {
        std::uint32_t hash = 0;
        std::uint32_t index = no_index;
    };

    static std::uint32_t hash_of(std::uint64_t key) {
        return static_cast<std::uint32_t>(((key ^ key >> 32) * 0x9e3779b97f4a7c15u) >> 32);
    }
    std::uint32_t mask() const { return static_cast<std::uint32_t>(cells_.size() - 1); }
    std::uint32_t home_of(std::uint32_t hash) const { return hash >> (32 - bits_); }

    void put(cell c) {
        std::uint32_t at = home_of(c.hash);
        while (cells_[at].index != no_index) at = (at + 1) & mask();
        cells_[at] = c;
    }
    void grow() {
        big_vector<cell> old(std::size_t{2} << bits_);
        old.swap(cells_);
        ++bits_;
        for (cell c : old)
            if (c.index != no_index) put(c);
    }

    big_vector<cell> cells_;
    std::uint32_t count_ = 0;
    int bits_ = 6;
};

}  // namespace lockstep
