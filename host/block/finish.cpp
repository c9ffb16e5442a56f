#include "host/block/finish.h"

#include <algorithm>
#include <map>

#include "margin/ledger/payments.h"
#include "margin/ledger/transfer.h"

namespace lockstep {

namespace {

/// One command on an instrument at a time.
class instrument_step {
  public:
    instrument_step(engine_state& state, dirty_tables& dirty) : state_(state), dirty_(dirty) {}

    apply_status command(transaction_row const& t, std::uint64_t sequence) {
        listing_row& l = state_.listings[t.instrument];
        sequence_ = sequence;
        switch (t.kind) {
            case transaction_kind::mark_update: return mark(l, t);
            case transaction_kind::fee_change: return fees(l, t);
            case transaction_kind::suspend: return flag(l, true);
            case transaction_kind::resume: return flag(l, false);
            case transaction_kind::funding: return funding(l, t);
            case transaction_kind::session_settle: return session(l, t.instrument);
            case transaction_kind::expiry: return expiry(l, t);
            default: return apply_status::applied;
        }
    }

  private:
    void touched(listing_row& l, std::uint32_t instrument) {
        l.sequence = sequence_;
        dirty_.listings.add(instrument);
    }
    apply_status mark(listing_row& l, transaction_row const& t) {
        if (t.price <= 0) return apply_status::price_must_be_positive;
        if (l.flags & listing_flag::expired) return apply_status::instrument_has_expired;
        l.mark = {t.price};
        touched(l, t.instrument);
        marked_.resize(state_.listings.size(), false);
        if (marked_[t.instrument]) return apply_status::applied;  // its holders are known
        marked_[t.instrument] = true;
        for_positions(t.instrument, [this](position_row& p, std::uint32_t) {
            if (p.size.nanos != 0) dirty_.accounts.add(p.account.value);
        });
        return apply_status::applied;
    }
    apply_status fees(listing_row& l, transaction_row const& t) {
        if (t.aux[0] > 1'000'000 || t.aux[1] > 1'000'000) return apply_status::rate_is_out_of_range;
        l.maker_fee_ppm = t.aux[0];
        l.taker_fee_ppm = t.aux[1];
        touched(l, t.instrument);
        return apply_status::applied;
    }
    apply_status flag(listing_row& l, bool set) {
        l.flags = set ? l.flags | listing_flag::suspended : l.flags & ~listing_flag::suspended;
        dirty_.listings.add(static_cast<std::uint32_t>(&l - state_.listings.data()));
        l.sequence = sequence_;
        return apply_status::applied;
    }
    apply_status funding(listing_row& l, transaction_row const& t) {
        if (l.contract.kind != instrument_kind::perpetual)
            return apply_status::contract_is_not_valid;
        if (t.amount > nanos_per_unit || t.amount < -nanos_per_unit)
            return apply_status::rate_is_out_of_range;
        if (l.mark.nanos <= 0) return apply_status::instrument_has_no_mark;
        return pay(l, t.instrument,
                   [&](position_row const& p) { return funding_payment(l, p, t.amount); });
    }
    apply_status session(listing_row& l, std::uint32_t instrument) {
        if (l.contract.kind == instrument_kind::option) return apply_status::contract_is_not_valid;
        if (l.mark.nanos <= 0) return apply_status::instrument_has_no_mark;
        return settle_futures(l, instrument, l.mark.nanos);
    }
    apply_status expiry(listing_row& l, transaction_row const& t) {
        if (t.price <= 0) return apply_status::price_must_be_positive;
        if (l.flags & listing_flag::expired) return apply_status::instrument_has_expired;
        if (l.contract.kind == instrument_kind::perpetual)
            return apply_status::contract_is_not_valid;
        if (state_.time < l.contract.expiry.value)
            return apply_status::instrument_has_not_expired_yet;
        apply_status status;
        if (l.contract.kind == instrument_kind::option)
            status = pay(l, t.instrument,
                         [&](position_row const& p) { return option_payoff(l, p, t.price); });
        else
            status = settle_futures(l, t.instrument, t.price);
        if (status != apply_status::applied) return status;
        for_positions(t.instrument, [&](position_row& p, std::uint32_t row) {
            if (p.size.nanos == 0) return;
            state_.accounts[p.account.value].open_positions -= 1;
            l.cost_sum.nanos -= p.cost.nanos;
            p.size = {0};
            p.cost = {0};
            dirty_.positions.add(row);
        });
        l.open_interest_nanos = 0;
        l.mark = {t.price};
        l.flags |= listing_flag::expired;
        touched(l, t.instrument);
        return apply_status::applied;
    }
    /// Gains become cash; what a position then costs is what it is worth.
    apply_status settle_futures(listing_row& l, std::uint32_t instrument, std::int64_t at) {
        apply_status const status =
            pay(l, instrument, [&](position_row const& p) { return future_gain(l, p, at); });
        if (status != apply_status::applied) return status;
        l.cost_sum = {0};
        for_positions(instrument, [&](position_row& p, std::uint32_t row) {
            p.cost.nanos = static_cast<std::int64_t>(signed_value(l, p.size.nanos, at));
            l.cost_sum.nanos += p.cost.nanos;
            dirty_.positions.add(row);
        });
        return apply_status::applied;
    }

