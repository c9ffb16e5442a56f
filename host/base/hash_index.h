// Which row belongs to a key: the one hash table of the ledger and of its books. A key's row is
// kept beside 32 bits of the key's hash, and the key itself stands in the row. A line of the cache
// holds eight such pairs, and a key lives in the line where its hash puts it, or where that is full
// in the next one that is not: a search costs one line, and is right or wrong about the row by
// eight comparisons at once. Looked up, never iterated, so that its layout never shows in a result.
#pragma once

#include <bit>
#include <cstdint>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "host/base/big_memory.h"

namespace lockstep {

/// The top half of a multiplicative hash; of a key of two halves both count.
constexpr std::uint32_t hash_of(std::uint64_t key) {
    return static_cast<std::uint32_t>(((key ^ key >> 32) * 0x9e3779b97f4a7c15u) >> 32);
}

/// Of a pair: account and instrument, say.
constexpr std::uint32_t hash_of(std::uint32_t first, std::uint32_t second) {
    return hash_of(std::uint64_t{first} << 32 | second);
}

class hash_index {
  public:
    static constexpr std::uint32_t absent = UINT32_MAX;

    /// Grows when so many keys stand in a line on average. Keys that are counted up hash so evenly
    /// that 6 of 8 do no harm, and the table stays the smaller.
    explicit hash_index(unsigned keys_of_line = 4) : keys_of_line_(keys_of_line) {}

    /// The row of this hash for which `is(row)` holds; `absent` where there is none.
    template <class Is>
    std::uint32_t find(std::uint32_t hash, Is&& is) const {
        std::uint32_t const mark = mark_of(hash);
        std::uint64_t const likely = likely_place(mark);
        std::size_t at = likely / line_keys;
        if (lines_[at].marks[likely % line_keys] == mark)
            if (std::uint32_t const row = lines_[at].rows[likely % line_keys]; is(row)) return row;
        for (;; at = next(at)) {
            line const& l = lines_[at];
            for (unsigned same = l.where(mark); same != 0; same &= same - 1) {
                std::uint32_t const row = l.rows[std::countr_zero(same)];
                if (is(row)) return row;
            }
            if (l.where(0) != 0) return absent;
        }
    }

    /// Where a search begins: to be asked for some time before it.
    void const* first_line(std::uint32_t hash) const { return &lines_[home(mark_of(hash))]; }
    /// The row that a search would look at first; `absent` where there is none. A guess.
    std::uint32_t guess(std::uint32_t hash) const {
        std::uint32_t const mark = mark_of(hash);
        std::uint64_t const likely = likely_place(mark);
        line const& l = lines_[likely / line_keys];
        if (l.marks[likely % line_keys] == mark) return l.rows[likely % line_keys];
        unsigned const same = l.where(mark);
        return same == 0 ? absent : l.rows[std::countr_zero(same)];
    }

    /// The key must not be there.
    void insert(std::uint32_t hash, std::uint32_t row) {
        if (count_ + 1 > lines_.size() * keys_of_line_) grow();
        put(mark_of(hash), row);
        ++count_;
    }
    /// The key must be there, with this row.
    void erase(std::uint32_t hash, std::uint32_t row) {
        --count_;
        std::size_t at = home(mark_of(hash));
        int k = place_of(lines_[at], mark_of(hash), row);
        for (; k < 0; k = place_of(lines_[at], mark_of(hash), row)) at = next(at);
        for (std::size_t from = at;;) {
            bool const was_full = lines_[at].where(0) == 0;
            lines_[at].marks[k] = 0;
            if (!was_full) return;
            // A search that came by went on from here; what it went on for comes back.
            int moved = -1;
            do {
                from = next(from);
                moved = passing(from, at);
            } while (moved < 0 && lines_[from].where(0) == 0);
            if (moved < 0) return;
            lines_[at].marks[k] = lines_[from].marks[moved];
            lines_[at].rows[k] = lines_[from].rows[moved];
            at = from;
            k = moved;
        }
    }

    std::size_t size() const { return count_; }

  private:
    static constexpr std::size_t line_keys = 8;
    struct alignas(64) line {
        std::uint32_t marks[line_keys] = {};  // 0: free
        std::uint32_t rows[line_keys] = {};

