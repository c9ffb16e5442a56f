#include "kernels/cpu/sha256_instructions.h"

#include "pricing/base/sha256.h"

#if defined(__x86_64__)

#include <cpuid.h>
#include <immintrin.h>

namespace lockstep::cpu {

namespace {

// The instructions keep the state a..h in two registers: {f, e, b, a} and {h, g, d, c}, lowest word
// first. One of them does two rounds and waits four cycles for the one before it, so that messages
// side by side fill each other's waits.
constexpr std::size_t streams = 2;

#define LOCKSTEP_SHA_TARGET [[gnu::target("sha,sse4.1")]]

struct registers {
    __m128i abef[streams], cdgh[streams];
};

/// Four rounds of each message.
LOCKSTEP_SHA_TARGET inline void four_rounds(registers& r, __m128i const (&inputs)[streams]) {
    for (std::size_t s = 0; s < streams; ++s) {
        r.cdgh[s] = _mm_sha256rnds2_epu32(r.cdgh[s], r.abef[s], inputs[s]);
        r.abef[s] = _mm_sha256rnds2_epu32(r.abef[s], r.cdgh[s], _mm_shuffle_epi32(inputs[s], 0x0e));
    }
}

LOCKSTEP_SHA_TARGET inline void add(registers& r, registers const& before) {
    for (std::size_t s = 0; s < streams; ++s) {
        r.abef[s] = _mm_add_epi32(r.abef[s], before.abef[s]);
        r.cdgh[s] = _mm_add_epi32(r.cdgh[s], before.cdgh[s]);
    }
}

LOCKSTEP_SHA_TARGET inline __m128i four_words(sha256_schedule const& schedule, int group) {
    return _mm_loadu_si128(reinterpret_cast<__m128i const*>(schedule.words + 4 * group));
}

LOCKSTEP_SHA_TARGET void compress(registers& r, std::uint8_t const* const (&blocks)[streams],
                                  sha256_schedule const& constants) {
    __m128i const swap = _mm_set_epi64x(0x0c0d0e0f08090a0bLL, 0x0405060700010203LL);
    registers const before = r;
    __m128i words[streams][4], inputs[streams];
#pragma GCC unroll 16
    for (int group = 0; group < 16; ++group) {
        __m128i const four = four_words(constants, group);
        for (std::size_t s = 0; s < streams; ++s) {
            __m128i* const w = words[s];
            __m128i const last = w[(group + 3) % 4];
            if (group < 4) {
                auto const* from = reinterpret_cast<__m128i const*>(blocks[s]) + group;
                w[group] = _mm_shuffle_epi8(_mm_loadu_si128(from), swap);
            } else {
                __m128i const sum =
                    _mm_add_epi32(_mm_sha256msg1_epu32(w[group % 4], w[(group + 1) % 4]),
                                  _mm_alignr_epi8(last, w[(group + 2) % 4], 4));
                w[group % 4] = _mm_sha256msg2_epu32(sum, last);
            }
            inputs[s] = _mm_add_epi32(w[group % 4], four);
        }
        four_rounds(r, inputs);
    }
    add(r, before);
}

LOCKSTEP_SHA_TARGET void compress_scheduled(registers& r, sha256_schedule const& schedule) {
    registers const before = r;
    for (int group = 0; group < 16; ++group) {
        __m128i inputs[streams];
        for (auto& input : inputs) input = four_words(schedule, group);
        four_rounds(r, inputs);
    }
    add(r, before);
}

LOCKSTEP_SHA_TARGET registers start() {
    std::uint32_t state[8];
    sha256_start(state);
    auto const word = [&](int i) { return static_cast<int>(state[i]); };
    registers r;
    for (std::size_t s = 0; s < streams; ++s) {
        r.abef[s] = _mm_setr_epi32(word(5), word(4), word(1), word(0));
        r.cdgh[s] = _mm_setr_epi32(word(7), word(6), word(3), word(2));
    }
    return r;
}

LOCKSTEP_SHA_TARGET void store(registers const& r, sha256_digest* const (&digests)[streams]) {
    // From {f, e, b, a} and {h, g, d, c} to a b c d and e f g h, each word's bytes reversed.
    __m128i const swap = _mm_set_epi64x(0x0c0d0e0f08090a0bLL, 0x0405060700010203LL);
    for (std::size_t s = 0; s < streams; ++s) {
        __m128i const ab = _mm_shuffle_epi32(r.abef[s], 0x1b);  // a b e f
        __m128i const cd = _mm_shuffle_epi32(r.cdgh[s], 0x1b);  // c d g h
        auto* const to = reinterpret_cast<__m128i*>(digests[s]->bytes);
        _mm_storeu_si128(to, _mm_shuffle_epi8(_mm_unpacklo_epi64(ab, cd), swap));
        _mm_storeu_si128(to + 1, _mm_shuffle_epi8(_mm_unpackhi_epi64(ab, cd), swap));
    }
}

bool ask_processor() {
    unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
    bool const answered = __get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) != 0;
    return answered && (ebx >> 29 & 1u) != 0 && __builtin_cpu_supports("sse4.1") != 0;
}

}  // namespace

bool has_sha256_instructions() {
    // Asked once: under a hypervisor the question itself takes microseconds.
    static bool const present = ask_processor();
    return present;
}

void sha256_slice_by_instructions(message_batch const& batch, std::size_t begin, std::size_t end,
                                  sha256_digest* digests) {
    sha256_schedule const constants = sha256_constants();
    sha256_schedule const padding = sha256_padding(batch.message_bytes);
    std::size_t const whole = batch.message_bytes / sha256_block_bytes * sha256_block_bytes;
    for (std::size_t i = begin; i < end; i += streams) {
        std::uint8_t const* messages[streams];
        std::uint8_t const* blocks[streams];
        sha256_digest* places[streams];
        for (std::size_t s = 0; s < streams; ++s) {
            std::size_t const n = batch.index(i + s < end ? i + s : end - 1);
            messages[s] = batch.bytes + n * batch.message_bytes;
            places[s] = digests + n;
        }
        registers r = start();
        for (std::size_t offset = 0; offset < whole; offset += sha256_block_bytes) {
            for (std::size_t s = 0; s < streams; ++s) blocks[s] = messages[s] + offset;
            compress(r, blocks, constants);
        }
        if (whole == batch.message_bytes) {
            compress_scheduled(r, padding);
        } else {
            std::uint8_t ends[streams][2 * sha256_block_bytes];
            std::size_t count = 0;
            for (std::size_t s = 0; s < streams; ++s)
                count = sha256_pad(messages[s] + whole, batch.message_bytes, ends[s]);
            for (std::size_t n = 0; n < count; ++n) {
                for (std::size_t s = 0; s < streams; ++s)
                    blocks[s] = ends[s] + n * sha256_block_bytes;
                compress(r, blocks, constants);
            }
        }
        store(r, places);
    }
}

}  // namespace lockstep::cpu

#else

namespace lockstep::cpu {

bool has_sha256_instructions() { return false; }

void sha256_slice_by_instructions(message_batch const& batch, std::size_t begin, std::size_t end,
                                  sha256_digest* digests) {
    for (std::size_t i = begin; i < end; ++i) {
        std::size_t const n = batch.index(i);
        digests[n] = sha256_of(batch.bytes + n * batch.message_bytes, batch.message_bytes);
    }
}

}  // namespace lockstep::cpu

#endif
