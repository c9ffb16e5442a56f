// Rounds over a transport. A transport takes each shard's outbox, and when everybody has turned
// hands out the inboxes and says how much work is left anywhere:
//
//   std::span<byte_string const> inbox(std::uint32_t shard);              // by sender
//   void post(std::uint32_t shard, std::span<byte_string> outbox, std::uint64_t left);
//   std::uint64_t turn();
//
// A negative outcome travels the same way: `left` is `round_failed` when a shard cannot go on, and
// then everybody stops after the same round.
#pragma once

#include <atomic>
#include <barrier>
#include <cstdint>
#include <exception>
#include <span>
#include <vector>

#include "host/exec/message.h"

namespace lockstep::exec {

inline constexpr std::uint64_t round_failed = UINT64_MAX;

struct rounds_outcome {
    bool finished = false;
    std::exception_ptr failure;  // of a task of this thread or rank
};

/// Runs the shards of one thread or rank until no work is left anywhere, or somebody failed.
template <class Shard, class Transport>
rounds_outcome run_rounds(std::span<Shard* const> mine, std::size_t shards, Transport& transport) {
    std::vector<byte_string> outbox(shards);
    std::exception_ptr failure;
    std::uint64_t left = 0;
    do {
        for (Shard* const shard : mine) {
            try {
                if (!failure) shard->step(transport.inbox(shard->self()), outbox);
            } catch (...) {
                failure = std::current_exception();
            }
            transport.post(shard->self(), outbox, failure ? round_failed : shard->left());
        }
        left = transport.turn();
    } while (left > 0 && left != round_failed);
    return {left == 0, failure};
}

/// Shards of one process: messages are moved, not copied. There are two boards, so that this
/// round's inboxes can be read while the next round's are being written.
class thread_exchange {
  public:
    thread_exchange(std::size_t shards, int threads)
        : shards_(shards), everybody_(threads), boards_{board(shards), board(shards)} {}

    /// One thread's door to the exchange.
    class port {
      public:
        explicit port(thread_exchange& exchange) : exchange_(exchange) {}

        std::span<byte_string const> inbox(std::uint32_t shard) {
            return exchange_.boards_[(round_ + 1) % 2].to(shard, exchange_.shards_);
        }
        void post(std::uint32_t shard, std::span<byte_string> outbox, std::uint64_t left) {
            board& b = exchange_.boards_[round_ % 2];
            for (std::uint32_t to = 0; to < exchange_.shards_; ++to) {
                byte_string& letter = b.to(to, exchange_.shards_)[shard];
                letter.swap(outbox[to]);
                outbox[to].clear();
            }
            b.left[shard] = left;
        }
        std::uint64_t turn() {
            exchange_.everybody_.arrive_and_wait();
            std::uint64_t sum = 0;
            for (std::uint64_t const left : exchange_.boards_[round_ % 2].left) {
                if (left == round_failed) return round_failed;
                sum += left;
            }
            ++round_;
            return sum;
        }

      private:
        thread_exchange& exchange_;
        std::uint64_t round_ = 0;
    };

  private:
    struct board {
        explicit board(std::size_t shards) : letters(shards * shards), left(shards) {}
        std::span<byte_string> to(std::uint32_t shard, std::size_t shards) {
            return {letters.data() + shard * shards, shards};
        }
        std::vector<byte_string> letters;  // by receiver, then sender
        std::vector<std::uint64_t> left;   // by shard
    };

    std::size_t const shards_;
    std::barrier<> everybody_;
    board boards_[2];
};

}  // namespace lockstep::exec
