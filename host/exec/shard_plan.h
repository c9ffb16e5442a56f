// A shard's part of the log: the queue of tasks on each row it owns, and the tasks that are at home
// with it. Every shard reads the whole list of declared keys, and keeps what concerns it.
//
// Row i of a table belongs to shard i mod shards: neighbours are spread, so a run of busy accounts
// is shared out, and a shard's own rows are dense. A task is at home where its first row is.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "host/exec/program.h"

namespace lockstep::exec {

struct shard_plan {
    static constexpr std::uint32_t none = UINT32_MAX;

    /// A task's place in the queue of one row of this shard.
    struct slot {
        row_key key;
        std::uint32_t task;
        std::uint32_t next = none;       // slot of the next task on the row
        std::uint32_t home_task = none;  // index in home_tasks; none: the task is another shard's
    };
    struct home_task {
        std::uint32_t task;
        std::uint32_t waits;       // rows that are not there yet
        std::uint32_t first_slot;  // its rows of this shard: first_slot ... first_slot + slots - 1
        std::uint32_t slots;
    };

    std::uint32_t self = 0;
    std::uint32_t shards = 1;
    std::vector<slot> slots;
    std::vector<home_task> home_tasks;  // in log order
    std::vector<std::uint32_t> heads;   // slots that are first on their row

    std::uint32_t owner(row_key key) const { return key.index() % shards; }
    std::uint32_t home(std::span<row_key const> keys, std::uint32_t task) const {
        return keys.empty() ? task % shards : owner(keys.front());
    }
};

template <class Program>
shard_plan plan_shard(Program const& program, std::uint32_t self, std::uint32_t shards) {
    shard_plan plan;
    plan.self = self;
    plan.shards = shards;
    std::array<std::vector<std::uint32_t>, tables_max> last;  // slot on each own row
    for (std::size_t t = 0; t < tables_max; ++t)
        last[t].assign(program.rows().tables[t].count / shards + 1, shard_plan::none);
    for (std::uint32_t task = 0; task < program.tasks(); ++task) {
        std::span<row_key const> const keys = program.keys(task);
        bool const at_home = plan.home(keys, task) == self;
        auto const first = static_cast<std::uint32_t>(plan.slots.size());
        auto const home_task =
            at_home ? static_cast<std::uint32_t>(plan.home_tasks.size()) : shard_plan::none;
        for (row_key const key : keys) {
            if (plan.owner(key) != self) continue;
            auto const slot = static_cast<std::uint32_t>(plan.slots.size());
            plan.slots.push_back({key, task, shard_plan::none, home_task});
            std::uint32_t& before = last[key.table()][key.index() / shards];
            if (before == shard_plan::none)
                plan.heads.push_back(slot);
            else
                plan.slots[before].next = slot;
            before = slot;
        }
        if (at_home)
            plan.home_tasks.push_back({task, static_cast<std::uint32_t>(keys.size()), first,
                                       static_cast<std::uint32_t>(plan.slots.size()) - first});
    }
    return plan;
}

}  // namespace lockstep::exec
