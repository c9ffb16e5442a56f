#include "host/block/prepare.h"

#include "host/base/error.h"
#include "host/block/create.h"
#include "host/block/form.h"
#include "host/block/kinds.h"
#include "host/block/prepare_ahead.h"
#include "host/block/tasks.h"

namespace lockstep {

namespace {

/// Looks rows up for one command after the other.
class preparer {
  public:
    preparer(engine_state& state, signature_gate& gate, prepared_block& out)
        : state_(state), gate_(gate), out_(out) {}

    void command(transaction_row const& t, std::uint32_t hash) {
        std::size_t const i = out_.commands.size();
        auto const place = static_cast<std::uint32_t>(out_.first_place + i);
        prepared_command& p = out_.commands.emplace_back();
        p.kind = t.kind;
        p.linked = (t.flags & transaction_flag::linked) != 0;
        p.instrument = t.instrument;
        p.status = refuse_form(t);
        if (p.status == apply_status::applied && in_chain_ && !kind_may_be_linked(t.kind))
            p.status = apply_status::kind_may_not_be_in_a_chain;
        in_chain_ = p.linked;
        if (p.status == apply_status::applied && gate_.guards(t)) p.status = gate_.admit(i);
        if (p.status == apply_status::applied) {
            p.repeat_of = first_with_id(state_, t.id, hash, place);
            if (p.repeat_of == no_row) {
                out_.note(t.kind);
                if (has_trait(t.kind, kind_trait::at_end))
                    out_.at_end.push_back(static_cast<std::uint32_t>(i));
                p.status = resolve(t, p, place);
            }
        }
        state_.outcomes.push_back({.status = p.status, .reserved = 0, .row = created_});
        created_ = no_row;
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
            case transaction_kind::exercise:
            case transaction_kind::advise_exercise: return position_rows(t, p);
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
                return gate_.apply_key_command(place - out_.first_place, place, created_);
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
    apply_status deposit_rows(transaction_row const& t, prepared_command& p) {
        apply_status const status = one_account(t, p);
        if (status != apply_status::applied || t.amount <= 0) return status;
        p.has_room = out_.room.take_cash(state_, state_.accounts[t.account].asset.value, t.amount);
        return apply_status::applied;
    }
    bool may_open(transaction_row const& order, std::uint32_t instrument, std::int64_t amount) {
        bool const reduces = order.kind == transaction_kind::liquidate ||
                             (order.flags & transaction_flag::reduce_only) != 0;
        return amount <= 0 || out_.room.take_interest(state_, instrument, amount, reduces);
    }
    /// Who is liquidated pays for options that he has sold whether he has the cash or not.
    bool may_be_paid(transaction_row const& takeover) {
        listing_row const& l = state_.listings[takeover.instrument];
        if (l.contract.kind != instrument_kind::option || takeover.amount <= 0 ||
            takeover.price <= 0)
            return true;
        return out_.room.take_cash(state_, l.contract.settle_asset.value,
                                   premium(takeover.amount, takeover.price, rounding::up));
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
    /// known before anything of this block has run. Whose they must be is asked on admission, when
    /// it is known whether the transfer was made at all.
    apply_status pending_rows(transaction_row const& t, prepared_command& p) {
        if (t.account >= state_.accounts.size()) return apply_status::account_not_found;
        p.target = state_.find_place(t.target);
        if (p.target == no_row) return apply_status::target_not_found;
        transaction_row const& first = state_.history[p.target];
        if (first.kind != transaction_kind::transfer || !(first.flags & transaction_flag::pending))
            return apply_status::target_is_of_another_kind;
        p.pending = state_.outcomes[p.target].row;
        if (p.pending == no_row) return apply_status::target_not_found;
        p.first_account = first.account;
        p.second_account = first.counterparty;
        p.to_admit = true;
        return apply_status::applied;
    }

    apply_status position_rows(transaction_row const& t, prepared_command& p) {
        apply_status status = one_account(t, p);
        if (status == apply_status::applied) status = instrument(t);
        if (status == apply_status::applied)
            p.first_position = state_.find_or_add_position(t.account, t.instrument);
        return status;
    }
    apply_status order_rows(transaction_row const& t, prepared_command& p, std::uint32_t place) {
        apply_status const status = position_rows(t, p);
        if (status != apply_status::applied) return status;
        p.slot = created_ = state_.open_orders.take();
        state_.open_orders[p.slot].sequence = place + 1;
        state_.open_orders[p.slot].position = p.first_position;
        p.has_room = may_open(t, t.instrument, t.amount);
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
        p.has_room = t.kind == transaction_kind::block_trade ? may_open(t, t.instrument, t.amount)
                                                             : may_be_paid(t);
        if (t.kind != transaction_kind::block_trade)
            p.is_covered = out_.fund.covers(state_, t.account);
        out_.has_orders = true;
        return apply_status::applied;
    }
    apply_status open_order_rows(transaction_row const& t, prepared_command& p) {
        if (t.account >= state_.accounts.size()) return apply_status::account_not_found;
        p.target = state_.find_place(t.target);
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
        p.first_position = state_.open_orders[p.slot].position;
        p.to_admit = t.kind == transaction_kind::amend_order;
        if (p.to_admit) p.has_room = may_open(first, first.instrument, t.amount);
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

}  // namespace

std::uint32_t first_with_id(engine_state& state, client_id id, std::uint32_t hash,
                            std::uint32_t place) {
    std::uint32_t const first = state.find_place(id, hash);
    if (first == hash_index::absent) state.places.insert(hash, place);
    return first;
}

void prepare(engine_state& state, block const& b, signature_gate& gate, bool with_keys,
             prepared_block& out) {
    out.first_place = state.history.size();
    if (b.commands.size() >= no_row - out.first_place)
        throw machine_error("an exchange has at most 4,294,967,294 commands: begin another");
    out.rows = state.history.append(b.commands);
    out.commands.clear();
    out.tasks.clear();
    out.keys.clear();
    out.key_begin.clear();
    out.room.begin_block();
    out.fund.begin_block();
    out.found.begin_block();
    out.at_end.clear();
    out.kinds = 0;
    out.has_orders = false;
    out.names_owners = false;
    preparer rows(state, gate, out);
    for (std::size_t i = 0; i < out.rows.size(); ++i) {
        look_ahead(state, out.rows, i);
        rows.command(out.rows[i], hash_of(out.rows[i].id));
    }
    using enum transaction_kind;
    if (out.has_any(combo_order, combo_leg)) check_combos(out.rows, out);
    if (out.has_orders) {
        out.reserves.assign(out.rows.size(), {});
        out.second_reserves.assign(
            out.has_any(block_trade, take_over, deleverage) ? out.rows.size() : 0, {});
    }
    if (out.names_owners) state.accounts_of_owner.learn(state.accounts);
    group(out.rows, out);
    if (with_keys) declare_keys(out);
}

}  // namespace lockstep