        /// A bit for each place that has this mark.
        unsigned where(std::uint32_t mark) const {
#if defined(__SSE2__)
            auto const* four = reinterpret_cast<__m128i const*>(marks);
            __m128i const wanted = _mm_set1_epi32(static_cast<int>(mark));
            __m128i const low = _mm_cmpeq_epi32(_mm_load_si128(four), wanted);
            __m128i const high = _mm_cmpeq_epi32(_mm_load_si128(four + 1), wanted);
            __m128i const bytes = _mm_packs_epi16(_mm_packs_epi32(low, high), __m128i{});
            return static_cast<unsigned>(_mm_movemask_epi8(bytes));
#else
            unsigned found = 0;
            for (std::size_t k = 0; k < line_keys; ++k) found |= unsigned{marks[k] == mark} << k;
            return found;
#endif
        }
    };
    static_assert(sizeof(line) == 64);

    static std::uint32_t mark_of(std::uint32_t hash) { return hash == 0 ? 1 : hash; }
    /// Where a key stands unless another one does: the line by the hash's first bits, the place in
    /// it by the next three.
    std::uint64_t likely_place(std::uint32_t mark) const {
        return std::uint64_t{mark} << (bits_ + 3) >> 32;
    }
    std::size_t home(std::uint32_t mark) const { return likely_place(mark) / line_keys; }
    std::size_t next(std::size_t at) const { return (at + 1) & (lines_.size() - 1); }

    static int place_of(line const& l, std::uint32_t mark, std::uint32_t row) {
        for (unsigned same = l.where(mark); same != 0; same &= same - 1)
            if (int const k = std::countr_zero(same); l.rows[k] == row) return k;
        return -1;
    }
    /// A key of one line that belongs to another, from which a search for it comes past `by`.
    int passing(std::size_t at, std::size_t by) const {
        for (std::size_t k = 0; k < line_keys; ++k) {
            std::uint32_t const mark = lines_[at].marks[k];
            std::size_t const last = lines_.size() - 1;
            if (mark != 0 && ((at - home(mark)) & last) >= ((at - by) & last))
                return static_cast<int>(k);
        }
        return -1;
    }
    void put(std::uint32_t mark, std::uint32_t row) {
        std::size_t at = home(mark);
        unsigned free = lines_[at].where(0);
        for (; free == 0; free = lines_[at].where(0)) at = next(at);
        write(at, free, mark, row);
    }
    /// Into a line with these free places; returns which of them it took.
    [[gnu::always_inline]] std::size_t write(std::size_t at, unsigned free, std::uint32_t mark,
                                             std::uint32_t row) {
        std::size_t const likely = likely_place(mark) % line_keys;
        bool const as_likely = (free >> likely & 1) != 0;
        std::size_t const k = as_likely ? likely : static_cast<std::size_t>(std::countr_zero(free));
        lines_[at].marks[k] = mark;
        lines_[at].rows[k] = row;
        return k;
    }
    [[gnu::noinline]] void grow() {
        big_vector<line> old(2 * lines_.size());
        old.swap(lines_);
        ++bits_;
        for (std::size_t i = 0; i < old.size(); ++i) split(old[i], 2 * i);
    }
    /// The keys of one line go to the two that it becomes. Free places are kept count of beside
    /// them: a line that was just written to would be waited for.
    void split(line const& l, std::size_t first) {
        unsigned free[2] = {lines_[first].where(0), lines_[first + 1].where(0)};
        for (std::size_t k = 0; k < line_keys; ++k) {
            std::uint32_t const mark = l.marks[k];
            if (mark == 0) continue;
            std::uint64_t const likely = likely_place(mark);
            std::size_t const half = likely / line_keys - first;
            if (half < 2 && free[half] != 0) {
                free[half] &= ~(1u << write(first + half, free[half], mark, l.rows[k]));
                continue;
            }
            put(mark, l.rows[k]);  // had run over into this line, or does so now
            for (std::size_t h : {0, 1}) free[h] = lines_[first + h].where(0);
        }
    }

    unsigned keys_of_line_;
    unsigned bits_ = 3;
    big_vector<line> lines_ = big_vector<line>(std::size_t{1} << bits_);
    std::size_t count_ = 0;
};

}  // namespace lockstep
