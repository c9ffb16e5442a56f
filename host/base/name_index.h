// From a name to its row, for tables of millions of names: open addressing over (hash, row) pairs
// of eight bytes, the names themselves stay in their table. Looked up and never iterated, so
// nothing depends on the order inside.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace lockstep {

class name_index {
  public:
    static constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();

    /// `names` must outlive the index; it may grow.
    explicit name_index(std::vector<std::string> const& names) : names_(names) {
        resize(names.size());
        for (std::uint32_t row = 0; row < names.size(); ++row) insert_new(row);
    }

    /// The row of that name, or none.
    std::uint32_t find(std::string_view name) const {
        std::uint64_t const hash = hash_of(name);
        for (std::size_t at = hash & mask_;; at = (at + 1) & mask_) {
            slot const& s = slots_[at];
            if (s.row == none) return none;
            if (s.tag == tag_of(hash) && names_[s.row] == name) return s.row;
        }
    }

    /// Takes in the last name of the table, which must be new.
    void add_last() {
        if (names_.size() * 2 > slots_.size()) {
            resize(names_.size() * 2);
            for (std::uint32_t row = 0; row + 1 < names_.size(); ++row) insert_new(row);
        }
        insert_new(static_cast<std::uint32_t>(names_.size() - 1));
    }

  private:
    struct slot {
        std::uint32_t tag = 0;
        std::uint32_t row = none;
    };

    /// Eight bytes at a time, each multiplied into the state and folded (a multiplication mixes
    /// upward only, the fold brings it back down).
    static std::uint64_t hash_of(std::string_view name) {
        std::uint64_t state = 0x9E3779B97F4A7C15 ^ name.size();
        auto mix = [&](std::uint64_t word) {
            state = (state ^ word) * 0xD6E8FEB86659FD93;
            state ^= state >> 32;
        };
        std::uint64_t word = 0;
        for (; name.size() >= 8; name.remove_prefix(8)) {
            std::memcpy(&word, name.data(), 8);
            mix(word);
        }
        word = 0;
        std::memcpy(&word, name.data(), name.size());
        mix(word);
        mix(0);
        return state;
    }
    static std::uint32_t tag_of(std::uint64_t hash) {
        return static_cast<std::uint32_t>(hash >> 32);
    }

    void resize(std::size_t names) {
        slots_.assign(std::bit_ceil(names * 2 + 16), slot{});
        mask_ = slots_.size() - 1;
    }
    void insert_new(std::uint32_t row) {
        std::uint64_t const hash = hash_of(names_[row]);
        std::size_t at = hash & mask_;
        while (slots_[at].row != none) at = (at + 1) & mask_;
        slots_[at] = {tag_of(hash), row};
    }

    std::vector<std::string> const& names_;
    std::vector<slot> slots_;
    std::size_t mask_ = 0;
};

}  // namespace lockstep
