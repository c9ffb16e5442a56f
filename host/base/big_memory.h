// Memory for tables that grow to gigabytes: asked for in huge pages, because on small ones a table
// that is written once spends more time in page faults than in writing, and one that is read all
// over the place in looking up where its pages are.
#pragma once

#include <sys/mman.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>
#include <type_traits>
#include <vector>

namespace lockstep {

inline constexpr std::size_t huge_page_bytes = std::size_t{2} << 20;

template <class T>
struct big_allocator {
    using value_type = T;
    big_allocator() = default;
    template <class U>
    big_allocator(big_allocator<U> const&) {}

    T* allocate(std::size_t count) {
        std::size_t const wanted = count * sizeof(T);
        bool const huge = wanted >= huge_page_bytes;
        std::size_t const boundary =
            huge ? huge_page_bytes : std::max(alignof(T), alignof(std::max_align_t));
        std::size_t const bytes = (wanted + boundary - 1) / boundary * boundary;
        void* memory = std::aligned_alloc(boundary, bytes);
        if (memory == nullptr) throw std::bad_alloc();
        if (huge) madvise(memory, bytes, MADV_HUGEPAGE);  // a wish: small pages work as well
        return static_cast<T*>(memory);
    }
    void deallocate(T* memory, std::size_t) { std::free(memory); }
    friend bool operator==(big_allocator const&, big_allocator const&) { return true; }
};

template <class T>
using big_vector = std::vector<T, big_allocator<T>>;

/// An append-only table in chunks: rows never move, and growing never copies.
template <class Row>
class chunked_table {
  public:
    static_assert(std::is_trivially_copyable_v<Row>);
    static constexpr std::size_t chunk_rows = std::size_t{1} << 17;

    std::size_t size() const { return size_; }
    Row& operator[](std::size_t i) { return chunks_[i / chunk_rows].get()[i % chunk_rows]; }
    Row const& operator[](std::size_t i) const {
        return chunks_[i / chunk_rows].get()[i % chunk_rows];
    }
    void push_back(Row const& row) {
        if (size_ == chunks_.size() * chunk_rows)
            chunks_.emplace_back(big_allocator<Row>().allocate(chunk_rows), &std::free);
        (*this)[size_++] = row;
    }

  private:
    std::vector<std::unique_ptr<Row, void (*)(void*)>> chunks_;
    std::size_t size_ = 0;
};

}  // namespace lockstep
