// Good-til-date orders by the time that they end, then by acceptance: a heap whose entries are not
// touched when an order leaves early; dead ones are swept out when they are the majority.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace lockstep {

struct expiry_entry {
    std::int64_t until;
    std::uint64_t sequence;
    std::uint32_t slot;
};

class expiry_queue {
  public:
    bool empty() const { return heap_.empty(); }
    expiry_entry const& first() const { return heap_.front(); }

    void push(expiry_entry e) {
        heap_.push_back(e);
        std::push_heap(heap_.begin(), heap_.end(), later);
    }
    void pop() {
        std::pop_heap(heap_.begin(), heap_.end(), later);
        heap_.pop_back();
    }
    /// One entry more is dead: alive(entry) says which.
    template <class Alive>
    void one_left_early(Alive&& alive) {
        if (++dead_ < 64 || 2 * dead_ < heap_.size()) return;
        std::erase_if(heap_, [&](expiry_entry const& e) { return !alive(e); });
        std::make_heap(heap_.begin(), heap_.end(), later);
        dead_ = 0;
    }
    void one_dead_popped() { dead_ -= dead_ > 0; }

  private:
    static bool later(expiry_entry const& a, expiry_entry const& b) {
        return a.until != b.until ? a.until > b.until : a.sequence > b.sequence;
    }
    std::vector<expiry_entry> heap_;
    std::size_t dead_ = 0;
};

}  // namespace lockstep
