#include "kernels/cpu/sha256.h"

#include "kernels/cpu/sha256_instructions.h"
#include "kernels/cpu/slices.h"

namespace lockstep::cpu {

namespace {

// Sixty-four groups of the widest lanes, some fifty microseconds: worth a task, and a few thousand
// messages use every thread.
constexpr std::size_t slice_messages = 2048;

// Measured on a Zen 5 core with messages of 128 bytes: the instructions take 56 ns a message, two
// side by side; 8 lanes of AVX2 take 91 ns; 16 lanes of AVX-512 take 500 ns for any sixteen and,
// in pairs, 22 to 30 ns a message.
constexpr std::size_t lanes_that_win = 16;
constexpr std::size_t few_messages = 8;

/// How many messages at the end of a slice are left to the instructions.
std::size_t left_to_instructions(lane_table const& lanes, std::size_t count) {
    if (lanes.sha256_lanes < lanes_that_win) return count;
    std::size_t const rest = count % (2 * lanes.sha256_lanes);
    return rest <= few_messages ? rest : 0;
}

}  // namespace

void sha256(lane_table const& lanes, bool any_instructions, tbb::task_arena& arena,
            message_batch const& messages, sha256_digest* digests) {
    bool const instructions = any_instructions && has_sha256_instructions();
    each_slice(arena, messages.count, slice_messages, [&](std::size_t begin, std::size_t length) {
        std::size_t const end = begin + length;
        std::size_t const middle = end - (instructions ? left_to_instructions(lanes, length) : 0);
        if (begin < middle) lanes.sha256(messages, begin, middle, digests);
        if (middle < end) sha256_slice_by_instructions(messages, middle, end, digests);
    });
}

}  // namespace lockstep::cpu
