#include "kernels/cuda/sha256.cuh"

#include <algorithm>
#include <cstring>

#include "kernels/cuda/device_buffer.cuh"
#include "kernels/cuda/launch.cuh"
#include "kernels/cuda/pinned_buffer.cuh"
#include "pricing/base/sha256.h"

namespace lockstep::cuda {

namespace {

/// Four bytes as they lie in memory, in big-endian order.
__device__ std::uint32_t byte_swapped(std::uint32_t x) { return __byte_perm(x, 0, 0x0123); }

/// One thread hashes one message. A leaf of 128 bytes takes some six thousand integer operations,
/// so that arithmetic is the limit, not memory: each thread reads its own message, 16 bytes at a
/// time where it can, and the neighbouring reads of the same cache line find it in L1.
struct hash_message {
    message_batch batch;
    sha256_digest* digests;
    sha256_schedule constants, padding;  // kernel parameters: every thread reads the same word
    bool by_sixteen;                     // every message lies on a multiple of 16 bytes

    __device__ void load(std::uint8_t const* from, std::uint32_t (&block)[16]) const {
        if (by_sixteen) {
#pragma unroll
            for (int i = 0; i < 4; ++i) {
                uint4 const four = reinterpret_cast<uint4 const*>(from)[i];
                block[4 * i] = byte_swapped(four.x);
                block[4 * i + 1] = byte_swapped(four.y);
                block[4 * i + 2] = byte_swapped(four.z);
                block[4 * i + 3] = byte_swapped(four.w);
            }
        } else {
            load_bytes(from, block);
        }
    }

    static __device__ void load_bytes(std::uint8_t const* from, std::uint32_t (&block)[16]) {
#pragma unroll
        for (int i = 0; i < 16; ++i) block[i] = big_endian_word(from + 4 * i);
    }

    __device__ void operator()(std::size_t i) const {
        std::size_t const n = batch.index(i);
        std::uint8_t const* const message = batch.bytes + n * batch.message_bytes;
        std::size_t const whole = batch.message_bytes / sha256_block_bytes * sha256_block_bytes;
        std::uint32_t state[8], block[16];
        sha256_start(state);
        for (std::size_t offset = 0; offset < whole; offset += sha256_block_bytes) {
            load(message + offset, block);
            sha256_compress(state, block, constants);
        }
        if (whole == batch.message_bytes) {
            sha256_compress_scheduled(state, padding);
        } else {
            std::uint8_t end[2 * sha256_block_bytes];
            std::size_t const blocks = sha256_pad(message + whole, batch.message_bytes, end);
            for (std::size_t b = 0; b < blocks; ++b) {
                load_bytes(end + b * sha256_block_bytes, block);
                sha256_compress(state, block, constants);
            }
        }
        digests[n] = sha256_digest_of(state);
    }
};

}  // namespace

void sha256_async(message_batch const& messages, sha256_digest* digests, cudaStream_t stream) {
    bool const by_sixteen = messages.message_bytes % 16 == 0 &&
                            reinterpret_cast<std::uintptr_t>(messages.bytes) % 16 == 0;
    each_async(messages.count,
               hash_message{messages, digests, sha256_constants(),
                            sha256_padding(messages.message_bytes), by_sixteen},
               stream, 128);
}

/// Two slots, each with its own stream, pinned memory and device memory. While one slice is hashed,
/// the host gathers the next one or hands out the one before.
class host_hasher::staging {
  public:
    void run(message_batch const& batch, sha256_digest* digests) {
        std::size_t const slice =
            std::max(slice_bytes / std::max(batch.message_bytes, std::size_t{1}), std::size_t{1});
        std::size_t const messages = std::min({slice, slice_messages, batch.count});
        for (slot& s : slots_) {
            s.count = 0;  // whatever an earlier call that threw left behind
            s.queue.wait();
            s.reserve(messages, messages * batch.message_bytes);
        }
        for (std::size_t begin = 0, k = 0; begin < batch.count; begin += messages, ++k) {
            slot& s = slots_[k % slot_count];
            collect(s, batch, digests);
            s.begin = begin;
            s.count = std::min(messages, batch.count - begin);
            hash_async(s, batch);
        }
        // Collecting in any order is fine: every message has its own place.
        for (slot& s : slots_) collect(s, batch, digests);
    }

  private:
    static constexpr std::size_t slot_count = 2;
    static constexpr std::size_t slice_bytes = std::size_t{16} << 20;
    static constexpr std::size_t slice_messages = std::size_t{1} << 17;

    struct slot {
        stream queue;
        pinned_buffer<std::uint8_t> pinned;
        pinned_buffer<sha256_digest> pinned_digests;
        device_buffer<std::uint8_t> device;
        device_buffer<sha256_digest> device_digests;
        std::size_t begin = 0;
        std::size_t count = 0;  // under way; zero when the slot is free

        void reserve(std::size_t messages, std::size_t bytes) {
            pinned.reserve(bytes);
            pinned_digests.reserve(messages);
            device.reserve(bytes, queue.get());
            device_digests.reserve(messages, queue.get());
        }
    };

    static void hash_async(slot& s, message_batch const& batch) {
        std::size_t const size = batch.message_bytes;
        if (batch.which == nullptr) {
            if (size != 0)
                std::memcpy(s.pinned.data(), batch.bytes + s.begin * size, s.count * size);
        } else {
            for (std::size_t i = 0; i < s.count && size != 0; ++i)
                std::memcpy(s.pinned.data() + i * size,
                            batch.bytes + batch.index(s.begin + i) * size, size);
        }
        copy_async(s.pinned.data(), s.device.data(), s.count * size, s.queue.get());
        message_batch const gathered{s.device.data(), size, nullptr, s.count};
        sha256_async(gathered, s.device_digests.data(), s.queue.get());
        copy_async(s.device_digests.data(), s.pinned_digests.data(), s.count, s.queue.get());
    }

    /// Waits for the slot's slice and hands its digests out.
    static void collect(slot& s, message_batch const& batch, sha256_digest* digests) {
        if (s.count == 0) return;
        s.queue.wait();
        for (std::size_t i = 0; i < s.count; ++i)
            digests[batch.index(s.begin + i)] = s.pinned_digests.data()[i];
        s.count = 0;
    }

    slot slots_[slot_count];
};

host_hasher::host_hasher() = default;
host_hasher::~host_hasher() = default;

void host_hasher::sha256(message_batch const& messages, view<sha256_digest> digests) {
    if (messages.count == 0) return;
    if (!staging_) staging_ = std::make_unique<staging>();
    staging_->run(messages, digests.data);
}

}  // namespace lockstep::cuda
