// A stack of its own for code that is left in the middle and come back to.
#pragma once

#include <ucontext.h>

#include <cstddef>

#include "tests/emulated_device/sanitizer.h"

namespace emulated {

class fiber {
  public:
    fiber();
    ~fiber();
    fiber(fiber const&) = delete;
    fiber& operator=(fiber const&) = delete;

    /// Runs `body` until it pauses or ends. Nothing else may be under way on this fiber.
    void begin(void (*body)());
    /// Goes on where it paused, until it pauses again or ends.
    void resume();
    /// Out of the body, to whoever began or resumed it.
    void pause();

  private:
    using jump_place = void* [5];

    static void enter();

    void* memory_;
    void (*body_)() = nullptr;
    ucontext_t start_{};
    jump_place inside_{}, outside_{};
    stack_switch inner_, outer_;
    void const* home_ = nullptr;  // the stack of who resumes
    std::size_t home_bytes_ = 0;
};

}  // namespace emulated
