// The admit step as a program: each task checks one command (or one chain) against the accounts it
// names, and refuses it or sets aside what it may cost.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "host/block/prepare.h"
#include "host/state/engine_state.h"
#include "host/state/prefetch.h"
#include "margin/ledger/exercise.h"
#include "margin/ledger/liquidate.h"
#include "margin/ledger/transfer.h"

namespace lockstep {

class admit_program {
  public:
    /// The state's tables must not grow while the program lives.
    admit_program(engine_state& state, prepared_block& prepared, std::int64_t now)
        : state_(state), prepared_(prepared), rows_(state.rows()), now_(now) {}

    std::size_t tasks() const { return prepared_.tasks.size(); }
    exec::row_store const& rows() const { return rows_; }
    /// Declared now unless the block was prepared with them: an executor that may never ask does
    /// not pay for them, and one thread alone asks first.
    std::span<exec::row_key const> keys(std::size_t task) const {
        if (prepared_.key_begin.empty()) declare_keys(prepared_);
        std::uint32_t const begin = prepared_.key_begin[task];
        return {prepared_.keys.data() + begin, prepared_.key_begin[task + 1] - begin};
    }

    LOCKSTEP_PREFETCHES void prefetch(std::size_t task) const {
        prepared_command const& p = prepared_.commands[prepared_.tasks[task].first];
        for (std::uint32_t const account : {p.first_account, p.second_account})
            if (account != no_row) lockstep::prefetch(&state_.accounts[account]);
        if (p.first_position != no_row) lockstep::prefetch(&state_.positions[p.first_position]);
    }

    template <class Rows>
    void execute(std::size_t task, Rows& rows) {
        task_range const range = prepared_.tasks[task];
        if (range.last - range.first == 1) {
            prepared_.commands[range.first].status = admit(range.first, rows);
            return;
        }
        chain(range, rows);
    }

    /// What a task puts out beside its rows, piece by piece.
    template <class Take>
    void each_output(std::size_t task, Take&& take) {
        auto const piece = [&take](auto& value) {
            take(reinterpret_cast<std::byte*>(&value), sizeof value);
        };
        for (std::uint32_t i = prepared_.tasks[task].first; i < prepared_.tasks[task].last; ++i) {
            piece(prepared_.commands[i].status);
            if (!prepared_.has_orders) continue;
            piece(prepared_.reserves[i]);
            if (!prepared_.second_reserves.empty()) piece(prepared_.second_reserves[i]);
        }
    }

  private:
    /// The rows of a chain as they were before it, so that they can be put back.
    struct saved_rows {
        std::array<exec::row_key, 5 * chain_max> keys;
        std::array<std::array<std::byte, exec::row_bytes_max>, 5 * chain_max> bytes;
        std::size_t count = 0;
    };

    template <class Rows>
    void chain(task_range range, Rows& rows) {
        std::uint32_t failed = range.last;
        saved_rows saved;
        for (std::uint32_t i = range.first; i < range.last && failed == range.last; ++i) {
            save(prepared_.commands[i], rows, saved);
            apply_status const status = admit(i, rows);
            prepared_.commands[i].status = status;
            if (status != apply_status::applied) failed = i;
        }
        if (failed == range.last) return;
        restore(saved, rows);
        for (std::uint32_t i = range.first; i < range.last; ++i)
            if (i != failed) prepared_.commands[i].status = apply_status::linked_command_failed;
    }

