// SHA-256 (FIPS 180-4) over words that may be one number or many.
//
// The compression function is written once for a word type WordT. With WordT = uint32_t it hashes
// one message, on the host or in a CUDA thread; with a vector of 16 such numbers it hashes 16
// messages at once, one in each lane. Sixteen rounds are unrolled, so that the state and
// the message schedule live in registers.
//
// A message whose length is a multiple of 64 ends in a block that holds only padding and is the
// same for every message of that length: sha256_padding() schedules it once for a whole batch, and
// sha256_compress_scheduled() then runs the rounds alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "pricing/base/platform.h"

namespace lockstep {

inline constexpr std::size_t sha256_block_bytes = 64;

struct sha256_digest {
    std::uint8_t bytes[32];
    LOCKSTEP_HD friend bool operator==(sha256_digest const& a, sha256_digest const& b) {
        std::uint8_t difference = 0;
        for (int i = 0; i < 32; ++i)
            difference = static_cast<std::uint8_t>(difference | (a.bytes[i] ^ b.bytes[i]));
        return difference == 0;
    }
};
static_assert(sizeof(sha256_digest) == 32 && std::is_trivially_copyable_v<sha256_digest>);
static_assert(std::has_unique_object_representations_v<sha256_digest>);

/// What each of the 64 rounds adds: its constant, and its message word where the block is known.
struct sha256_schedule {
    std::uint32_t words[64];
};

/// The constants alone. They are handed to whoever needs them, by value: a table with a name would
/// be one object on the host and another on the device.
LOCKSTEP_HD sha256_schedule sha256_constants() {
    return {{0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4,
             0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe,
             0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f,
             0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7,
             0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc,
             0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
             0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116,
             0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
             0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
             0xc67178f2}};
}

namespace detail {

inline constexpr std::uint32_t sha256_initial[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                                    0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

template <int Count, class WordT>
LOCKSTEP_HD WordT rotate_right(WordT x) {
    return (x >> Count) | (x << (32 - Count));
}

/// Bit by bit: f where e is set, else g. And: what at least two of the three say. A word type that
/// does either in one instruction brings its own.
template <class WordT>
LOCKSTEP_HD WordT choose(WordT e, WordT f, WordT g) {
    return g ^ (e & (f ^ g));
}
template <class WordT>
LOCKSTEP_HD WordT majority(WordT a, WordT b, WordT c) {
    return (a & b) | (c & (a | b));
}

/// Called between unrolled parts of the rounds: a word type so wide that the compiler runs out of
/// registers brings its own, which says that the message words are better kept in memory.
template <class WordT>
LOCKSTEP_HD void rest_in_memory(WordT (&)[16]) {}

/// One round; `input` is the message word with its constant. Instead of moving eight values down
/// one place, round I reads them I places further round the ring.
template <std::size_t I, class WordT>
LOCKSTEP_HD void sha256_round(WordT (&ring)[8], WordT input) {
    WordT const a = ring[(64 - I) % 8], b = ring[(65 - I) % 8], c = ring[(66 - I) % 8];
    WordT const e = ring[(68 - I) % 8], f = ring[(69 - I) % 8], g = ring[(70 - I) % 8];
    WordT& d = ring[(67 - I) % 8];
    WordT& h = ring[(71 - I) % 8];
    WordT const sigma_e = rotate_right<6>(e) ^ rotate_right<11>(e) ^ rotate_right<25>(e);
    WordT const sigma_a = rotate_right<2>(a) ^ rotate_right<13>(a) ^ rotate_right<22>(a);
    WordT const early = (h + input) + choose(e, f, g);
    WordT const second = majority(a, b, c) + sigma_a;
    d = (d + early) + sigma_e;
    h = (early + second) + sigma_e;
}

/// Replaces message word I of the sixteen at hand by the one sixteen rounds later.
template <std::size_t I, class WordT>
LOCKSTEP_HD WordT sha256_next_word(WordT (&block)[16]) {
    WordT const early = block[(I + 1) % 16], late = block[(I + 14) % 16];
    WordT const sigma_early = rotate_right<7>(early) ^ rotate_right<18>(early) ^ (early >> 3);
    WordT const sigma_late = rotate_right<17>(late) ^ rotate_right<19>(late) ^ (late >> 10);
    block[I] = block[I] + sigma_early + block[(I + 9) % 16] + sigma_late;
    return block[I];
}

// Sixteen rounds are unrolled and looped over four times: with all 64 unrolled the code for the
// widest registers no longer fits a 32 KiB instruction cache and runs at half the speed.
template <class WordT, std::size_t... I>
LOCKSTEP_HD void sha256_rounds(WordT (&ring)[8], WordT (&block)[16],
                               sha256_schedule const& constants, std::index_sequence<I...>) {
    (sha256_round<I>(ring, block[I] + constants.words[I]), ...);
    for (std::size_t from = 16; from < 64; from += 16) {
        rest_in_memory(block);
        (sha256_round<I>(ring, sha256_next_word<I>(block) + constants.words[from + I]), ...);
    }
}

template <class WordT, std::size_t... I>
LOCKSTEP_HD void sha256_rounds(WordT (&ring)[8], sha256_schedule const& schedule,
                               std::index_sequence<I...>) {
    for (std::size_t from = 0; from < 64; from += 16)
        (sha256_round<I>(ring, WordT{} + schedule.words[from + I]), ...);
}

template <std::size_t... I>
LOCKSTEP_HD void sha256_add_words(std::uint32_t (&block)[16], sha256_schedule& schedule,
                                  std::index_sequence<I...>) {
    ((schedule.words[I] += block[I]), ...);
    for (std::size_t from = 16; from < 64; from += 16)
        ((schedule.words[from + I] += sha256_next_word<I>(block)), ...);
}

template <class WordT, std::size_t... I>
LOCKSTEP_HD void sha256_start(WordT (&state)[8], std::index_sequence<I...>) {
    ((state[I] = WordT{} + std::integral_constant<std::uint32_t, sha256_initial[I]>::value), ...);
}

}  // namespace detail

/// The state before the first block.
template <class WordT>
LOCKSTEP_HD void sha256_start(WordT (&state)[8]) {
    detail::sha256_start(state, std::make_index_sequence<8>{});
}

/// Takes one block of sixteen big-endian words into the state; the block is used up.
template <class WordT>
LOCKSTEP_HD void sha256_compress(WordT (&state)[8], WordT (&block)[16],
                                 sha256_schedule const& constants) {
    WordT ring[8];
    for (int i = 0; i < 8; ++i) ring[i] = state[i];
    detail::sha256_rounds(ring, block, constants, std::make_index_sequence<16>{});
    for (int i = 0; i < 8; ++i) state[i] = state[i] + ring[i];
}

/// The same for a block that is equal in every lane and scheduled beforehand.
template <class WordT>
LOCKSTEP_HD void sha256_compress_scheduled(WordT (&state)[8], sha256_schedule const& schedule) {
    WordT ring[8];
    for (int i = 0; i < 8; ++i) ring[i] = state[i];
    detail::sha256_rounds(ring, schedule, std::make_index_sequence<16>{});
    for (int i = 0; i < 8; ++i) state[i] = state[i] + ring[i];
}

/// The last block of every message of this length, which must be a multiple of 64.
LOCKSTEP_HD sha256_schedule sha256_padding(std::uint64_t message_bytes) {
    std::uint32_t block[16] = {0x80000000u};
    block[14] = static_cast<std::uint32_t>(message_bytes >> 29);
    block[15] = static_cast<std::uint32_t>(message_bytes << 3);
    sha256_schedule schedule = sha256_constants();
    detail::sha256_add_words(block, schedule, std::make_index_sequence<16>{});
    return schedule;
}

/// Writes the end of a message (its last length % 64 bytes) with its padding: one or two blocks.
/// Returns how many.
LOCKSTEP_HD std::size_t sha256_pad(std::uint8_t const* end, std::uint64_t message_bytes,
                                   std::uint8_t (&blocks)[2 * sha256_block_bytes]) {
    std::size_t const rest = message_bytes % sha256_block_bytes;
    std::size_t const count = rest + 9 <= sha256_block_bytes ? 1 : 2;
    std::size_t const size = count * sha256_block_bytes;
    for (std::size_t i = 0; i < rest; ++i) blocks[i] = end[i];
    blocks[rest] = 0x80;
    for (std::size_t i = rest + 1; i < size - 8; ++i) blocks[i] = 0;
    for (std::size_t i = 0; i < 8; ++i)
        blocks[size - 1 - i] = static_cast<std::uint8_t>((message_bytes << 3) >> (8 * i));
    return count;
}

LOCKSTEP_HD std::uint32_t big_endian_word(std::uint8_t const* bytes) {
    return static_cast<std::uint32_t>(bytes[0]) << 24 | static_cast<std::uint32_t>(bytes[1]) << 16 |
           static_cast<std::uint32_t>(bytes[2]) << 8 | static_cast<std::uint32_t>(bytes[3]);
}

LOCKSTEP_HD sha256_digest sha256_digest_of(std::uint32_t const (&state)[8]) {
    sha256_digest digest;
    for (int i = 0; i < 32; ++i)
        digest.bytes[i] = static_cast<std::uint8_t>(state[i / 4] >> (24 - 8 * (i % 4)));
    return digest;
}

/// SHA-256 of one message of any length.
LOCKSTEP_HD sha256_digest sha256_of(std::uint8_t const* message, std::uint64_t message_bytes) {
    sha256_schedule const constants = sha256_constants();
    std::uint32_t state[8], block[16];
    sha256_start(state);
    std::uint8_t ending[2 * sha256_block_bytes];
    std::uint64_t const whole = message_bytes / sha256_block_bytes;
    std::uint64_t const blocks =
        whole + sha256_pad(message + whole * sha256_block_bytes, message_bytes, ending);
    for (std::uint64_t n = 0; n < blocks; ++n) {
        std::uint8_t const* const from = n < whole ? message + n * sha256_block_bytes
                                                   : ending + (n - whole) * sha256_block_bytes;
        for (int i = 0; i < 16; ++i) block[i] = big_endian_word(from + 4 * i);
        sha256_compress(state, block, constants);
    }
    return sha256_digest_of(state);
}

}  // namespace lockstep
