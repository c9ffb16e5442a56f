#include "host/block/prepare.h"

#include <algorithm>

#include "host/block/create.h"
#include "host/block/form.h"
#include "host/state/prefetch.h"

namespace lockstep {

namespace {

using exec::row_key;

/// Looks rows up for one command after the other.
class preparer {
  public:
    preparer(engine_state& state, signature_gate& gate, prepared_block& out)
        : state_(state), gate_(gate), out_(out) {}

    void command(transaction_row const& t, std::uint32_t hash) {
        auto const place = static_cast<std::uint32_t>(state_.history.size());
        prepared_command p;
        p.kind = t.kind;
        p.linked = (t.flags & transaction_flag::linked) != 0;
        p.instrument = t.instrument;
        p.status = refuse_form(t);
        if (p.status == apply_status::applied && in_chain_ && !kind_may_be_linked(t.kind))
            p.status = apply_status::kind_may_not_be_in_a_chain;
        in_chain_ = p.linked;
        if (p.status == apply_status::applied && gate_.guards(t))
            p.status = gate_.admit(out_.commands.size());
        if (p.status == apply_status::applied) {
            p.repeat_of = first_with_id(state_, t.id, hash);
            if (p.repeat_of == no_row) {
                out_.note(t.kind);
                p.status = resolve(t, p, place);
            }
        }
        state_.history.push_back(t);
        state_.outcomes.push_back({.status = p.status, .fills = 0, .row = created_});
        created_ = no_row;
        out_.commands.push_back(p);
    }

  private:
    apply_status resolve(transaction_row const& t, prepared_command& p, std::uint32_t place) {
        switch (t.kind) {
            case transaction_kind::create_asset:
                return create_asset(state_, t, place + 1, created_);
            case transaction_kind::create_account:
                return create_account(state_, t, place + 1, created_);
            case transaction_kind::create_instrument:
                return create_instrument(state_, t, place + 1, created_);
            case transaction_kind::deposit: return deposit_rows(t, p);
            case transaction_kind::withdraw:
            case transaction_kind::set_backstop:
            case transaction_kind::fund_insurance: return one_account(t, p);
            case transaction_kind::transfer: return transfer_rows(t, p);
            case transaction_kind::post_pending:
            case transaction_kind::void_pending: return pending_rows(t, p);
            case transaction_kind::suspend:
            case transaction_kind::resume:
                return t.flags & transaction_flag::on_instrument ? instrument(t)
                                                                 : one_account(t, p);
            case transaction_kind::place_order:
            case transaction_kind::liquidate:
            case transaction_kind::combo_leg: return order_rows(t, p, place);
            case transaction_kind::take_over:
            case transaction_kind::deleverage:
            case transaction_kind::block_trade: return block_trade_rows(t, p);
            case transaction_kind::amend_order:
            case transaction_kind::cancel_order: return open_order_rows(t, p);
            case transaction_kind::mass_cancel: return mass_cancel_rows(t, p);
            case transaction_kind::combo_order: return apply_status::applied;
            case transaction_kind::interest:
            case transaction_kind::socialise:
                return t.asset < state_.assets.size() ? apply_status::applied
                                                      : apply_status::asset_not_found;
            case transaction_kind::set_key:
            case transaction_kind::rotate_key:
            case transaction_kind::revoke_key:
                return gate_.apply_key_command(out_.commands.size(), place, created_);
            default: return instrument(t);
        }
    }

