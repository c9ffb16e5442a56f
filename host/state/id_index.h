// Which command carried an id. Open addressing over 8-byte slots: 32 bits of the hash and the
// command's place in the history, so that a new id costs one cache line and an old one is compared
// with the command itself. Slots are looked up, never iterated.
#pragma once

#include <cstdint>
#include <vector>

#include "margin/state/id.h"

namespace lockstep {

class id_index {
  public:
    static constexpr std::uint32_t absent = UINT32_MAX;

    explicit id_index(std::size_t expected = 1024) { resize_for(expected); }

    static std::uint64_t hash(client_id id) {
        std::uint64_t x = (id.low ^ (id.high * 0x9e3779b97f4a7c15u)) * 0xbf58476d1ce4e5b9u;
        x ^= x >> 32;
        x *= 0x94d049bb133111ebu;
        return x ^ (x >> 29);
    }
    void prefetch(std::uint64_t h) const { __builtin_prefetch(&slots_[h & mask_], 1); }

    /// The place of the command with this id, or `absent`. `id_at(place)` gives the id of a place.
    template <class IdAt>
    std::uint32_t find(client_id id, std::uint64_t h, IdAt&& id_at) const {
        for (std::uint64_t i = h & mask_;; i = (i + 1) & mask_) {
            std::uint64_t const slot = slots_[i];
            if (slot == empty) return absent;
            if ((slot >> 32) == tag(h) && id_at(place(slot)) == id) return place(slot);
        }
    }

    /// The id must be absent. Grows at half load; `id_at` is asked again for every place then.
    template <class IdAt>
    void insert(std::uint64_t h, std::uint32_t at, IdAt&& id_at) {
        if (2 * (count_ + 1) > slots_.size()) grow(id_at);
        put(h, at);
        ++count_;
    }

    std::size_t size() const { return count_; }

  private:
    static constexpr std::uint64_t empty = 0;
    static std::uint64_t tag(std::uint64_t h) { return h >> 32; }
    static std::uint32_t place(std::uint64_t slot) { return static_cast<std::uint32_t>(slot) - 1; }

    void put(std::uint64_t h, std::uint32_t at) {
        std::uint64_t i = h & mask_;
        while (slots_[i] != empty) i = (i + 1) & mask_;
        slots_[i] = tag(h) << 32 | (std::uint64_t{at} + 1);
    }
    void resize_for(std::size_t expected) {
        std::size_t slots = 16;
        while (slots < 2 * expected) slots *= 2;
        slots_.assign(slots, empty);
        mask_ = slots - 1;
    }
    template <class IdAt>
    void grow(IdAt&& id_at) {
        std::vector<std::uint64_t> const old = std::move(slots_);
        resize_for(old.size());
        for (std::uint64_t const slot : old)
            if (slot != empty) put(hash(id_at(place(slot))), place(slot));
    }

    std::vector<std::uint64_t> slots_;
    std::uint64_t mask_ = 0;
    std::size_t count_ = 0;
};

}  // namespace lockstep
