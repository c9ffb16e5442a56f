#include "host/store/explain.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "host/base/error.h"
#include "host/io/number_text.h"
#include "host/log/names.h"
#include "host/store/account_commands.h"
#include "host/store/journal_reader.h"
#include "host/store/replay.h"
#include "margin/ledger/payments.h"

namespace lockstep {

namespace {

std::int64_t nanos(int128 value) { return narrow(value).value; }

explained_moment moment_of(engine_state const& state, std::uint32_t account) {
    explained_moment moment;
    if (account >= state.accounts.size()) return moment;
    moment.exists = true;
    moment.account = state.accounts[account];
    row_lists const& lists = state.positions_of_account;
    for (std::uint32_t row = lists.first(account); row != row_lists::end; row = lists.after(row)) {
        position_row const& p = state.positions[row];
        listing_row const& l = state.listings[p.instrument.value];
        tier_row const* const tiers = state.tiers_of(l);
        position_check const check = check_position(l, tiers, p, moment.account.isolated_ppm);
        moment.positions.push_back({.instrument = p.instrument.value,
                                    .size = p.size.nanos,
                                    .cost = p.cost.nanos,
                                    .mark = l.mark.nanos,
                                    .initial = nanos(check.initial),
                                    .maintenance = nanos(check.maintenance),
                                    .unrealised = nanos(check.unrealised),
                                    .open_buy = p.open_buy.nanos,
                                    .open_sell = p.open_sell.nanos,
                                    .noticed = p.exercise.noticed(),
                                    .advice = p.exercise.advice(),
                                    .tiers_set = tiers == nullptr ? 0 : tiers->sequence});
    }
    std::sort(moment.positions.begin(), moment.positions.end(),
              [](auto const& a, auto const& b) { return a.instrument < b.instrument; });
    return moment;
}

/// The exchange before block `number`, and that block.
restored_ledger ledger_before(ledger_store const& store, std::uint64_t number, backend& device,
                              block& b) {
    restored_ledger at = nearest_ledger(store, number - 1, {}, device);
    journal_reader journal(store, at.ledger->state().blocks + 1);
    while (journal.number() + 1 < number && journal.next(b)) at.ledger->run(b);
    journal.next(b);
    return at;
}

class explainer {
  public:
    explainer(ledger_store const& store, std::uint32_t account, std::uint64_t number,
              backend& device)
        : at_(ledger_before(store, number, device, block_)), account_(account) {
        e_.block = number;
        e_.account = account;
        e_.time = block_.time;
        e_.before = moment_of(state(), account);
        receipts_ = &at_.ledger->run(block_);
        e_.after = moment_of(state(), account);
        if (!e_.after.exists)
            throw input_error(fmt::format(
                "{}: after block {} there are {} accounts, from 0 on: not {}",
                store.files().folder().string(), number, state().accounts.size(), account));
        walk(store, device);
        find_reasons();
    }
    explanation take() { return std::move(e_); }

  private:
    engine_state const& state() const { return at_.ledger->state(); }

    void walk(ledger_store const& store, backend& device) {
        block same;
        engine_state apart = ledger_before(store, e_.block, device, same).ledger->take_state();
        block_walk steps(apart, same, account_, device);
        steps.run(state());
        e_.payments = steps.take_payments();
        e_.cancellations = steps.take_cancellations();
        find_lost_promises(apart);
        for (std::size_t i = 0; i < block_.commands.size(); ++i) {
            transaction_row const& t = block_.commands[i];
            receipt_row const& receipt = (*receipts_)[i];
            if (is_about(t, account_, state()))
                e_.commands.push_back(
                    {t, terms_of(t), receipt, steps.lack_of(i), steps.limit_of(i)});
            if (t.kind == transaction_kind::assign && receipt.status == apply_status::applied)
                assigned_.insert(t.instrument);
        }
    }

    /// `without`: as the block would have left the exchange, had nobody lost what he had promised.
    void find_lost_promises(engine_state const& without) {
        if (account_ >= without.accounts.size()) return;
        std::uint32_t const had = without.accounts[account_].open_orders;
        std::uint32_t const has = state().accounts[account_].open_orders;
        if (had > has)
            say(
                fmt::format("open orders cancelled at the block's end: {} (it has less than it had "
                            "promised, or what they are for has expired)",
                            had - has));
        for (std::size_t i = 0; i < without.pendings.size(); ++i) {
            pending_row const& was = without.pendings[i];
            bool const own = was.debit.value == account_ || was.credit.value == account_;
            if (own && was.state == pending_state::open &&
                state().pendings[i].state == pending_state::voided_by_loss)
                say(
                    fmt::format("pending transfer of {} from account {} to {} was voided: its "
                                "payer has less than he had promised",
                                units_text(was.amount.nanos), was.debit.value, was.credit.value));
        }
    }

    transaction_row terms_of(transaction_row const& t) const {
        transaction_row terms = t;
        std::uint32_t const place = t.kind == transaction_kind::amend_order
                                        ? state().find_place(t.target)
                                        : hash_index::absent;
        if (place == hash_index::absent) return terms;
        terms.side = state().history[place].side;
        terms.instrument = state().history[place].instrument;
        return terms;
    }

    void say(std::string reason) { e_.reasons.push_back(std::move(reason)); }

    void find_reasons() {
        for (explained_command const& c : e_.commands)
            if (c.receipt.status != apply_status::applied)
                say(fmt::format("command {} was refused: {}", c.receipt.sequence,
                                name_of(c.receipt.status)));
        account_row const& was = e_.before.account;
        account_row const& is = e_.after.account;
        auto const flag = [&](std::uint32_t bit, char const* set, char const* cleared) {
            if ((is.flags & bit) != 0 && (was.flags & bit) == 0) say(set);
            if ((is.flags & bit) == 0 && (was.flags & bit) != 0) say(cleared);
        };
        flag(account_flag::liquidating, "flagged liquidating: equity is below maintenance margin",
             "no longer liquidating: equity has reached maintenance margin");
        flag(account_flag::reduce_only, "may only reduce: equity is below initial margin",
             "may open positions again: equity has reached initial margin");
        flag(account_flag::suspended, "was suspended", "was resumed");
        for (explained_position const& p : e_.after.positions)
            for (explained_position const& old : e_.before.positions) {
                if (p.instrument != old.instrument) continue;
                if (p.mark != old.mark && p.size != 0)
                    say(fmt::format("instrument {} was marked anew", p.instrument));
                if (p.tiers_set != old.tiers_set)
                    say(fmt::format("the leverage tiers of instrument {} were changed",
                                    p.instrument));
                if (assigned_.contains(p.instrument) && (p.size != 0 || old.size != 0))
                    say(fmt::format("instrument {}: notices of exercise were carried out",
                                    p.instrument));
            }
        if (is.cash.nanos != was.cash.nanos)
            say(fmt::format("cash changed by {}: by what, stands below",
                            units_text(is.cash.nanos - was.cash.nanos)));
    }

    block block_;  // before the ledger, which reads it
    restored_ledger at_;
    std::uint32_t const account_;
    explanation e_;
    big_vector<receipt_row> const* receipts_ = nullptr;
    std::set<std::uint32_t> assigned_;  // instruments whose notices the block carried out
};

}  // namespace

explanation explain(ledger_store const& store, std::uint32_t account, std::uint64_t block,
                    backend& device) {
    if (block == 0 || block > store.blocks())
        throw input_error(fmt::format("{}: has blocks 1 .. {}, not {}",
                                      store.files().folder().string(), store.blocks(), block));
    return explainer(store, account, block, device).take();
}

}  // namespace lockstep
