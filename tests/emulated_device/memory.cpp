#include "tests/emulated_device/memory.h"

#include <cstdlib>
#include <cstring>
#include <map>

#include "tests/emulated_device/sanitizer.h"

namespace emulated {

namespace {

constexpr std::size_t alignment = 256;  // as CUDA promises
constexpr int rubbish = 0xa5;

struct allocation {
    std::size_t bytes;
    memory_kind kind;
};

/// By address. Used under the lock of the runtime.
std::map<char const*, allocation>& allocations() {
    static std::map<char const*, allocation> all;
    return all;
}

int at_work = 0;

template <class Do>
void each_of_the_device(Do const& what) {
    for (auto const& [memory, found] : allocations())
        if (found.kind == memory_kind::device) what(memory, found.bytes);
}

}  // namespace

void* allocate(memory_kind kind, std::size_t bytes) {
    void* memory = nullptr;
    if (posix_memalign(&memory, alignment, bytes) != 0) return nullptr;
    std::memset(memory, rubbish, bytes);
    allocations()[static_cast<char*>(memory)] = {bytes, kind};
    if (kind == memory_kind::device && at_work == 0) forbid(memory, bytes);
    return memory;
}

bool release(memory_kind kind, void* memory) {
    auto const found = allocations().find(static_cast<char*>(memory));
    if (found == allocations().end() || found->second.kind != kind) return false;
    allow(memory, found->second.bytes);
    allocations().erase(found);
    std::free(memory);
    return true;
}

bool classify(void const* memory, std::size_t bytes, memory_kind* kind) {
    auto const* const at = static_cast<char const*>(memory);
    *kind = memory_kind::pageable;
    auto found = allocations().upper_bound(at);
    if (found == allocations().begin()) return true;
    --found;
    auto const offset = static_cast<std::size_t>(at - found->first);
    if (offset >= found->second.bytes) return true;
    *kind = found->second.kind;
    return bytes <= found->second.bytes - offset;
}

device_at_work::device_at_work() {
    if (at_work++ == 0) each_of_the_device(allow);
}
device_at_work::~device_at_work() {
    if (--at_work == 0) each_of_the_device(forbid);
}

}  // namespace emulated