    apply_status account(std::uint32_t number, apply_status missing, std::uint32_t& row) {
        if (number >= state_.accounts.size()) return missing;
        row = number;
        return apply_status::applied;
    }
    apply_status one_account(transaction_row const& t, prepared_command& p) {
        p.to_admit = true;
        return account(t.account, apply_status::account_not_found, p.first_account);
    }
    /// What accounts of one asset hold together must fit its row too. The sum is a delta column,
    /// known at the block's end, so this counts every deposit of the block and no withdrawal: it
    /// may refuse too much, by one block, and the same on every executor.
    apply_status deposit_rows(transaction_row const& t, prepared_command& p) {
        apply_status const status = one_account(t, p);
        if (status != apply_status::applied || t.amount <= 0) return status;
        std::uint32_t const asset = state_.accounts[t.account].asset.value;
        if (out_.incoming.size() <= asset) out_.incoming.resize(asset + 1u);
        int128 const total = static_cast<int128>(state_.assets[asset].external.nanos) +
                             out_.incoming[asset] + t.amount;
        p.asset_has_room = fits_int64(total);
        if (p.asset_has_room) out_.incoming[asset] += t.amount;
        return apply_status::applied;
    }
    apply_status instrument(transaction_row const& t) {
        return t.instrument < state_.listings.size() ? apply_status::applied
                                                     : apply_status::instrument_not_found;
    }
    apply_status transfer_rows(transaction_row const& t, prepared_command& p) {
        apply_status status = one_account(t, p);
        if (status != apply_status::applied) return status;
        status = account(t.counterparty, apply_status::counterparty_not_found, p.second_account);
        if (status != apply_status::applied) return status;
        if (t.flags & transaction_flag::pending) {
            p.pending = static_cast<std::uint32_t>(state_.pendings.size());
            state_.pendings.push_back({});
            state_.pendings_of_account.append(t.account);
            created_ = p.pending;
        }
        return apply_status::applied;
    }
    /// The accounts are those of the pending transfer, which the log names for good: the rows are
    /// known before anything of this block has run.
    apply_status pending_rows(transaction_row const& t, prepared_command& p) {
        auto const id_at = [this](std::uint32_t at) { return state_.id_at(at); };
        p.target = state_.ids.find(t.target, id_index::hash(t.target), id_at);
        if (p.target == no_row) return apply_status::target_not_found;
        transaction_row const& first = state_.history[p.target];
        if (first.kind != transaction_kind::transfer || !(first.flags & transaction_flag::pending))
            return apply_status::target_is_of_another_kind;
        p.pending = state_.outcomes[p.target].row;
        if (p.pending == no_row) return apply_status::target_not_found;
        if (first.account != t.account) return apply_status::target_belongs_to_another_account;
        p.first_account = first.account;
        p.second_account = first.counterparty;
        p.to_admit = true;
        return apply_status::applied;
    }

    apply_status order_rows(transaction_row const& t, prepared_command& p, std::uint32_t place) {
        apply_status status = one_account(t, p);
        if (status == apply_status::applied) status = instrument(t);
        if (status != apply_status::applied) return status;
        p.first_position = state_.find_or_add_position(t.account, t.instrument);
        p.slot = created_ = state_.open_orders.take();
        state_.open_orders[p.slot].sequence = place + 1;
        out_.has_orders = true;
        return apply_status::applied;
    }
    apply_status block_trade_rows(transaction_row const& t, prepared_command& p) {
        apply_status status = one_account(t, p);
        if (status == apply_status::applied)
            status =
                account(t.counterparty, apply_status::counterparty_not_found, p.second_account);
        if (status == apply_status::applied) status = instrument(t);
        if (status != apply_status::applied) return status;
        p.first_position = state_.find_or_add_position(t.account, t.instrument);
        p.second_position = state_.find_or_add_position(t.counterparty, t.instrument);
        out_.has_orders = true;
        return apply_status::applied;
    }
    apply_status open_order_rows(transaction_row const& t, prepared_command& p) {
        auto const id_at = [this](std::uint32_t at) { return state_.id_at(at); };
        p.target = state_.ids.find(t.target, id_index::hash(t.target), id_at);
        if (p.target == no_row) return apply_status::target_not_found;
        transaction_row const& first = state_.history[p.target];
        if (first.kind != transaction_kind::place_order)
            return apply_status::target_is_of_another_kind;
        if (first.account != t.account) return apply_status::target_belongs_to_another_account;
        p.slot = state_.outcomes[p.target].row;
        // Slots are used again: this one is the order's while it says so.
        if (p.slot == no_row || state_.open_orders[p.slot].sequence != p.target + 1u)
            return apply_status::order_is_not_open;
        p.first_account = first.account;
        p.instrument = first.instrument;
        p.first_position = state_.position_of.find(first.account, first.instrument);
        p.to_admit = t.kind == transaction_kind::amend_order;
        out_.has_orders = true;
        return apply_status::applied;
    }
    apply_status mass_cancel_rows(transaction_row const& t, prepared_command& p) {
        apply_status status = account(t.account, apply_status::account_not_found, p.first_account);
        if (status == apply_status::applied && (t.flags & transaction_flag::on_instrument) != 0)
            status = instrument(t);
        out_.has_orders = true;
        out_.names_owners = out_.names_owners || (t.flags & transaction_flag::whole_owner) != 0;
        return status;
    }

