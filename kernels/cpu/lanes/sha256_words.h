// The words that lanes/sha256.cpp computes with: vectors as wide as the instruction set has, and
// for AVX-512 pairs of them. A round is a chain in which each step waits for the one before; two
// chains side by side fill the waits, where there are registers enough (32) to hold both.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#if defined(__AVX512BW__)
#include <immintrin.h>
#endif

#include "pricing/base/platform.h"

namespace lockstep::cpu::LOCKSTEP_ISA {

namespace {

#if defined(__AVX512BW__)
constexpr std::size_t lane_count = 16;
constexpr int lane_bits = 4;
#elif defined(__AVX2__)
constexpr std::size_t lane_count = 8;
constexpr int lane_bits = 3;
#else
constexpr std::size_t lane_count = 4;
constexpr int lane_bits = 2;
#endif

using words [[gnu::vector_size(4 * lane_count)]] = std::uint32_t;
using word_bytes [[gnu::vector_size(4 * lane_count)]] = std::uint8_t;

#if defined(__AVX512BW__)

/// Two independent vectors under one name; every operation is done to both.
struct paired_words {
    words first, second;
};

LOCKSTEP_HD paired_words operator+(paired_words a, paired_words b) {
    return {a.first + b.first, a.second + b.second};
}
LOCKSTEP_HD paired_words operator+(paired_words a, std::uint32_t b) {
    return {a.first + b, a.second + b};
}
LOCKSTEP_HD paired_words operator^(paired_words a, paired_words b) {
    return {a.first ^ b.first, a.second ^ b.second};
}
LOCKSTEP_HD paired_words operator|(paired_words a, paired_words b) {
    return {a.first | b.first, a.second | b.second};
}
LOCKSTEP_HD paired_words operator>>(paired_words a, int count) {
    return {a.first >> count, a.second >> count};
}
LOCKSTEP_HD paired_words operator<<(paired_words a, int count) {
    return {a.first << count, a.second << count};
}

/// Any function of three bits, in one instruction; Table lists its values for 000 to 111.
template <int Table>
LOCKSTEP_HD words of_three(words a, words b, words c) {
    return reinterpret_cast<words>(_mm512_ternarylogic_epi32(reinterpret_cast<__m512i>(a),
                                                             reinterpret_cast<__m512i>(b),
                                                             reinterpret_cast<__m512i>(c), Table));
}
template <int Table>
LOCKSTEP_HD paired_words of_three(paired_words a, paired_words b, paired_words c) {
    return {of_three<Table>(a.first, b.first, c.first),
            of_three<Table>(a.second, b.second, c.second)};
}
LOCKSTEP_HD paired_words choose(paired_words e, paired_words f, paired_words g) {
    return of_three<0xca>(e, f, g);
}
LOCKSTEP_HD paired_words majority(paired_words a, paired_words b, paired_words c) {
    return of_three<0xe8>(a, b, c);
}

/// The sixteen pairs of message words fill all 32 registers. g++ keeps as many there as it can and
/// moves the state in and out instead; told that they were touched behind its back, it leaves them
/// in memory and runs a quarter faster.
LOCKSTEP_HD void rest_in_memory(paired_words (&block)[16]) {
    asm volatile("" : : "r"(&block) : "memory");
}

#endif

/// Interleaves two vectors into one twice as long and gives its halves.
template <std::size_t... I>
LOCKSTEP_HD void interleave(words a, words b, words& low, words& high, std::index_sequence<I...>) {
    constexpr std::size_t half = lane_count / 2;
    low = __builtin_shufflevector(a, b, (I / 2 + I % 2 * lane_count)...);
    high = __builtin_shufflevector(a, b, (half + I / 2 + I % 2 * lane_count)...);
}

/// Riffles an array of vectors as if it were a deck of cards: the index of every word, written in
/// binary, is rotated left by one bit. As many riffles as a row's index has bits transpose a matrix
/// whose rows and columns are powers of two.
template <std::size_t Count>
LOCKSTEP_HD void riffle(words (&deck)[Count]) {
    words next[Count];
    for (std::size_t i = 0; i < Count / 2; ++i)
        interleave(deck[i], deck[i + Count / 2], next[2 * i], next[2 * i + 1],
                   std::make_index_sequence<lane_count>{});
    for (std::size_t i = 0; i < Count; ++i) deck[i] = next[i];
}

template <std::size_t... I>
LOCKSTEP_HD words byte_swapped(words x, std::index_sequence<I...>) {
    auto const bytes = reinterpret_cast<word_bytes>(x);
    return reinterpret_cast<words>(__builtin_shufflevector(bytes, bytes, (I ^ 3)...));
}
/// Every word from big-endian to little-endian, or back.
LOCKSTEP_HD words byte_swapped(words x) {
    return byte_swapped(x, std::make_index_sequence<4 * lane_count>{});
}

}  // namespace

}  // namespace lockstep::cpu::LOCKSTEP_ISA
