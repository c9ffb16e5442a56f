// Many messages at once, one in each lane of a vector register: 16 lanes with AVX-512, 8 with AVX2,
// 4 with SSE2. The rounds are those of pricing/base/sha256.h; what stands here is how bytes get
// into lanes and digests out of them.
#include "pricing/base/sha256.h"

#include <cstring>

#include "kernels/cpu/lanes.h"
#include "kernels/cpu/lanes/sha256_words.h"

namespace lockstep::cpu::LOCKSTEP_ISA {

namespace {

template <class WordT>
constexpr std::size_t message_count = sizeof(WordT) / sizeof(std::uint32_t);

LOCKSTEP_HD void set_part(words& word, std::size_t, words value) { word = value; }
LOCKSTEP_HD words get_part(words const& word, std::size_t) { return word; }
#if defined(__AVX512BW__)
LOCKSTEP_HD void set_part(paired_words& word, std::size_t part, words value) {
    (part == 0 ? word.first : word.second) = value;
}
LOCKSTEP_HD words get_part(paired_words const& word, std::size_t part) {
    return part == 0 ? word.first : word.second;
}
#endif

/// block[w] = word w of every lane's message.
template <class WordT>
LOCKSTEP_HD void load_block(std::uint8_t const* const* messages, std::size_t offset,
                            WordT (&block)[16]) {
    constexpr std::size_t vectors = 16 / lane_count;  // of one message's block
    for (std::size_t part = 0; part < message_count<WordT> / lane_count; ++part) {
        words deck[16];
        for (std::size_t i = 0; i < 16; ++i) {
            words bytes;
            std::memcpy(
                &bytes,
                messages[part * lane_count + i / vectors] + offset + i % vectors * sizeof bytes,
                sizeof bytes);
            deck[i] = byte_swapped(bytes);
        }
        for (int bit = 0; bit < lane_bits; ++bit) riffle(deck);
        for (std::size_t i = 0; i < 16; ++i) set_part(block[i], part, deck[i]);
    }
}

/// Writes each lane's eight words to its place.
template <class WordT>
LOCKSTEP_HD void store_digests(WordT const (&state)[8], sha256_digest* const* digests) {
    for (std::size_t part = 0; part < message_count<WordT> / lane_count; ++part) {
        words deck[8];
        for (std::size_t i = 0; i < 8; ++i) deck[i] = byte_swapped(get_part(state[i], part));
        for (int bit = 0; bit < 3; ++bit) riffle(deck);
        sha256_digest all[lane_count];
        static_assert(sizeof all == sizeof deck);
        std::memcpy(all, deck, sizeof all);
        for (std::size_t lane = 0; lane < lane_count; ++lane)
            std::memcpy(digests[part * lane_count + lane], &all[lane], sizeof all[lane]);
    }
}

/// Where a group's messages lie and their digests go. A lane without a message of its own repeats
/// the last one, into the same place.
template <class WordT>
struct group_of {
    std::uint8_t const* messages[message_count<WordT>];
    sha256_digest* digests[message_count<WordT>];

    group_of(message_batch const& batch, std::size_t begin, std::size_t end, sha256_digest* all) {
        std::size_t const last = end - begin - 1;
        for (std::size_t i = 0; i < message_count<WordT>; ++i) {
            std::size_t const n = batch.index(begin + (i < last ? i : last));
            messages[i] = batch.bytes + n * batch.message_bytes;
            digests[i] = all + n;
        }
    }
};

/// Messages are asked for one group ahead, while this one is hashed: scattered ones would come late,
/// and a group of neighbours often begins a page, where the hardware starts to look ahead anew.
LOCKSTEP_HD void fetch_group(message_batch const& batch, std::size_t begin, std::size_t count,
                             std::size_t end, sha256_digest const* digests) {
    for (std::size_t i = begin; i < begin + count && i < end; ++i) {
        std::size_t const n = batch.index(i);
        std::uint8_t const* const message = batch.bytes + n * batch.message_bytes;
        for (std::size_t at = 0; at < batch.message_bytes; at += sha256_block_bytes)
            __builtin_prefetch(message + at);
        __builtin_prefetch(digests + n, 1);
    }
}

/// Messages of any length: the last blocks of each are padded in a buffer.
template <class WordT>
[[gnu::noinline]] void hash_ragged(group_of<WordT> const& group, std::size_t message_bytes,
                                   sha256_schedule const& constants) {
    std::uint8_t ends[message_count<WordT>][2 * sha256_block_bytes];
    std::uint8_t const* places[message_count<WordT>];
    std::size_t const whole = message_bytes / sha256_block_bytes * sha256_block_bytes;
    std::size_t all = whole;
    for (std::size_t i = 0; i < message_count<WordT>; ++i) {
        std::size_t const blocks = sha256_pad(group.messages[i] + whole, message_bytes, ends[i]);
        all = whole + blocks * sha256_block_bytes;
        places[i] = ends[i];
    }
    WordT state[8];
    sha256_start(state);
    for (std::size_t offset = 0; offset < all; offset += sha256_block_bytes) {
        WordT block[16];
        bool const ending = offset >= whole;
        load_block(ending ? places : group.messages, ending ? offset - whole : offset, block);
        sha256_compress(state, block, constants);
    }
    store_digests(state, group.digests);
}

/// Messages of a multiple of 64 bytes, whose last block is the same for all.
template <class WordT>
[[gnu::noinline]] void hash_even(group_of<WordT> const& group, std::size_t message_bytes,
                                 sha256_schedule const& constants, sha256_schedule const& padding) {
    WordT state[8];
    sha256_start(state);
    for (std::size_t offset = 0; offset < message_bytes; offset += sha256_block_bytes) {
        WordT block[16];
        load_block(group.messages, offset, block);
        sha256_compress(state, block, constants);
    }
    sha256_compress_scheduled(state, padding);
    store_digests(state, group.digests);
}

/// Hashes messages from `begin` on, group by group, until `stop` is reached or passed; none beyond
/// `end`. Returns how far it came.
template <class WordT>
LOCKSTEP_HD std::size_t hash_groups(message_batch const& batch, std::size_t begin, std::size_t stop,
                                    std::size_t end, sha256_digest* digests) {
    sha256_schedule const constants = sha256_constants();
    sha256_schedule const padding = sha256_padding(batch.message_bytes);
    bool const even = batch.message_bytes % sha256_block_bytes == 0;
    for (; begin < stop; begin += message_count<WordT>) {
        fetch_group(batch, begin + message_count<WordT>, message_count<WordT>, end, digests);
        group_of<WordT> const group(batch, begin, end, digests);
        if (even)
            hash_even(group, batch.message_bytes, constants, padding);
        else
            hash_ragged(group, batch.message_bytes, constants);
    }
    return begin;
}

}  // namespace

void sha256_slice(message_batch const& batch, std::size_t begin, std::size_t end,
                  sha256_digest* digests) {
#if defined(__AVX512BW__)
    std::size_t const stop = end > lane_count ? end - lane_count : 0;
    begin = hash_groups<paired_words>(batch, begin, stop, end, digests);
#endif
    hash_groups<words>(batch, begin, end, end, digests);
}

}  // namespace lockstep::cpu::LOCKSTEP_ISA