    template <class Rows>
    void save(prepared_command const& p, Rows& rows, saved_rows& saved) {
        save_row<account_row>(table::accounts, p.first_account, rows, saved);
        save_row<account_row>(table::accounts, p.second_account, rows, saved);
        save_row<position_row>(table::positions, p.first_position, rows, saved);
        save_row<position_row>(table::positions, p.second_position, rows, saved);
        save_row<pending_row>(table::pendings, p.pending, rows, saved);
    }
    template <class Row, class Rows>
    void save_row(table t, std::uint32_t row, Rows& rows, saved_rows& saved) {
        if (row == no_row) return;
        auto const key = exec::row_key::of(static_cast<std::uint32_t>(t), row);
        for (std::size_t i = 0; i < saved.count; ++i)
            if (saved.keys[i] == key) return;
        saved.keys[saved.count] = key;
        std::memcpy(saved.bytes[saved.count].data(), &rows.template read<Row>(key), sizeof(Row));
        ++saved.count;
    }
    template <class Rows>
    void restore(saved_rows const& saved, Rows& rows) {
        for (std::size_t i = 0; i < saved.count; ++i) {
            auto const put = [&]<class Row>(Row& row) {
                std::memcpy(&row, saved.bytes[i].data(), sizeof(Row));
            };
            switch (static_cast<table>(saved.keys[i].table())) {
                case table::accounts: put(rows.template write<account_row>(saved.keys[i])); break;
                case table::positions: put(rows.template write<position_row>(saved.keys[i])); break;
                case table::pendings: put(rows.template write<pending_row>(saved.keys[i])); break;
            }
        }
    }

    template <class Rows>
    account_row& account(std::uint32_t row, Rows& rows) {
        return rows.template write<account_row>(
            exec::row_key::of(static_cast<std::uint32_t>(table::accounts), row));
    }
    template <class Rows>
    pending_row& pending(std::uint32_t row, Rows& rows) {
        return rows.template write<pending_row>(
            exec::row_key::of(static_cast<std::uint32_t>(table::pendings), row));
    }

    /// The status of one command; its rows changed only when it is `applied`.
    template <class Rows>
    apply_status admit(std::uint32_t i, Rows& rows) {
        prepared_command const& p = prepared_.commands[i];
        transaction_row const& t = prepared_.rows[i];
        std::uint64_t const sequence = prepared_.first_place + i + 1;
        // A task's commands were all in order when it was made; their statuses may be an earlier,
        // speculative execution's by now and are not read.
        if (p.first_account == no_row) return apply_status::applied;
        account_row& first = account(p.first_account, rows);
        apply_status status = apply_status::applied;
        switch (t.kind) {
            case transaction_kind::deposit:
                status = within(
                    p.has_room, [&](account_row& a) { return deposit(a, t); }, first);
                break;
            case transaction_kind::withdraw:
            case transaction_kind::fund_insurance: status = withdraw(first, t); break;
            case transaction_kind::transfer:
            case transaction_kind::post_pending:
            case transaction_kind::void_pending:
                status = two_accounts(p, t, sequence, first, rows);
                break;
            case transaction_kind::place_order:
            case transaction_kind::combo_leg: status = order(p, t, first, i, rows); break;
            case transaction_kind::amend_order: status = amend(p, t, first, i, rows); break;
            case transaction_kind::block_trade: status = block_trade(p, t, first, i, rows); break;
            case transaction_kind::liquidate:
                status =
                    admit_liquidation_order(first, position(p.first_position, rows), listing(t),
                                            tiers(t), t, now_, prepared_.reserves[i]);
                break;
            case transaction_kind::exercise:
            case transaction_kind::advise_exercise:
                status =
                    instruct_exercise(first, position(p.first_position, rows), listing(t), t, now_);
                break;
            case transaction_kind::take_over:
            case transaction_kind::deleverage: status = takeover(p, t, first, i, rows); break;
            case transaction_kind::set_backstop:
                if (first.isolated_to != 0) status = apply_status::account_is_isolated;
                break;
            case transaction_kind::suspend: first.flags |= account_flag::suspended; break;
            case transaction_kind::resume: first.flags &= ~account_flag::suspended; break;
            default: break;
        }
        if (status == apply_status::applied) first.sequence = sequence;
        return status;
    }

