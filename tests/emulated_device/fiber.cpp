#include "tests/emulated_device/fiber.h"

#include <sys/mman.h>

#include <atomic>
#include <new>

namespace {

std::atomic<bool> fibers_were_made = false;

}  // namespace

#ifdef LOCKSTEP_EMULATED_ASAN
/// The search for leaks at the end of the process dies of stacks that were switched; whoever made
/// none is searched as ever.
extern "C" int __lsan_is_turned_off() { return fibers_were_made ? 1 : 0; }
#endif

namespace emulated {

namespace {

constexpr std::size_t stack_bytes = std::size_t{1} << 20;  // of address space; touched when used

thread_local fiber* entering = nullptr;

// The compiler's own jumps: those of the C library and swapcontext ask the kernel or the sanitizer
// for something every time.
[[noreturn, gnu::noinline]] void jump_to(void** place) { __builtin_longjmp(place, 1); }

[[gnu::noinline]] void jump(void** from, void** to) {
    if (__builtin_setjmp(from) == 0) jump_to(to);
}

[[gnu::noinline]] void jump_into(void** from, ucontext_t const& to) {
    if (__builtin_setjmp(from) == 0) setcontext(&to);
}

}  // namespace

fiber::fiber()
    : memory_(mmap(nullptr, stack_bytes, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)) {
    if (memory_ == MAP_FAILED) throw std::bad_alloc();
    fibers_were_made = true;
}

fiber::~fiber() { munmap(memory_, stack_bytes); }

void fiber::begin(void (*body)()) {
    body_ = body;
    getcontext(&start_);
    start_.uc_stack.ss_sp = memory_;
    start_.uc_stack.ss_size = stack_bytes;
    start_.uc_link = nullptr;
    makecontext(&start_, &fiber::enter, 0);
    entering = this;
    outer_.leave(memory_, stack_bytes);
    jump_into(outside_, start_);
    outer_.arrive(nullptr, nullptr);
}

void fiber::resume() {
    outer_.leave(memory_, stack_bytes);
    jump(outside_, inside_);
    outer_.arrive(nullptr, nullptr);
}

void fiber::pause() {
    inner_.leave(home_, home_bytes_);
    jump(inside_, outside_);
    inner_.arrive(&home_, &home_bytes_);
}

void fiber::enter() {
    fiber* const mine = entering;
    mine->inner_.arrive(&mine->home_, &mine->home_bytes_);
    mine->body_();
    mine->inner_.leave_for_good(mine->home_, mine->home_bytes_);
    jump_to(mine->outside_);
}

}  // namespace emulated