    /// Each position receives amount(p); nothing is paid when any account would overflow.
    template <class Amount>
    apply_status pay(listing_row& l, std::uint32_t instrument, Amount&& amount) {
        bool overflows = false;
        int128 total = 0;
        for_positions(instrument, [&](position_row const& p, std::uint32_t) {
            int128 const received = amount(p);
            total += received;
            overflows =
                overflows || !fits_int64(received + state_.accounts[p.account.value].cash.nanos);
        });
        asset_row& asset = state_.assets[l.contract.settle_asset.value];
        checked_int64 const remainder = narrow(asset.remainder.nanos - total);
        if (overflows || remainder.overflowed) return apply_status::amount_overflows;
        // From here on the payment must succeed.
        for_positions(instrument, [&](position_row const& p, std::uint32_t) {
            int128 const received = amount(p);
            if (received == 0) return;
            account_row& account = state_.accounts[p.account.value];
            account.cash.nanos += static_cast<std::int64_t>(received);
            account.sequence = sequence_;
            dirty_.accounts.add(p.account.value);
        });
        asset.remainder.nanos = remainder.value;
        asset.sequence = sequence_;
        dirty_.assets.add(l.contract.settle_asset.value);
        touched(l, instrument);
        return apply_status::applied;
    }

    template <class Visit>
    void for_positions(std::uint32_t instrument, Visit&& visit) {
        row_lists const& lists = state_.positions_of_listing;
        for (std::uint32_t row = lists.first(instrument); row != row_lists::end;
             row = lists.after(row))
            visit(state_.positions[row], row);
    }

