// The queue between those who send commands and the one who makes blocks: bounded, for any number
// of threads. Which commands leave in which order is ingest_order's business.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

#include "host/ingest/ingest_order.h"

namespace lockstep {

class ingest_queue {
  public:
    explicit ingest_queue(ingest_limits const& limits) : order_(limits) {}

    /// Answers at once.
    ingest_reply offer(ingest_unit unit) {
        std::lock_guard const lock(mutex_);
        return offered(std::move(unit));
    }
    /// Waits while there is no room.
    ingest_reply offer_when_there_is_room(ingest_unit const& unit) {
        std::unique_lock lock(mutex_);
        while (true) {
            ingest_reply const reply = offered(unit);
            if (reply.answer != ingest_answer::busy || stopped_) return reply;
            room_.wait(lock);
        }
    }
    /// Nothing more will be offered.
    void close() {
        std::lock_guard const lock(mutex_);
        closed_ = true;
        more_.notify_all();
    }

    /// The same at once, and nobody takes any more: whoever waits for room goes away busy.
    void stop() {
        std::lock_guard const lock(mutex_);
        closed_ = stopped_ = true;
        more_.notify_all();
        room_.notify_all();
    }

    /// Whether something waits, or nothing ever will, before so much time has passed.
    bool has_any_within(std::chrono::nanoseconds time) {
        std::unique_lock lock(mutex_);
        return more_.wait_for(lock, time, [&] { return closed_ || order_.depth() > 0; });
    }

    /// Fills the block: waits for a first command, then until `most` are there or `patience` is
    /// over. False when the queue is closed and empty.
    bool take(std::size_t most, std::chrono::nanoseconds patience, block& into) {
        std::unique_lock lock(mutex_);
        more_.wait(lock, [&] { return closed_ || order_.depth() > 0; });
        more_.wait_for(lock, patience, [&] { return closed_ || order_.depth() >= most; });
        order_.take(most, into);
        room_.notify_all();
        return !into.commands.empty();
    }

  private:
    ingest_reply offered(ingest_unit unit) {
        if (stopped_) return {ingest_answer::busy, order_.depth()};
        ingest_reply const reply = order_.offer(std::move(unit));
        if (reply.answer == ingest_answer::accepted) more_.notify_one();
        return reply;
    }

    std::mutex mutex_;
    std::condition_variable more_, room_;
    ingest_order order_;
    bool closed_ = false;
    bool stopped_ = false;
};

}  // namespace lockstep
