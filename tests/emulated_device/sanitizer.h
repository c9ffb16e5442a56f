// What the address sanitizer must be told: that the stack changes, and which memory is nobody's to
// touch. Nothing in other builds.
#pragma once

#include <cstddef>

#ifdef LOCKSTEP_EMULATED_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

namespace emulated {

inline void forbid([[maybe_unused]] void const* memory, [[maybe_unused]] std::size_t bytes) {
#ifdef LOCKSTEP_EMULATED_ASAN
    __asan_poison_memory_region(memory, bytes);
#endif
}
inline void allow([[maybe_unused]] void const* memory, [[maybe_unused]] std::size_t bytes) {
#ifdef LOCKSTEP_EMULATED_ASAN
    __asan_unpoison_memory_region(memory, bytes);
#endif
}

/// Stands on a stack that others are left for and that is come back to.
class stack_switch {
  public:
    /// Directly before the switch to the stack that begins at `to`.
    void leave([[maybe_unused]] void const* to, [[maybe_unused]] std::size_t bytes) {
#ifdef LOCKSTEP_EMULATED_ASAN
        __sanitizer_start_switch_fiber(&kept_, to, bytes);
#endif
    }
    /// The same for a stack that nobody comes back to.
    void leave_for_good([[maybe_unused]] void const* to, [[maybe_unused]] std::size_t bytes) {
#ifdef LOCKSTEP_EMULATED_ASAN
        __sanitizer_start_switch_fiber(nullptr, to, bytes);
        kept_ = nullptr;
#endif
    }
    /// Directly after the switch to this stack; says which one was left.
    void arrive([[maybe_unused]] void const** from, [[maybe_unused]] std::size_t* bytes) {
#ifdef LOCKSTEP_EMULATED_ASAN
        __sanitizer_finish_switch_fiber(kept_, from, bytes);
#endif
    }

  private:
    [[maybe_unused]] void* kept_ = nullptr;
};

}  // namespace emulated
