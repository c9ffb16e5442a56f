#include "tests/emulated_device/block.h"

#include <algorithm>
#include <bit>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <numeric>
#include <random>
#include <vector>

#include "tests/emulated_device/fiber.h"

constinit thread_local uint3 threadIdx{}, blockIdx{};
constinit thread_local dim3 blockDim, gridDim;

namespace emulated {

namespace {

[[noreturn]] void give_up(char const* why) {
    std::fprintf(stderr, "emulated device: block %u, thread %u: %s\n", blockIdx.x, threadIdx.x,
                 why);
    std::abort();
}

enum class waits_for { nobody, block, lanes };

/// Lanes of a warp that speak with each other.
struct lane_group {
    unsigned members = 0;     // none of them has spoken yet
    std::uint64_t gifts = 0;  // one of each member in every exchange
};

/// What a thread of the block has come to.
struct thread_state {
    fiber* on = nullptr;  // while it is under way
    bool ended = false;
    waits_for waiting = waits_for::nobody;
    lane_group* group = nullptr;  // that it speaks with, all its life
    std::uint64_t exchanges = 0;  // begun
    std::uint64_t given[2] = {};  // in the last two
};

/// Made when threads first wait, and kept for the next block.
thread_local std::vector<std::unique_ptr<fiber>> fibers;

class block_run;
thread_local block_run* running = nullptr;

class block_run {
  public:
    block_run(unsigned threads, std::function<void()> const& kernel)
        : kernel_(kernel), threads_(threads), groups_(threads), order_(threads) {
        std::iota(order_.begin(), order_.end(), 0u);
        for (auto const& f : fibers) idle_.push_back(f.get());
    }

    void run(uint3 block) {
        std::fill(threads_.begin(), threads_.end(), thread_state{});
        std::fill(groups_.begin(), groups_.end(), lane_group{});
        std::shuffle(order_.begin(), order_.end(), chance_);
        blockIdx = block;
        running = this;
        while (pass()) {
        }
        running = nullptr;
    }

    thread_state& current() { return threads_[current_]; }
    thread_state& lane(unsigned which) {
        unsigned const thread = current_ / warp_size * warp_size + which;
        if (thread >= threads_.size()) give_up("speaks with a lane that its block does not have");
        return threads_[thread];
    }

    /// Lets others run until this thread has what it waits for.
    void wait(waits_for what) {
        current().waiting = what;
        current().on->pause();
    }

    /// The group of these lanes of the current thread's warp.
    lane_group& group_of(unsigned members) {
        unsigned const first = static_cast<unsigned>(std::countr_zero(members));
        unsigned const at = current_ / warp_size * warp_size + first;
        if (at >= groups_.size()) give_up("speaks with a lane that its block does not have");
        return groups_[at];
    }

    /// Whether every member has come to the thread's last exchange: none is ahead by two.
    static bool lanes_are_here(thread_state const& state) {
        auto const members = static_cast<unsigned>(std::popcount(state.group->members));
        return state.group->gifts >= state.exchanges * members;
    }

  private:
    /// Lets every thread that can go on do so. False when all have ended.
    bool pass() {
        bool moved = false;
        std::reverse(order_.begin(), order_.end());
        for (unsigned const t : order_) {
            thread_state& state = threads_[t];
            if (state.ended || state.waiting == waits_for::block) continue;
            if (state.waiting == waits_for::lanes && !lanes_are_here(state)) continue;
            state.waiting = waits_for::nobody;
            resume(t);
            moved = true;
        }
        if (moved) return true;
        bool all_ended = true;
        for (thread_state const& state : threads_) {
            if (state.ended) continue;
            all_ended = false;
            if (state.waiting == waits_for::lanes) give_up("lanes wait for one that does not come");
        }
        for (thread_state& state : threads_) state.waiting = waits_for::nobody;
        return !all_ended;
    }

    void resume(unsigned t) {
        current_ = t;
        threadIdx = {t, 0, 0};
        thread_state& state = threads_[t];
        if (state.on != nullptr) {
            state.on->resume();
        } else {
            state.on = idle_fiber();
            state.on->begin(&block_run::body);
        }
        if (state.ended) idle_.push_back(state.on);
    }

    fiber* idle_fiber() {
        if (idle_.empty()) {
            fibers.push_back(std::make_unique<fiber>());
            return fibers.back().get();
        }
        fiber* const one = idle_.back();
        idle_.pop_back();
        return one;
    }

    static void body() {
        running->kernel_();
        running->current().ended = true;
    }

    std::function<void()> const& kernel_;
    std::vector<thread_state> threads_;
    std::vector<lane_group> groups_;  // each at its first lane
    std::vector<unsigned> order_;
    std::minstd_rand chance_;  // the same in every run
    unsigned current_ = 0;
    std::vector<fiber*> idle_;
};

}  // namespace

void meet_block() { running->wait(waits_for::block); }

namespace {

/// Gives x to the members, once all of them give theirs; says which of their gifts to look at.
std::uint64_t give(unsigned members, std::uint64_t x) {
    thread_state& mine = running->current();
    if ((members >> threadIdx.x % warp_size & 1) == 0)
        give_up("speaks with lanes without being one of them");
    lane_group& group = running->group_of(members);
    if (mine.group != nullptr && mine.group != &group)
        give_up("speaks with other lanes than before, which the emulation does not have");
    if (group.members != 0 && group.members != members) give_up("lanes name different members");
    mine.group = &group;
    group.members = members;
    group.gifts += 1;
    std::uint64_t const turn = mine.exchanges++ % 2;
    mine.given[turn] = x;
    if (!block_run::lanes_are_here(mine)) running->wait(waits_for::lanes);
    return turn;
}

}  // namespace

std::uint64_t exchange(unsigned members, std::uint64_t x, unsigned from) {
    if ((members >> from & 1) == 0) give_up("asks a lane that it does not name");
    std::uint64_t const turn = give(members, x);
    return running->lane(from).given[turn];
}

bool all_of(unsigned members, bool condition) {
    std::uint64_t const turn = give(members, condition ? 1 : 0);
    for (unsigned from = 0; from < warp_size; ++from)
        if ((members >> from & 1) != 0 && running->lane(from).given[turn] == 0) return false;
    return true;
}

void run_grid(dim3 grid, dim3 block, std::function<void()> const& kernel) {
    blockDim = block;
    gridDim = grid;
    block_run work(block.x, kernel);
    // From the middle outwards and round: no kernel may rely on the order of blocks.
    for (unsigned k = 0; k < grid.x; ++k) {
        std::uint64_t const at = (std::uint64_t{grid.x} / 2 + grid.x - k) % grid.x;
        work.run({static_cast<unsigned>(at), 0, 0});
    }
}

}  // namespace emulated
