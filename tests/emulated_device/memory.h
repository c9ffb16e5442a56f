// Which memory is the device's, which is page-locked, and which is neither.
#pragma once

#include <cstddef>

namespace emulated {

enum class memory_kind { pageable, page_locked, device };

/// Rubbish to begin with. Null when there is none.
void* allocate(memory_kind kind, std::size_t bytes);

/// False for what was not allocated so.
bool release(memory_kind kind, void* memory);

/// False when the bytes begin in memory of ours and reach beyond it.
bool classify(void const* memory, std::size_t bytes, memory_kind* kind);

/// While one is alive the device works: its memory may be touched.
class device_at_work {
  public:
    device_at_work();
    ~device_at_work();
    device_at_work(device_at_work const&) = delete;
    device_at_work& operator=(device_at_work const&) = delete;
};

}  // namespace emulated
