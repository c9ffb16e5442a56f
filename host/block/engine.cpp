#include "host/block/engine.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "host/block/admit.h"
#include "host/block/book_desk.h"
#include "host/block/form.h"
#include "host/block/invariants.h"
#include "host/block/losses.h"
#include "host/exec/automatic.h"
#include "host/exec/deterministic.h"
#include "host/exec/optimistic.h"
#include "host/exec/serial.h"
#include "host/exec/sharded.h"
#include "host/exec/sharded_ranks.h"

namespace lockstep {

engine::engine(engine_options const& options) : options_(options) {
    if (options.require_signatures) state_.exchange[0].flags |= exchange_flag::signatures_required;
}

engine::engine(engine_options const& options, engine_state&& state)
    : options_(options), state_(std::move(state)) {
    for (std::uint32_t row = 0; row < state_.pendings.size(); ++row) await_timeout(row);
}

big_vector<receipt_row> const& engine::run(block const& b) {
    dirty_.begin_block();
    release_timed_out(b.time);
    bool const may_never_ask =
        options_.executor == executor_kind::serial || options_.executor == executor_kind::automatic;
    signature_gate gate(state_, b, options_.threads);
    prepare(state_, b, gate, !may_never_ask, prepared_);
    for (std::uint32_t const key : gate.changed_keys()) dirty_.keys.add(key);
    if (gate.changed_exchange()) dirty_.exchange.add(0);
    state_.time = b.time;
    admit(b.time);
    match_and_settle(b.time);
    settle_instruments();
    sum_deltas();
    cover_losses(state_, shorts_, margins_, dirty_);
    check_accounts(state_, dirty_, margins_);
    finish_receipts();
    if (ranks_) ranks_->tell_changes(dirty_);
    state_.blocks += 1;
    if (options_.check) check_invariants(state_);
    return receipts_;
}

std::optional<book_ranks> engine::share_books() {
    if (options_.ranks == nullptr) return std::nullopt;
    return book_ranks(*options_.ranks, state_, prepared_, fills_);
}

std::vector<std::vector<order_row>> engine::orders_at_rest() const {
    std::vector<std::vector<order_row>> by_book;
    for (auto const& book : state_.books) by_book.push_back(book->export_rows().orders);
    if (ranks_) ranks_->tell_orders(by_book);
    return by_book;
}

/// Pending transfers whose time has come go back to their payers before anything else happens.
void engine::release_timed_out(std::int64_t now) {
    while (!timeouts_.empty() && timeouts_.front().first <= now) {
        std::uint32_t const row = timeouts_.front().second;
        std::pop_heap(timeouts_.begin(), timeouts_.end(), std::greater<>());
        timeouts_.pop_back();
        pending_row& pending = state_.pendings[row];
        if (pending.state != pending_state::open) continue;
        release_pending(state_.accounts[pending.debit.value], state_.accounts[pending.credit.value],
                        pending, pending_state::timed_out);
        dirty_.accounts.add(pending.debit.value);
        dirty_.accounts.add(pending.credit.value);
        dirty_.pendings.add(row);
    }
}

void engine::admit(std::int64_t now) {
    admit_program program(state_, prepared_, now);
    switch (options_.executor) {
        case executor_kind::deterministic:
            counters_ = exec::run_deterministic(program, options_.threads);
            break;
        case executor_kind::optimistic:
            counters_ = exec::run_optimistic(program, options_.threads);
            break;
        case executor_kind::sharded:
            counters_ = options_.ranks != nullptr
                            ? exec::run_sharded_ranks(program, *options_.ranks)
                            : exec::run_sharded(program, options_.shards, options_.threads);
            break;
        case executor_kind::automatic:
            counters_ = exec::run_automatic(program, options_.threads);
            break;
        case executor_kind::serial: counters_ = exec::run_serial(program); break;
    }
    for (task_range const task : prepared_.tasks)
        for (std::uint32_t i = task.first; i < task.last; ++i) note_admitted(prepared_.commands[i]);
}

void engine::note_admitted(prepared_command const& p) {
    if (p.status != apply_status::applied || !p.to_admit || p.repeat_of != no_row) return;
    dirty_.accounts.add(p.first_account);
    if (p.second_account != no_row) dirty_.accounts.add(p.second_account);
    if (p.first_position != no_row) dirty_.positions.add(p.first_position);
    if (p.second_position != no_row) dirty_.positions.add(p.second_position);
    if (p.pending == no_row) return;
    dirty_.pendings.add(p.pending);
    await_timeout(p.pending);
}

void engine::await_timeout(std::uint32_t row) {
    pending_row const& pending = state_.pendings[row];
    if (pending.state != pending_state::open || pending.until == 0) return;
    timeouts_.emplace_back(pending.until, row);
    std::push_heap(timeouts_.begin(), timeouts_.end(), std::greater<>());
}

void engine::match_and_settle(std::int64_t now) {
    fills_.assign(prepared_.has_orders ? prepared_.commands.size() : 0, {});
    int const threads = options_.executor == executor_kind::serial ? 1 : options_.threads;
    std::vector<match_output> const& outputs = match_.run(
        threads, now, {settle_.portion(), [this](match_output& out) {
                           prepared_.found.keep(state_, view_of(std::as_const(out.entries)));
                           settle_.take(state_, out, dirty_);
                       }});
    settle_.run(state_, outputs, dirty_);
    free_slots(state_, prepared_, outputs, dirty_.open_orders);
    trade_count_ = 0;
    for (match_output const& out : outputs) trade_count_ += out.fills;
    if (options_.keep_trades) trades_ = trades_of(outputs);
}

/// Marks, payments and expiries, then the orders that nobody can carry any longer.
void engine::settle_instruments() {
    apply_to_instruments(state_, prepared_, dirty_);
    margins_.update(state_, dirty_);
    pay_for_own(state_, margins_, dirty_);
    shorts_ = short_accounts(state_, margins_, dirty_);
    std::vector<match_output> outputs(state_.share.ranks);
    book_desk desk(state_, prepared_, fills_, outputs[state_.share.rank]);
    bool const told = tell_books(desk);
    if (told && ranks_) ranks_->share({}, outputs);
    settle_.run(state_, outputs, dirty_);
    free_slots(state_, outputs);
    if (told) margins_.update(state_, dirty_);  // positions have lost open orders
}

/// What books have to be told beside the block's commands, each by the rank that has it. False when
/// there was nothing to tell, on any rank.
bool engine::tell_books(book_desk& desk) {
    bool any = false;
    auto const has = [&](std::uint32_t book) {
        any = true;
        return state_.share.has(book);
    };
    if (prepared_.has_any(transaction_kind::assign))
        for (prepared_command const& p : prepared_.commands)
            if (p.kind == transaction_kind::assign && p.status == apply_status::applied &&
                p.repeat_of == no_row && has(p.instrument))
                desk.take_positions(p.instrument);
    for (std::uint32_t const row : dirty_.listings.rows()) {
        listing_row const& listing = state_.listings[row];
        if ((listing.flags & listing_flag::expired) && has(row)) desk.close_book(row);
    }
    for (std::uint32_t const account : shorts_) {
        if (state_.accounts[account].open_orders == 0) continue;
        row_lists const& lists = state_.positions_of_account;
        for (std::uint32_t p = lists.first(account); p != row_lists::end; p = lists.after(p)) {
            position_row const& position = state_.positions[p];
            std::uint32_t const book = position.instrument.value;
            if (has_open_orders(position) && has(book)) desk.cancel_account(account, book);
        }
    }
    return any;
}

static bool changes_its_asset(transaction_kind kind) {
    return kind == transaction_kind::deposit || kind == transaction_kind::withdraw ||
           kind == transaction_kind::fund_insurance || kind == transaction_kind::set_backstop;
}

/// What belongs to no account is only ever added to: one sum for each asset, at the block's end.
void engine::sum_deltas() {
    using enum transaction_kind;
    if (!prepared_.has_any(deposit, withdraw, fund_insurance, set_backstop)) return;
    for (std::size_t i = 0; i < prepared_.commands.size(); ++i) {
        prepared_command const& p = prepared_.commands[i];
        if (p.status != apply_status::applied || p.repeat_of != no_row || !p.to_admit) continue;
        transaction_row const& t = prepared_.rows[i];
        if (!changes_its_asset(t.kind)) continue;  // before its account is looked at
        std::uint32_t const row = state_.accounts[p.first_account].asset.value;
        asset_row& asset = state_.assets[row];
        if (t.kind == transaction_kind::deposit)
            asset.external.nanos += t.amount;
        else if (t.kind == transaction_kind::withdraw)
            asset.external.nanos -= t.amount;
        else if (t.kind == transaction_kind::fund_insurance)
            asset.insurance_fund.nanos += t.amount;
        else
            asset.backstop = t.account + std::uint64_t{1};
        dirty_.assets.add(row);
    }
}

/// Statuses become final in log order, so that a repeat can answer with what became of its first.
void engine::finish_receipts() {
    std::size_t const count = prepared_.commands.size();
    receipts_.resize(count);
    constexpr std::size_t ahead = 12;  // ids fetched before they are needed
    for (std::size_t i = 0; i < count; ++i) {
        if (i + ahead < count) __builtin_prefetch(&prepared_.rows[i + ahead].id);
        prepared_command const& p = prepared_.commands[i];
        std::size_t const place = prepared_.first_place + i;
        transaction_row const& t = prepared_.rows[i];
        outcome_row& outcome = state_.outcomes[place];
        outcome.status = p.status;
        if (p.repeat_of != no_row && p.status == apply_status::applied)
            outcome.status =
                answer_repeat(state_.history[p.repeat_of], state_.outcomes[p.repeat_of].status, t);
        if (outcome.status != apply_status::applied) outcome.row = no_row;  // it made nothing
        receipt_row& receipt = receipts_[i];
        receipt = {.id = t.id,
                   .sequence = place + 1,
                   .value = 0,
                   .reserved_nanos = 0,
                   .status = outcome.status,
                   .fills = 0,
                   .result = outcome.row};
        if (!prepared_.has_orders) continue;
        receipt.value = fills_[i].filled_nanos;
        receipt.fills =
            static_cast<std::uint16_t>(std::min<std::uint32_t>(fills_[i].fills, UINT16_MAX));
        if (outcome.status != apply_status::applied) continue;  // what was set aside went back
        order_reserve const& reserve = prepared_.reserves[i];
        receipt.reserved_nanos = reserve.position.nanos + reserve.fee.nanos;
    }
}

}  // namespace lockstep
