// A pointer and a count: what a kernel receives. Owners live on the host; a view is trivially
// copyable, usable without CUDA's headers, and says nothing about which memory it points into.
#pragma once

#include <cstddef>
#include <type_traits>

#include "pricing/base/platform.h"

namespace lockstep {

template <class T>
struct view {
    T* data{};
    std::size_t count{};

    LOCKSTEP_HD T& operator[](std::size_t i) const { return data[i]; }
    LOCKSTEP_HD T* begin() const { return data; }
    LOCKSTEP_HD T* end() const { return data + count; }
    LOCKSTEP_HD std::size_t size() const { return count; }
    LOCKSTEP_HD bool empty() const { return count == 0; }
    LOCKSTEP_HD view slice(std::size_t offset, std::size_t length) const {
        return {data + offset, length};
    }
    /// A view of what may be written converts to a view of what may be read.
    template <class U>
    requires(!std::is_const_v<T> && std::is_same_v<U, T const>) LOCKSTEP_HD operator view<U>()
        const {
        return {data, count};
    }
};

static_assert(std::is_trivially_copyable_v<view<double>>);

/// A view of anything contiguous: `view_of(vector)`.
template <class Container>
auto view_of(Container& c) -> view<std::remove_pointer_t<decltype(c.data())>> {
    return {c.data(), c.size()};
}

}  // namespace lockstep
