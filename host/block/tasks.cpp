#include "host/block/tasks.h"

#include <algorithm>

#include "host/block/form.h"

namespace lockstep {

using exec::row_key;

namespace {

/// A fault of a chain or a combo stands before whatever its rows have said so far. A command that
/// left its id to others keeps the reason: a ledger that is restored knows from its status alone
/// that it did.
void refuse_whole(prepared_command& p, apply_status fault) {
    if (p.status == apply_status::applied || (p.status > fault && reaches_the_id(p.status)))
        p.status = fault;
}

}  // namespace

void check_combos(std::span<transaction_row const> commands, prepared_block& out) {
    auto const refuse = [&out](std::size_t i, apply_status status) {
        refuse_whole(out.commands[i], status);
    };
    for (std::size_t i = 0; i < commands.size(); ++i) {
        transaction_kind const kind = out.commands[i].kind;
        if (kind == transaction_kind::combo_leg) {
            refuse(i, apply_status::leg_stands_alone);
            continue;
        }
        if (kind != transaction_kind::combo_order) continue;
        std::size_t const legs = commands[i].leg_count;
        bool whole = legs >= 2 && legs <= 8 && i + legs < commands.size();
        bool repeats = false;
        for (std::size_t k = 1; whole && k <= legs; ++k) {
            transaction_row const& leg = commands[i + k];
            bool const linked = (commands[i + k - 1].flags & transaction_flag::linked) != 0;
            whole = leg.kind == transaction_kind::combo_leg && leg.account == commands[i].account &&
                    linked;
            for (std::size_t j = 1; j < k; ++j)
                repeats |= commands[i + j].instrument == leg.instrument;
        }
        if (!whole) refuse(i, apply_status::combo_legs_are_missing_or_too_many);
        if (whole && repeats) refuse(i, apply_status::combo_leg_repeats_an_instrument);
        if (whole) i += legs;
    }
}

namespace {

/// The chain that begins at `first`; where it ends. What is wrong with one of its commands is so
/// with all of them.
std::uint32_t group_chain(std::span<transaction_row const> commands, std::uint32_t first,
                          prepared_block& out) {
    auto const end = static_cast<std::uint32_t>(commands.size());
    std::uint32_t last = first;
    while (last < end && out.commands[last].linked) ++last;
    last = std::min(last + 1, end);
    apply_status const fault = refuse_chain(commands.subspan(first, last - first));
    bool fails = false;
    bool admits = false;
    for (std::uint32_t i = first; i < last; ++i) {
        prepared_command& p = out.commands[i];
        if (fault != apply_status::applied) refuse_whole(p, fault);
        fails = fails || p.status != apply_status::applied || p.repeat_of != no_row;
        admits = admits || (p.to_admit && p.repeat_of == no_row);
    }
    if (fails)
        for (std::uint32_t i = first; i < last; ++i)
            if (out.commands[i].status == apply_status::applied &&
                out.commands[i].repeat_of == no_row)
                out.commands[i].status = apply_status::linked_command_failed;
    if (!fails && admits) out.tasks.push_back({first, last});
    return last;
}

}  // namespace

void group(std::span<transaction_row const> commands, prepared_block& out) {
    for (std::uint32_t first = 0; first < commands.size();) {
        prepared_command const& p = out.commands[first];
        if (p.linked) {
            first = group_chain(commands, first, out);
            continue;
        }
        if (p.status == apply_status::applied && p.to_admit && p.repeat_of == no_row)
            out.tasks.push_back({first, first + 1});
        ++first;
    }
}

void declare_keys(prepared_block& out) {
    out.key_begin.assign(1, 0);
    for (task_range const task : out.tasks) {
        std::size_t const begin = out.keys.size();
        auto const add = [&out](table t, std::uint32_t row) {
            if (row != no_row) out.keys.push_back(row_key::of(static_cast<std::uint32_t>(t), row));
        };
        for (std::uint32_t i = task.first; i < task.last; ++i) {
            prepared_command const& p = out.commands[i];
            add(table::accounts, p.first_account);
            add(table::accounts, p.second_account);
            add(table::positions, p.first_position);
            add(table::positions, p.second_position);
            add(table::pendings, p.pending);
        }
        auto const from = out.keys.begin() + static_cast<std::ptrdiff_t>(begin);
        std::sort(from, out.keys.end());
        out.keys.erase(std::unique(from, out.keys.end()), out.keys.end());
        out.key_begin.push_back(static_cast<std::uint32_t>(out.keys.size()));
    }
}

}  // namespace lockstep