    engine_state& state_;
    dirty_tables& dirty_;
    std::uint64_t sequence_ = 0;
    std::vector<char> marked_;  // by instrument: in this block
};

bool is_of_instruments(transaction_row const& t) {
    switch (t.kind) {
        case transaction_kind::mark_update:
        case transaction_kind::fee_change:
        case transaction_kind::funding:
        case transaction_kind::session_settle:
        case transaction_kind::expiry: return true;
        case transaction_kind::suspend:
        case transaction_kind::resume: return (t.flags & transaction_flag::on_instrument) != 0;
        default: return false;
    }
}

bool is_short(account_row const& a) { return a.cash.nanos < a.reserved.nanos; }

/// Voids pending transfers out of accounts that are short, the newest first, until they are short
/// no longer or have promised nothing any more.
void void_promises(engine_state& state, dirty_tables& dirty) {
    auto const breaks = [](account_row const& a) { return is_short(a) && a.pending_out.nanos > 0; };
    std::vector<std::uint32_t> losers;
    for (std::uint32_t const row : dirty.accounts.rows())
        if (breaks(state.accounts[row])) losers.push_back(row);
    row_lists const& lists = state.pendings_of_account;
    for (std::uint32_t const loser : losers) {
        account_row& debit = state.accounts[loser];
        for (std::uint32_t row = lists.first(loser); breaks(debit); row = lists.after(row)) {
            pending_row& pending = state.pendings[row];
            if (pending.state != pending_state::open) continue;
            release_pending(debit, state.accounts[pending.credit.value], pending,
                            pending_state::voided_by_loss);
            dirty.pendings.add(row);
            dirty.accounts.add(pending.credit.value);
        }
    }
}

/// What an owner's other accounts of the same asset can spare goes to the one in debt before the
/// fund pays: nobody bankrupts one account and keeps the winnings in another. In order of accounts.
void pay_for_own(engine_state& state, dirty_tables& dirty) {
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<std::uint32_t>> in_debt;
    for (std::uint32_t const row : dirty.accounts.rows()) {
        account_row const& a = state.accounts[row];
        if (a.cash.nanos < 0) in_debt[{a.owner, a.asset.value}].push_back(row);
    }
    if (in_debt.empty()) return;
    for (auto& [group, rows] : in_debt) std::sort(rows.begin(), rows.end());
    for (std::uint32_t row = 0; row < state.accounts.size(); ++row) {
        account_row& payer = state.accounts[row];
        auto const group = in_debt.find({payer.owner, payer.asset.value});
        if (group == in_debt.end() || payer.cash.nanos <= payer.reserved.nanos) continue;
        std::int64_t spare = payer.cash.nanos - payer.reserved.nanos;
        for (std::uint32_t const debtor : group->second) {
            account_row& owes = state.accounts[debtor];
            if (owes.cash.nanos >= 0 || spare == 0) continue;
            std::int64_t const paid = std::min(spare, -owes.cash.nanos);
            owes.cash.nanos += paid;
            payer.cash.nanos -= paid;
            spare -= paid;
            dirty.accounts.add(row);
        }
    }
}

}  // namespace

void apply_to_instruments(engine_state& state, prepared_block& prepared, dirty_tables& dirty) {
    instrument_step step(state, dirty);
    for (std::size_t i = 0; i < prepared.commands.size(); ++i) {
        prepared_command& p = prepared.commands[i];
        transaction_row const& t = state.history[prepared.first_place + i];
        if (p.status == apply_status::applied && p.repeat_of == no_row && is_of_instruments(t))
            p.status = step.command(t, prepared.first_place + i + 1);
    }
}

void cover_losses(engine_state& state, dirty_tables& dirty) {
    void_promises(state, dirty);
    pay_for_own(state, dirty);
    std::vector<std::uint32_t> in_debt;
    for (std::uint32_t const row : dirty.accounts.rows())
        if (state.accounts[row].cash.nanos < 0) in_debt.push_back(row);
    std::sort(in_debt.begin(), in_debt.end());
    for (std::uint32_t const row : in_debt) {
        account_row& account = state.accounts[row];
        asset_row& asset = state.assets[account.asset.value];
        std::int64_t const lacking = -account.cash.nanos;
        std::int64_t const paid = std::min(lacking, asset.insurance_fund.nanos);
        asset.insurance_fund.nanos -= paid;
        asset.deficit.nanos += lacking - paid;
        account.cash = {0};
        dirty.assets.add(account.asset.value);
    }
}

void check_accounts(engine_state& state, dirty_tables& dirty) {
    for (std::uint32_t const row : dirty.accounts.rows()) {
        account_row& account = state.accounts[row];
        int128 initial = 0;
        int128 maintenance = 0;
        int128 unrealised = 0;
        row_lists const& lists = state.positions_of_account;
        for (std::uint32_t p = lists.first(row); p != row_lists::end; p = lists.after(p)) {
            position_row const& position = state.positions[p];
            position_check const check =
                check_position(state.listings[position.instrument.value], position);
            initial += check.initial;
            maintenance += check.maintenance;
            unrealised += check.unrealised;
        }
        int128 const needed = initial - unrealised;
        account.requirement.nanos = narrow(needed > 0 ? needed : 0).value;
        account.maintenance.nanos = narrow(maintenance).value;
        account.unrealised.nanos = narrow(unrealised).value;
        int128 const equity = account.cash.nanos + unrealised;
        account.flags &= ~(account_flag::reduce_only | account_flag::liquidating);
        if (equity < initial) account.flags |= account_flag::reduce_only;
        if (equity < maintenance) account.flags |= account_flag::liquidating;
    }
}

}  // namespace lockstep
