// One shard: owns its rows, runs the tasks that are at home with it, lends rows to other shards and
// borrows theirs. It moves in rounds and knows nothing of how messages travel.
//
// In a round a shard takes what was sent to it, then runs, lowest first, every task whose turn has
// come on all its rows, and every task that this frees. A row goes out to the task whose turn it is
// and comes back when that task is done; only then is it the next task's turn. So each row sees its
// tasks in log order, and the outcome is the serial one whatever the number of shards.
#pragma once

#include <algorithm>
#include <array>
#include <cstring>
#include <functional>
#include <queue>
#include <span>
#include <utility>
#include <vector>

#include "host/exec/fault.h"
#include "host/exec/message.h"
#include "host/exec/program.h"
#include "host/exec/shard_plan.h"

namespace lockstep::exec {

/// A row of another shard, while it is here.
struct borrowed_row {
    alignas(64) std::array<std::byte, row_bytes_max> now;
    std::array<std::byte, row_bytes_max> then;
    message_head loan;
};

/// Rows as a task of a shard sees them: its own as they stand, others as they were lent.
class shard_rows {
  public:
    shard_rows(row_store const& store, shard_plan const& plan, std::span<borrowed_row> borrowed)
        : store_(store), plan_(plan), borrowed_(borrowed) {}

    template <class Row>
    Row const& read(row_key key) {
        return *reinterpret_cast<Row const*>(at(key));
    }
    template <class Row>
    Row& write(row_key key) {
        return *reinterpret_cast<Row*>(at(key));
    }

  private:
    std::byte* at(row_key key) {
        if (plan_.owner(key) == plan_.self) return store_.at(key);
        std::size_t i = 0;
        while (borrowed_[i].loan.key != key) ++i;  // declared, so it is there
        return borrowed_[i].now.data();
    }

    row_store const& store_;
    shard_plan const& plan_;
    std::span<borrowed_row> borrowed_;
};

template <class Program, fault Fault>
class shard {
  public:
    shard(Program& program, std::uint32_t self, std::uint32_t shards)
        : program_(program),
          plan_(plan_shard(program, self, shards)),
          borrowed_(plan_.home_tasks.size()),
          left_(plan_.home_tasks.size()) {}

    std::uint32_t self() const { return plan_.self; }
    shard_plan const& plan() const { return plan_; }
    /// Tasks not yet run and rows not yet back.
    std::uint64_t left() const { return left_ + away_; }

    /// One round: `inbox` by sender, `outbox` by receiver.
    void step(std::span<byte_string const> inbox, std::span<byte_string> outbox) {
        outbox_ = outbox;
        if (std::exchange(first_round_, false)) begin();
        for (byte_string const& from : inbox)
            for_each_message(from, [this](message_head const& head, std::byte const* bytes) {
                if (head.kind == message_kind::row_lent)
                    borrow(head, bytes);
                else
                    take_back(head, bytes);
            });
        while (!ready_.empty()) {
            std::uint32_t const home_task = ready_.top();
            ready_.pop();
            run(home_task);
        }
        counted_.waves += 1;
        for (byte_string const& to : outbox) counted_.bytes += to.size();
    }

    counters const& counted() const { return counted_; }

  private:
    void begin() {
        for (std::uint32_t const slot : plan_.heads) grant(slot);
        for (std::uint32_t h = 0; h < plan_.home_tasks.size(); ++h) {
            shard_plan::home_task const& t = plan_.home_tasks[h];
            if (program_.keys(t.task).empty()) ready_.push(h);
        }
    }

    /// It is the task's turn on the row.
    void grant(std::uint32_t at) {
        shard_plan::slot const& s = plan_.slots[at];
        if (s.home_task != shard_plan::none) return arrived(s.home_task);
        std::uint32_t const home = plan_.home(program_.keys(s.task), s.task);
        auto const bytes =
            static_cast<std::uint32_t>(program_.rows().tables[s.key.table()].row_bytes);
        send(home, {s.key, s.task, at, message_kind::row_lent, bytes}, program_.rows().at(s.key));
        away_ += 1;
        if constexpr (Fault == fault::row_sent_early) done_with(at);
    }
    void done_with(std::uint32_t at) {
        std::uint32_t const next = plan_.slots[at].next;
        if (next == shard_plan::none) return;
        counted_.conflicts += 1;
        grant(next);
    }
    void arrived(std::uint32_t home_task) {
        if (--plan_.home_tasks[home_task].waits == 0) ready_.push(home_task);
    }

    void borrow(message_head const& head, std::byte const* bytes) {
        auto const found = std::lower_bound(
            plan_.home_tasks.begin(), plan_.home_tasks.end(), head.task,
            [](shard_plan::home_task const& t, std::uint32_t task) { return t.task < task; });
        auto const home_task = static_cast<std::uint32_t>(found - plan_.home_tasks.begin());
        borrowed_row& row = borrowed_[home_task].emplace_back();
        row.loan = head;
        std::memcpy(row.now.data(), bytes, head.bytes);
        std::memcpy(row.then.data(), bytes, head.bytes);
        arrived(home_task);
    }
    void take_back(message_head const& head, std::byte const* bytes) {
        if (head.bytes > 0) std::memcpy(program_.rows().at(head.key), bytes, head.bytes);
        away_ -= 1;
        if constexpr (Fault != fault::row_sent_early) done_with(head.slot);
    }

    void run(std::uint32_t home_task) {
        shard_plan::home_task const& t = plan_.home_tasks[home_task];
        std::vector<borrowed_row>& borrowed = borrowed_[home_task];
        shard_rows rows(program_.rows(), plan_, borrowed);
        program_.execute(t.task, rows);
        left_ -= 1;
        counted_.executions += 1;
        for (borrowed_row const& row : borrowed) {
            message_head back = row.loan;
            bool const same = std::memcmp(row.now.data(), row.then.data(), back.bytes) == 0;
            back.kind = same ? message_kind::row_returned_as_was : message_kind::row_returned;
            if (same) back.bytes = 0;
            send(plan_.owner(back.key), back, row.now.data());
        }
        std::vector<borrowed_row>().swap(borrowed);
        for (std::uint32_t s = t.first_slot; s < t.first_slot + t.slots; ++s) done_with(s);
    }

    void send(std::uint32_t to, message_head const& head, std::byte const* bytes) {
        append(outbox_[to], head, bytes);
        counted_.messages += 1;
    }

    Program& program_;
    shard_plan plan_;
    std::vector<std::vector<borrowed_row>> borrowed_;  // by home task
    std::priority_queue<std::uint32_t, std::vector<std::uint32_t>, std::greater<>> ready_;
    std::span<byte_string> outbox_;
    std::uint64_t left_;
    std::uint64_t away_ = 0;
    bool first_round_ = true;
    counters counted_;
};

}  // namespace lockstep::exec
