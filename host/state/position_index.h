// Which row holds the position of an account in an instrument. Open addressing, looked up only.
#pragma once

#include <cstdint>

#include "host/base/big_memory.h"
#include "host/state/prefetch.h"

namespace lockstep {

class position_index {
  public:
    static constexpr std::uint32_t absent = UINT32_MAX;

    std::uint32_t find(std::uint32_t account, std::uint32_t instrument) const {
        std::uint64_t const key = key_of(account, instrument);
        for (std::uint64_t i = start(key);; i = (i + 1) & mask_) {
            if (slots_[i].key == key) return slots_[i].row;
            if (slots_[i].key == empty) return absent;
        }
    }
    LOCKSTEP_PREFETCHES void prefetch(std::uint32_t account, std::uint32_t instrument) const {
        lockstep::prefetch(&slots_[start(key_of(account, instrument))]);
    }
    /// The pair must be absent.
    void insert(std::uint32_t account, std::uint32_t instrument, std::uint32_t row) {
        if (2 * (count_ + 1) > slots_.size()) grow();
        put({key_of(account, instrument), row});
        ++count_;
    }

  private:
    struct slot {
        std::uint64_t key = empty;
        std::uint32_t row = absent;
    };
    static constexpr std::uint64_t empty = UINT64_MAX;  // no account has this number

    static std::uint64_t key_of(std::uint32_t account, std::uint32_t instrument) {
        return std::uint64_t{account} << 32 | instrument;
    }
    std::uint64_t start(std::uint64_t key) const {
        std::uint64_t const x = key * 0x9e3779b97f4a7c15u;
        return (x ^ (x >> 31)) & mask_;
    }
    void put(slot s) {
        std::uint64_t i = start(s.key);
        while (slots_[i].key != empty) i = (i + 1) & mask_;
        slots_[i] = s;
    }
    void grow() {
        big_vector<slot> old(slots_.size() * 2);
        old.swap(slots_);
        mask_ = slots_.size() - 1;
        for (slot const& s : old)
            if (s.key != empty) put(s);
    }

    big_vector<slot> slots_ = big_vector<slot>(64);
    std::uint64_t mask_ = 63;
    std::size_t count_ = 0;
};

}  // namespace lockstep
