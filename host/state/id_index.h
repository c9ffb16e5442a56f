// Which command carried an id. Open addressing over 8-byte slots: 32 bits of the hash, which also
// say where the slot belongs, and the command's place in the history. A new id costs one cache
// line; one that looks known is compared with the command itself. Looked up, never iterated.
#pragma once

#include <cstdint>

#include "host/base/big_memory.h"
#include "host/state/prefetch.h"
#include "margin/state/id.h"

namespace lockstep {

class id_index {
  public:
    static constexpr std::uint32_t absent = UINT32_MAX;

    /// The 32 bits of an id that the index works with.
    static std::uint32_t hash(client_id id) {
        std::uint64_t x = (id.low ^ (id.high * 0x9e3779b97f4a7c15u)) * 0xbf58476d1ce4e5b9u;
        x ^= x >> 32;
        x *= 0x94d049bb133111ebu;
        return static_cast<std::uint32_t>(x >> 32);
    }
    LOCKSTEP_PREFETCHES void prefetch(std::uint32_t h) const {
        lockstep::prefetch(&slots_[home(h)]);
    }

    /// The place of the command with this id, or `absent`. `id_at(place)` gives the id of a place.
    template <class IdAt>
    std::uint32_t find(client_id id, std::uint32_t h, IdAt&& id_at) const {
        for (std::size_t i = home(h);; i = (i + 1) & mask()) {
            std::uint64_t const slot = slots_[i];
            if (slot == empty) return absent;
            if (hash_of(slot) == h && id_at(place(slot)) == id) return place(slot);
        }
    }

    /// The place of the command with this id; where there is none, `absent`, and it is entered at
    /// `place_if_new`.
    template <class IdAt>
    std::uint32_t find_or_insert(client_id id, std::uint32_t h, std::uint32_t place_if_new,
                                 IdAt&& id_at) {
        if (2 * (count_ + 1) > slots_.size()) grow();
        std::size_t i = home(h);
        for (; slots_[i] != empty; i = (i + 1) & mask())
            if (hash_of(slots_[i]) == h && id_at(place(slots_[i])) == id) return place(slots_[i]);
        slots_[i] = slot_of(h, place_if_new);
        ++count_;
        return absent;
    }

    /// The place that a search would come to first; `absent` where there is none. A guess.
    std::uint32_t guess(std::uint32_t h) const {
        std::uint64_t const slot = slots_[home(h)];
        return hash_of(slot) == h && slot != empty ? place(slot) : absent;
    }

    std::size_t size() const { return count_; }

  private:
    static constexpr std::uint64_t empty = 0;
    static std::uint32_t hash_of(std::uint64_t slot) {
        return static_cast<std::uint32_t>(slot >> 32);
    }
    static std::uint64_t slot_of(std::uint32_t h, std::uint32_t at) {
        return std::uint64_t{h} << 32 | (std::uint64_t{at} + 1);
    }
    static std::uint32_t place(std::uint64_t slot) { return static_cast<std::uint32_t>(slot) - 1; }

    std::size_t mask() const { return slots_.size() - 1; }
    std::size_t home(std::uint32_t h) const { return h >> (32 - bits_); }

    void put(std::uint64_t slot) {
        std::size_t i = home(hash_of(slot));
        while (slots_[i] != empty) i = (i + 1) & mask();
        slots_[i] = slot;
    }
    void grow() {
        big_vector<std::uint64_t> old(slots_.size() * 2, empty);
        old.swap(slots_);
        ++bits_;
        for (std::uint64_t const slot : old)
            if (slot != empty) put(slot);
    }

    unsigned bits_ = 18;
    big_vector<std::uint64_t> slots_ = big_vector<std::uint64_t>(std::size_t{1} << bits_, empty);
    std::size_t count_ = 0;
};

}  // namespace lockstep
