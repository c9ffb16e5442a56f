#include "host/store/block_walk.h"

#include <fmt/format.h>

#include "host/block/admit.h"
#include "host/block/kinds.h"
#include "host/block/settle.h"
#include "host/io/number_text.h"
#include "host/log/names.h"

namespace lockstep {

bool may_trade(transaction_kind kind) {
    return has_trait(kind, kind_trait::sets_aside | kind_trait::bilateral) ||
           kind == transaction_kind::liquidate;
}

void block_walk::run(engine_state const& after) {
    dirty_.begin_block();
    release_timed_out();
    signature_gate gate(state_, block_, 1);
    prepare(state_, block_, gate, false, prepared_);
    state_.time = block_.time;
    admit();
    match();
    settle_instruments();
    cover_losses(after);
}

/// As the engine does before the first command: promises whose time has come bind no cash.
void block_walk::release_timed_out() {
    for (pending_row& p : state_.pendings)
        if (p.state == pending_state::open && p.until != 0 && p.until <= block_.time)
            release_pending(state_.accounts[p.debit.value], state_.accounts[p.credit.value], p,
                            pending_state::timed_out);
}

void block_walk::admit() {
    admit_program program(state_, prepared_, block_.time);
    remembered_rows rows(program.rows());
    for (std::size_t task = 0; task < program.tasks(); ++task) {
        task_range const range = prepared_.tasks[task];
        std::int64_t const before = cash();
        rows.forget();
        program.execute(task, rows);
        for (std::uint32_t i = range.first; i < range.last; ++i) note_lack(i, rows);
        if (cash() == before) continue;
        bool const chain = range.last - range.first > 1;
        payments_.push_back(
            {.sequence = prepared_.first_place + range.first + 1,
             .kind = chain ? "chain" : std::string(name_of(prepared_.rows[range.first].kind)),
             .cash = cash() - before});
        if (chain)
            payments_.back().inputs = {
                {"up to command", fmt::format("{}", prepared_.first_place + range.last)}};
    }
}

void block_walk::note_lack(std::uint32_t i, remembered_rows const& rows) {
    prepared_command const& p = prepared_.commands[i];
    bool const second = p.status == apply_status::counterparty_lacks_free_cash;
    if (!second && p.status != apply_status::account_lacks_free_cash) return;
    std::uint32_t const number = second ? p.second_account : p.first_account;
    auto const account = rows.last<account_row>(table::accounts, number);
    explained_lack lack{.account = number, .free = narrow(free_cash(account)).value};
    if (has_trait(prepared_.rows[i].kind, kind_trait::sets_aside))
        add_reserve(i, second, account, rows, lack);
    lacks_.emplace(i, lack);
}

std::optional<std::int64_t> block_walk::limit_of(std::size_t i) const {
    prepared_command const& p = prepared_.commands[i];
    transaction_row const& t = prepared_.rows[i];
    bool const orders = has_trait(t.kind, kind_trait::sets_aside) &&
                        !has_trait(t.kind, kind_trait::bilateral) && p.repeat_of == no_row;
    if (!orders || p.status != apply_status::applied || t.price != 0) return std::nullopt;
    return prepared_.reserves[i].limit;
}

/// What admission has counted for the order, and what it adds to the margin of its instrument.
void block_walk::add_reserve(std::uint32_t i, bool second, account_row const& account,
                             remembered_rows const& rows, explained_lack& lack) const {
    prepared_command const& p = prepared_.commands[i];
    transaction_row t = prepared_.rows[i];
    bool const bilateral = has_trait(t.kind, kind_trait::bilateral);
    if (t.kind == transaction_kind::amend_order) t = amended_terms(state_.history[p.target], t);
    listing_row const& l = state_.listings[t.instrument];
    auto const held =
        rows.last<position_row>(table::positions, second ? p.second_position : p.first_position);
    order_needs const needs =
        bilateral ? needs_of_opening(account, held, l, state_.tiers_of(l),
                                     second ? opposite(t.side) : t.side, t.amount, t.price)
                  : needs_at_limit(account, held, l, state_.tiers_of(l), t);
    // Who closes at a loss is asked twice: for free cash, and for cash to set aside. The larger
    // lack is the one to tell of.
    int128 const set_aside = int128{needs.reserve.position.nanos} + needs.reserve.fee.nanos;
    int128 const unreserved = std::max<int128>(unreserved_cash(account), 0);
    bool const by_cash = set_aside - unreserved > needs.asked - needs.available;
    lack.has_reserve = true;
    std::int64_t const asked = narrow(by_cash ? set_aside : needs.asked).value;
    lack.fee = std::min(needs.reserve.fee.nanos, asked);
    lack.position = asked - lack.fee;
    lack.free = narrow(by_cash ? unreserved : needs.available).value;
}

void block_walk::match() {
    big_vector<fill_summary> fills;
    fills.assign(prepared_.has_orders ? prepared_.commands.size() : 0, {});
    match_step step(state_, prepared_, fills, nullptr, kept::trades_and_cancellations);
    std::vector<match_output> const& outputs = step.run(1, block_.time, {});
    for (trade_row const& t : trades_of(outputs)) {
        if (t.taker.account == account_) note_trade(t, t.taker, false);
        if (t.maker.account == account_) note_trade(t, t.maker, t.is_matched());
    }
    for (match_output const& out : outputs)
        for (cancellation const& c : out.cancellations)
            if (c.account == account_) cancellations_.push_back(c);
    settle_step(device_).run(state_, outputs, dirty_);
    free_slots(state_, prepared_, outputs, dirty_.open_orders);
}

void block_walk::note_trade(trade_row const& t, trade_side const& own, bool made) {
    listing_row const& l = state_.listings[t.instrument];
    bool const bought = own.side == order_side::buy;
    bool const option = l.contract.kind == instrument_kind::option;
    std::int64_t const premium = bought ? -t.exchanged.nanos : t.exchanged.nanos;
    std::uint32_t const rate = made ? l.maker_fee_ppm : l.taker_fee_ppm;
    int128 const by_rate =
        share_ppm(value_fill(l, t.size.nanos, t.at.nanos).notional, rate, rounding::up);
    payments_.push_back({.sequence = t.sequence,
                         .kind = t.is_matched() ? "fill" : "trade",
                         .cash = (option ? premium : 0) - own.fee.nanos,
                         .inputs = {{"instrument", fmt::format("{}", t.instrument)},
                                    {"order", fmt::format("{}", own.order)},
                                    {bought ? "bought" : "sold", units_text(t.size.nanos)},
                                    {"price", units_text(t.at.nanos)},
                                    {"fee", units_text(own.fee.nanos)},
                                    {made ? "maker_ppm" : "taker_ppm", fmt::format("{}", rate)}}});
    if (t.is_matched() &&
        own.fee.nanos < by_rate)  // no more than was set aside for this part of the order
        payments_.back().inputs.emplace_back("fee_by_rate", units_text(narrow(by_rate).value));
    if (option) payments_.back().inputs.emplace_back("premium", units_text(premium));
}

}  // namespace lockstep
