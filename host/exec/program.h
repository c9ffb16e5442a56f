// What an executor runs. A program is a list of tasks in log order; a task reads and writes rows,
// each named by a key, and says beforehand which keys it may touch. The executor chooses who runs
// when; the outcome must be that of running the tasks one after the other.
//
// Rows are plain bytes of a fixed size for each table, so that an executor can keep versions of
// them, send them to another shard, or hand out the row itself.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>

namespace lockstep::exec {

inline constexpr std::size_t row_bytes_max = 128;
inline constexpr std::size_t tables_max = 8;

/// A row: which table, which index in it. Keys order by table, then index.
struct row_key {
    std::uint64_t value{};
    static constexpr row_key of(std::uint32_t table, std::uint32_t index) {
        return {std::uint64_t{table} << 32 | index};
    }
    constexpr std::uint32_t table() const { return static_cast<std::uint32_t>(value >> 32); }
    constexpr std::uint32_t index() const { return static_cast<std::uint32_t>(value); }
    friend constexpr auto operator<=>(row_key, row_key) = default;
};

/// The tables themselves: where each begins and how large its rows are.
struct row_store {
    struct table {
        std::byte* rows = nullptr;
        std::size_t row_bytes = 0;
        std::size_t count = 0;
    };
    std::array<table, tables_max> tables{};

    std::byte* at(row_key key) const {
        table const& t = tables[key.table()];
        return t.rows + t.row_bytes * key.index();
    }
};

/// Rows handed out as they stand: for executors that never run two tasks on one row at a time.
class direct_rows {
  public:
    explicit direct_rows(row_store const& store) : store_(store) {}

    template <class Row>
    Row const& read(row_key key) {
        return *reinterpret_cast<Row const*>(store_.at(key));
    }
    template <class Row>
    Row& write(row_key key) {
        return *reinterpret_cast<Row*>(store_.at(key));
    }

  private:
    row_store const& store_;
};

/// Program:
///   std::size_t tasks() const;
///   std::span<row_key const> keys(std::size_t task) const;   // all it may touch, no repeats
///   row_store const& rows() const;
///   template <class Rows> void execute(std::size_t task, Rows& rows);
///   void prefetch(std::size_t task) const;   // it runs soon; may be left out
/// `execute` may be called more than once for a task (a speculative executor throws away what an
/// earlier call gave), so its only effects are on the rows and on the task's own output slot, which
/// every call writes whole and none reads. A speculative call may see rows of different moments: it
/// must end all the same, with a refusal or an exception, and let exceptions of the rows pass.

/// What a run cost beyond the work itself. Counters describe the schedule, never the result.
struct counters {
    std::uint64_t tasks = 0;
    std::uint64_t executions = 0;  // with repeats
    std::uint64_t aborts = 0;      // executions thrown away
    std::uint64_t waves = 0;       // levels, rounds
    std::uint64_t segments = 0;    // independent pieces
    std::uint64_t conflicts = 0;   // pairs of neighbours on one row
    std::uint64_t messages = 0;    // between shards
    std::uint64_t bytes = 0;       // of messages between shards

    counters& operator+=(counters const& one) {
        tasks += one.tasks;
        executions += one.executions;
        aborts += one.aborts;
        waves += one.waves;
        segments += one.segments;
        conflicts += one.conflicts;
        messages += one.messages;
        bytes += one.bytes;
        return *this;
    }
};

}  // namespace lockstep::exec
