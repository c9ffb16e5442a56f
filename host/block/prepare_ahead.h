// Part of preparing a block: memory that commands to come will need is asked for before they do.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "host/state/engine_state.h"
#include "host/state/prefetch.h"
#include "margin/state/transaction.h"

namespace lockstep {

inline bool names_an_order(transaction_kind kind) {
    return kind == transaction_kind::cancel_order || kind == transaction_kind::amend_order;
}

/// Asks for the memory of commands to come, step by step: what hangs on the first comes after it.
LOCKSTEP_PREFETCHES inline void look_ahead(engine_state const& state,
                                           std::span<transaction_row const> commands,
                                           std::size_t i) {
    constexpr std::size_t far = 40, soon = 16, next = 9, now = 3;
    auto const first_with = [&](std::size_t ahead) {
        if (i + ahead >= commands.size() || !names_an_order(commands[i + ahead].kind))
            return hash_index::absent;
        return state.places.guess(hash_of(commands[i + ahead].target));
    };
    if (i + far < commands.size()) prefetch(&commands[i + far]);
    if (i + soon < commands.size()) {
        transaction_row const& t = commands[i + soon];
        __builtin_prefetch(state.places.first_line(hash_of(t.id)), 1);
        if (t.kind == transaction_kind::place_order)
            __builtin_prefetch(state.position_rows.first_line(
                engine_state::position_hash(t.account, t.instrument)));
        if (names_an_order(t.kind)) __builtin_prefetch(state.places.first_line(hash_of(t.target)));
    }
    if (i + next < commands.size() && commands[i + next].kind == transaction_kind::place_order) {
        transaction_row const& t = commands[i + next];
        std::uint32_t const row =
            state.position_rows.guess(engine_state::position_hash(t.account, t.instrument));
        if (row != hash_index::absent) prefetch(&state.positions[row]);
    }
    if (std::uint32_t const place = first_with(next); place != hash_index::absent) {
        prefetch(&state.history[place]);
        prefetch(&state.outcomes[place]);
    }
    if (std::uint32_t const place = first_with(now); place != hash_index::absent) {
        std::uint32_t const slot = state.outcomes[place].row;
        if (slot < state.open_orders.rows().size()) prefetch(&state.open_orders[slot]);
    }
}

}  // namespace lockstep
