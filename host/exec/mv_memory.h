// Rows in several versions at once: for each row, what each task wrote, newest task first. A task
// reads the version of the highest task before it, or the row in the store when there is none; the
// store itself stays as it was until every task is committed. After an execution is thrown away its
// versions stay as estimates: the next one will probably write the same rows.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <memory_resource>
#include <mutex>
#include <vector>

#include "host/exec/program.h"
#include "host/exec/spin_lock.h"

namespace lockstep::exec {

/// Which execution wrote a value.
struct version {
    static constexpr std::uint32_t stored = UINT32_MAX;
    std::uint32_t task = stored;
    std::uint32_t incarnation = 0;
    friend bool operator==(version, version) = default;
};

class mv_memory {
  public:
    /// Memory for versions; one for each thread that publishes.
    using arena = std::pmr::monotonic_buffer_resource;

    struct sight {
        version from;
        bool estimate = false;  // then there is no value yet
    };

    mv_memory(row_store const& store, std::size_t keys)
        : store_(store), buckets_(std::bit_ceil(std::min<std::size_t>(keys, buckets_max) + 1)) {}

    /// What `task` sees of a row; copies it to `out`, unless that is null or the sight an estimate.
    sight read(row_key key, std::uint32_t task, std::byte* out) {
        bucket& b = bucket_of(key);
        std::lock_guard const guard(b.lock);
        std::size_t const bytes = store_.tables[key.table()].row_bytes;
        node const* n = first_at_or_below(b, key, task);
        if (n != nullptr && n->wrote.task == task) n = n->older;
        if (n == nullptr) {
            if (out != nullptr) std::memcpy(out, store_.at(key), bytes);
            return {};
        }
        if (!n->estimate && out != nullptr) std::memcpy(out, n->bytes(), bytes);
        return {n->wrote, n->estimate};
    }

    /// Adds or replaces the version of a task. True when the task had none of this row.
    bool publish(row_key key, version wrote, std::byte const* value, arena& memory) {
        bucket& b = bucket_of(key);
        std::lock_guard const guard(b.lock);
        std::size_t const bytes = store_.tables[key.table()].row_bytes;
        row* r = find(b, key);
        if (r == nullptr) {
            r = new (memory.allocate(sizeof(row), alignof(row))) row{key, nullptr, b.rows};
            b.rows = r;
        }
        node** at = &r->newest;
        while (*at != nullptr && (*at)->wrote.task > wrote.task) at = &(*at)->older;
        bool const fresh = *at == nullptr || (*at)->wrote.task != wrote.task;
        if (fresh)
            *at = new (memory.allocate(sizeof(node) + bytes, alignof(node))) node{*at, wrote};
        (*at)->wrote = wrote;
        (*at)->estimate = false;
        std::memcpy((*at)->bytes(), value, bytes);
        return fresh;
    }

    /// The version of a task that was thrown away.
    void mark_estimate(row_key key, std::uint32_t task) {
        bucket& b = bucket_of(key);
        std::lock_guard const guard(b.lock);
        node* n = first_at_or_below(b, key, task);
        if (n != nullptr && n->wrote.task == task) n->estimate = true;
    }

    /// Takes back a version that the task's new execution did not write.
    void remove(row_key key, std::uint32_t task) {
        bucket& b = bucket_of(key);
        std::lock_guard const guard(b.lock);
        row* r = find(b, key);
        if (r == nullptr) return;
        node** at = &r->newest;
        while (*at != nullptr && (*at)->wrote.task > task) at = &(*at)->older;
        if (*at != nullptr && (*at)->wrote.task == task) *at = (*at)->older;
    }

    /// Puts the newest version of every row into the store; nobody else may be at work.
    void write_back() {
        for (bucket const& b : buckets_)
            for (row* r = b.rows; r != nullptr; r = r->next)
                if (r->newest != nullptr)
                    std::memcpy(store_.at(r->key), r->newest->bytes(),
                                store_.tables[r->key.table()].row_bytes);
    }

  private:
    static constexpr std::size_t buckets_max = 1 << 20;

    /// The row's bytes stand behind it.
    struct node {
        node* older;
        version wrote;
        bool estimate = false;
        std::byte* bytes() { return reinterpret_cast<std::byte*>(this + 1); }
        std::byte const* bytes() const { return reinterpret_cast<std::byte const*>(this + 1); }
    };
    struct row {
        row_key key;
        node* newest;
        row* next;
    };
    struct bucket {
        spin_lock lock;
        row* rows = nullptr;
    };

    bucket& bucket_of(row_key key) {
        std::uint64_t const mixed = key.value * 0x9e3779b97f4a7c15u;
        return buckets_[(mixed ^ mixed >> 32) & (buckets_.size() - 1)];
    }
    static row* find(bucket& b, row_key key) {
        row* r = b.rows;
        while (r != nullptr && r->key != key) r = r->next;
        return r;
    }
    static node* first_at_or_below(bucket& b, row_key key, std::uint32_t task) {
        row* const r = find(b, key);
        node* n = r == nullptr ? nullptr : r->newest;
        while (n != nullptr && n->wrote.task > task) n = n->older;
        return n;
    }

    row_store const& store_;
    std::vector<bucket> buckets_;
};

}  // namespace lockstep::exec