    engine_state& state_;
    signature_gate& gate_;
    prepared_block& out_;
    std::uint32_t created_ = no_row;
    bool in_chain_ = false;  // the command before was linked to this one
};

/// Combos: a header that says how many legs follow, each on its own instrument, all linked.
void check_combos(std::span<transaction_row const> commands, prepared_block& out) {
    auto const refuse = [&out](std::size_t i, apply_status status) {
        if (out.commands[i].status == apply_status::applied && out.commands[i].repeat_of == no_row)
            out.commands[i].status = status;
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

/// Groups commands into tasks: a chain is one task, any other command one of its own. A chain with
/// a member that is refused already is refused as a whole and makes no task.
void group(std::span<transaction_row const> commands, prepared_block& out) {
    for (std::uint32_t first = 0; first < commands.size();) {
        std::uint32_t last = first;
        while (last < commands.size() && out.commands[last].linked) ++last;
        bool const open = last == commands.size() && last > first;
        last = std::min<std::uint32_t>(last + 1, static_cast<std::uint32_t>(commands.size()));
        bool const chain = last - first > 1 || open;
        apply_status const fault =
            chain ? refuse_chain(commands.subspan(first, last - first)) : apply_status::applied;
        bool fails = false;
        bool admits = false;
        for (std::uint32_t i = first; i < last; ++i) {
            prepared_command& p = out.commands[i];
            if (fault != apply_status::applied &&
                (p.status == apply_status::applied || p.status > fault))
                p.status = fault;
            fails = fails || p.status != apply_status::applied || (chain && p.repeat_of != no_row);
            admits = admits || (p.to_admit && p.repeat_of == no_row);
        }
        if (fails && chain)
            for (std::uint32_t i = first; i < last; ++i)
                if (out.commands[i].status == apply_status::applied &&
                    out.commands[i].repeat_of == no_row)
                    out.commands[i].status = apply_status::linked_command_failed;
        if (!fails && admits) out.tasks.push_back({first, last});
        first = last;
    }
}

}  // namespace

std::uint32_t first_with_id(engine_state& state, client_id id, std::uint32_t hash) {
    auto const id_at = [&state](std::uint32_t at) { return state.id_at(at); };
    std::uint32_t const first = state.ids.find(id, hash, id_at);
    if (first == no_row) state.ids.insert(hash, static_cast<std::uint32_t>(state.history.size()));
    return first;
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

void prepare(engine_state& state, block const& b, signature_gate& gate, bool with_keys,
             prepared_block& out) {
    out.first_place = state.history.size();
    out.commands.clear();
    out.tasks.clear();
    out.keys.clear();
    out.key_begin.clear();
    out.incoming.clear();
    out.kinds = 0;
    out.has_orders = false;
    out.names_owners = false;
    preparer rows(state, gate, out);
    constexpr std::size_t ahead = 8, far = 32;  // ids and commands fetched before they are needed
    for (std::size_t i = 0; i < b.commands.size(); ++i) {
        if (i + far < b.commands.size()) prefetch(&b.commands[i + far]);
        if (i + ahead < b.commands.size()) {
            transaction_row const& soon = b.commands[i + ahead];
            state.ids.prefetch(id_index::hash(soon.id));
            if (soon.kind == transaction_kind::place_order)
                state.position_of.prefetch(soon.account, soon.instrument);
        }
        rows.command(b.commands[i], id_index::hash(b.commands[i].id));
    }
    if (out.has_orders) {
        using enum transaction_kind;
        check_combos(b.commands, out);
        out.reserves.assign(b.commands.size(), {});
        out.second_reserves.assign(
            out.has_any(block_trade, take_over, deleverage) ? b.commands.size() : 0, {});
    }
    if (out.names_owners) state.accounts_of_owner.learn(state.accounts);
    group(b.commands, out);
    if (with_keys) declare_keys(out);
}

}  // namespace lockstep