    /// Where a total has no room left, copies say what else is wrong: that comes first.
    template <class Admit, class... Changed>
    static apply_status within(bool has_room, Admit const& admit, Changed&... rows) {
        if (has_room) [[likely]]
            return admit(rows...);
        return [&admit](Changed... copies) {
            apply_status const status = admit(copies...);
            return status == apply_status::applied ? apply_status::amount_overflows : status;
        }(rows...);
    }

    template <class Rows>
    apply_status order(prepared_command const& p, transaction_row const& t, account_row& first,
                       std::uint32_t i, Rows& rows) {
        auto const admit = [&](account_row& a, position_row& held, order_reserve& reserve) {
            return admit_order(a, held, listing(t), tiers(t), t, now_, reserve);
        };
        return within(p.has_room, admit, first, position(p.first_position, rows),
                      prepared_.reserves[i]);
    }

    /// An amended order is admitted as if it were new, beside the old one; the book then says which
    /// of the two reserves is given back.
    template <class Rows>
    apply_status amend(prepared_command const& p, transaction_row const& t, account_row& first,
                       std::uint32_t i, Rows& rows) {
        return order(p, amended_terms(state_.history[p.target], t), first, i, rows);
    }
    template <class Rows>
    apply_status block_trade(prepared_command const& p, transaction_row const& t,
                             account_row& first, std::uint32_t i, Rows& rows) {
        account_row& second = account(p.second_account, rows);
        auto const admit = [&](account_row& a, position_row& of_a, account_row& b,
                               position_row& of_b, order_reserve& one, order_reserve& other) {
            return admit_block_trade(a, of_a, b, of_b, listing(t), tiers(t), t, now_, one, other);
        };
        apply_status const status = within(
            p.has_room, admit, first, position(p.first_position, rows), second,
            position(p.second_position, rows), prepared_.reserves[i], prepared_.second_reserves[i]);
        if (status == apply_status::applied) second.sequence = prepared_.first_place + i + 1;
        return status;
    }
    template <class Rows>
    apply_status takeover(prepared_command const& p, transaction_row const& t, account_row& first,
                          std::uint32_t i, Rows& rows) {
        account_row& second = account(p.second_account, rows);
        takeover_terms const terms{state_.assets[first.asset.value].backstop, p.is_covered};
        auto const admit = [&](account_row& a, position_row& of_a, account_row& b,
                               position_row& of_b, order_reserve& one, order_reserve& other) {
            return admit_takeover(a, of_a, b, of_b, listing(t), tiers(t), terms, t, now_, one,
                                  other);
        };
        apply_status const status = within(
            p.has_room, admit, first, position(p.first_position, rows), second,
            position(p.second_position, rows), prepared_.reserves[i], prepared_.second_reserves[i]);
        if (status == apply_status::applied) second.sequence = prepared_.first_place + i + 1;
        return status;
    }
    template <class Rows>
    position_row& position(std::uint32_t row, Rows& rows) {
        return rows.template write<position_row>(
            exec::row_key::of(static_cast<std::uint32_t>(table::positions), row));
    }
    listing_row const& listing(transaction_row const& t) const {
        return state_.listings[t.instrument];
    }
    tier_row const* tiers(transaction_row const& t) const { return state_.tiers_of(listing(t)); }

    template <class Rows>
    apply_status two_accounts(prepared_command const& p, transaction_row const& t,
                              std::uint64_t sequence, account_row& first, Rows& rows) {
        account_row& second = account(p.second_account, rows);
        pending_row* promise = p.pending == no_row ? nullptr : &pending(p.pending, rows);
        apply_status status;
        if (t.kind == transaction_kind::transfer)
            status = transfer(first, second, promise, t, now_);
        else if (t.kind == transaction_kind::post_pending)
            status = post_pending(first, second, *promise, t);
        else
            status = void_pending(first, second, *promise, t);
        if (status != apply_status::applied) return status;
        second.sequence = sequence;
        if (promise != nullptr) promise->sequence = sequence;
        return status;
    }

    engine_state& state_;
    prepared_block& prepared_;
    exec::row_store const rows_;
    std::int64_t const now_;
};

}  // namespace lockstep
