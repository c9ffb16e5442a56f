// Two tasks that write one word and do not say so: under the thread sanitizer this has to end with
// a report, or that no other program is reported says nothing. Each waits until the other has
// begun, by an atomic that orders nothing, so that two threads are at it on a busy machine too.
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <thread>

#include "host/exec/deterministic.h"

namespace {

using lockstep::exec::row_key;
using lockstep::exec::row_store;

struct racing_program {
    std::size_t tasks() const { return 2; }
    row_store const& rows() const { return store; }
    std::span<row_key const> keys(std::size_t task) const { return {&own[task], 1}; }
    template <class Rows>
    void execute(std::size_t, Rows&) {
        begun.fetch_add(1, std::memory_order_relaxed);
        auto const until = std::chrono::steady_clock::now() + std::chrono::minutes(1);
        while (begun.load(std::memory_order_relaxed) < 2 &&
               std::chrono::steady_clock::now() < until)
            std::this_thread::yield();
        // Written once, or a local of main, it went unreported in one run of twenty.
        for (int i = 0; i < 1000; ++i) undeclared = undeclared + 1;
    }

    std::array<std::byte, 2> bytes{};
    row_store store{{row_store::table{bytes.data(), 1, bytes.size()}}};
    std::array<row_key, 2> own{row_key::of(0, 0), row_key::of(0, 1)};
    std::atomic<int> begun{0};
    std::uint64_t volatile undeclared = 0;
};

racing_program program;

}  // namespace

int main() {
    lockstep::exec::run_deterministic(program, 2);
    return program.undeclared == 0;
}
