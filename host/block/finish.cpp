#include "host/block/finish.h"

#include "host/block/asset_payments.h"
#include "host/block/exercise.h"
#include "host/block/position_payments.h"
#include "margin/ledger/exposure.h"
#include "margin/ledger/payments.h"

namespace lockstep {

namespace {

/// One command on an instrument at a time.
class instrument_step {
  public:
    instrument_step(engine_state& state, block_room& room, dirty_tables& dirty)
        : state_(state), room_(room), dirty_(dirty) {}

    apply_status command(transaction_row const& t, std::uint64_t sequence) {
        sequence_ = sequence;
        switch (t.kind) {
            case transaction_kind::interest: return pay_interest(state_, dirty_, t, sequence);
            case transaction_kind::socialise: return socialise_deficit(state_, dirty_, t, sequence);
            case transaction_kind::assign:
                return assign_notices(state_, room_, dirty_, t, sequence);
            case transaction_kind::suspend:
            case transaction_kind::resume:
                if ((t.flags & transaction_flag::on_instrument) == 0) return apply_status::applied;
                [[fallthrough]];  // an account's was admitted
            default: return on_instrument(state_.listings[t.instrument], t);
        }
    }

  private:
    apply_status on_instrument(listing_row& l, transaction_row const& t) {
        switch (t.kind) {
            case transaction_kind::mark_update: return mark(l, t);
            case transaction_kind::fee_change: return fees(l, t);
            case transaction_kind::set_tier: return set_tier(l, t);
            case transaction_kind::suspend:
                return stop(l, t.instrument,
                            t.flags & transaction_flag::reduce_only ? listing_flag::reduce_only
                                                                    : listing_flag::suspended);
            case transaction_kind::resume: return go_on(l, t.instrument);
            case transaction_kind::funding: return funding(l, t);
            case transaction_kind::session_settle: return session(l, t.instrument);
            case transaction_kind::expiry: return expiry(l, t);
            default: return apply_status::applied;
        }
    }

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
        check_holders(t.instrument);
        return apply_status::applied;
    }
    void check_holders(std::uint32_t instrument) {
        bool const orders_too = state_.listings[instrument].tiers != 0;
        each_position(state_, instrument, [&](position_row& p, std::uint32_t) {
            if (p.size.nanos != 0 || (orders_too && has_open_orders(p)))
                dirty_.accounts.add(p.account.value);
        });
    }
    apply_status fees(listing_row& l, transaction_row const& t) {
        if (t.aux[0] > 1'000'000 || t.aux[1] > 1'000'000) return apply_status::rate_is_out_of_range;
        l.maker_fee_ppm = t.aux[0];
        l.taker_fee_ppm = t.aux[1];
        touched(l, t.instrument);
        return apply_status::applied;
    }
    apply_status set_tier(listing_row& l, transaction_row const& t) {
        auto const fresh = static_cast<std::uint32_t>(state_.tiers.size());
        std::uint32_t const row = l.tiers == 0 ? fresh : static_cast<std::uint32_t>(l.tiers - 1);
        tier_row tiers = row == fresh ? tier_row{} : state_.tiers[row];
        apply_status const status = change_tiers(l, t, tiers);
        if ((l.flags & listing_flag::expired) &&
            (status == apply_status::applied || status > apply_status::instrument_has_expired))
            return apply_status::instrument_has_expired;
        if (status != apply_status::applied) return status;
        tiers.instrument = {t.instrument};
        tiers.sequence = sequence_;
        if (row == fresh) state_.tiers.emplace_back();
        state_.tiers[row] = tiers;
        l.tiers = row + std::uint64_t{1};
        dirty_.tiers.add(row);
        touched(l, t.instrument);
        check_holders(t.instrument);
        return status;
    }
    /// What is quarantined decides no verdict: its holders are checked again.
    apply_status stop(listing_row& l, std::uint32_t instrument, std::uint32_t how) {
        if (how == listing_flag::reduce_only && (l.flags & how) == 0) check_holders(instrument);
        l.flags |= how;
        touched(l, instrument);
        return apply_status::applied;
    }
    apply_status go_on(listing_row& l, std::uint32_t instrument) {
        if (l.flags & listing_flag::reduce_only) check_holders(instrument);
        l.flags &= ~(listing_flag::suspended | listing_flag::reduce_only);
        touched(l, instrument);
        return apply_status::applied;
    }
    apply_status funding(listing_row& l, transaction_row const& t) {
        if (l.contract.kind != instrument_kind::perpetual)
            return apply_status::contract_is_not_valid;
        if (t.amount > nanos_per_unit || t.amount < -nanos_per_unit)
            return apply_status::rate_is_out_of_range;
        if (l.mark.nanos <= 0) return apply_status::instrument_has_no_mark;
        return pay(t.instrument,
                   [&](position_row const& p) { return funding_payment(l, p, t.amount); });
    }
    apply_status session(listing_row& l, std::uint32_t instrument) {
        if (l.contract.kind == instrument_kind::option) return apply_status::contract_is_not_valid;
        if (l.mark.nanos <= 0) return apply_status::instrument_has_no_mark;
        bool overflows = false;
        int128 values = 0;
        each_position(state_, instrument, [&](position_row const& p, std::uint32_t) {
            int128 const value = signed_value(l, p.size.nanos, l.mark.nanos);
            values += value;
            overflows = overflows || settled_cost_overflows(value, has_open_orders(p));
        });
        if (overflows || !fits_int64(values)) return apply_status::amount_overflows;
        apply_status const status = pay_gains(l, instrument, l.mark.nanos);
        if (status != apply_status::applied) return status;
        // What a position costs from now on is what it is worth.
        l.cost_sum.nanos = static_cast<std::int64_t>(values);
        each_position(state_, instrument, [&](position_row& p, std::uint32_t) {
            p.cost.nanos = static_cast<std::int64_t>(signed_value(l, p.size.nanos, l.mark.nanos));
        });
        return apply_status::applied;
    }
    apply_status expiry(listing_row& l, transaction_row const& t) {
        if (t.amount < 0) return apply_status::amount_must_be_positive;
        if (t.price <= 0) return apply_status::price_must_be_positive;
        if (l.contract.kind == instrument_kind::perpetual)
            return apply_status::contract_is_not_valid;
        if (l.flags & listing_flag::expired) return apply_status::instrument_has_expired;
        if (state_.time < l.contract.expiry.value)
            return apply_status::instrument_has_not_expired_yet;
        apply_status const status = l.contract.kind == instrument_kind::option
                                        ? pay_at_expiry(state_, room_, dirty_, t, sequence_)
                                        : pay_gains(l, t.instrument, t.price);
        if (status != apply_status::applied) return status;
        l.cost_sum = {0};
        each_position(state_, t.instrument, [&](position_row& p, std::uint32_t row) {
            p.cost = {0};
            if (p.size.nanos == 0) return;
            state_.accounts[p.account.value].open_positions -= 1;
            dirty_.accounts.add(p.account.value);  // also where nothing is paid
            p.size = {0};
            p.exercise = {0};
            dirty_.positions.add(row);
        });
        l.open_interest_nanos = 0;
        l.mark = {t.price};
        l.flags |= listing_flag::expired;
        touched(l, t.instrument);
        return apply_status::applied;
    }
    /// Gains become cash.
    apply_status pay_gains(listing_row& l, std::uint32_t instrument, std::int64_t at) {
        apply_status const status =
            pay(instrument, [&](position_row const& p) { return future_gain(l, p, at); });
        if (status != apply_status::applied) return status;
        each_position(state_, instrument, [&](position_row& p, std::uint32_t row) {
            int128 const gain = future_gain(l, p, at);
            p.gained.nanos = gain > 0 ? narrow(gain).value : 0;
            dirty_.positions.add(row);
        });
        return apply_status::applied;
    }

    /// Each position receives amount(p).
    template <class Amount>
    apply_status pay(std::uint32_t instrument, Amount&& amount) {
        return pay_positions(state_, room_, dirty_, instrument, sequence_, [&](auto&& each) {
            each_position(state_, instrument,
                          [&](position_row const& p, std::uint32_t) { each(p, amount(p)); });
        });
    }

    engine_state& state_;
    block_room& room_;
    dirty_tables& dirty_;
    std::uint64_t sequence_ = 0;
    std::vector<char> marked_;  // by instrument: in this block
};

/// Whether an account that lacks `lacking` to its maintenance margin lacks some without its
/// quarantined positions as well.
bool is_under_without_quarantined(engine_state const& state, std::uint32_t account,
                                  int128 lacking) {
    row_lists const& lists = state.positions_of_account;
    for (std::uint32_t p = lists.first(account); p != row_lists::end; p = lists.after(p)) {
        position_row const& position = state.positions[p];
        listing_row const& l = state.listings[position.instrument.value];
        if ((l.flags & listing_flag::reduce_only) == 0) continue;
        position_check const check = check_position(l, state.tiers_of(l), position);
        lacking += check.unrealised - check.maintenance;
    }
    return lacking > 0;
}

}  // namespace

void apply_to_instruments(engine_state& state, prepared_block& prepared, dirty_tables& dirty) {
    if (prepared.at_end.empty()) return;
    instrument_step step(state, prepared.room, dirty);
    for (std::uint32_t const i : prepared.at_end) {
        prepared_command& p = prepared.commands[i];
        if (p.status != apply_status::applied) continue;
        p.status = step.command(prepared.rows[i], prepared.first_place + i + 1);
    }
}

void check_accounts(engine_state& state, dirty_tables const& dirty,
                    account_margins const& margins) {
    for (std::uint32_t const row : dirty.accounts.rows()) {
        if (state.positions_of_account.first(row) == row_lists::end) continue;  // asks nothing
        account_row& account = state.accounts[row];
        account_margin const margin = margins.of(row);
        int128 const needed = margin.initial - margin.unrealised;
        account.requirement.nanos = narrow(needed > 0 ? needed : 0).value;
        account.maintenance.nanos = narrow(margin.maintenance).value;
        account.unrealised.nanos = narrow(margin.unrealised).value;
        account.owed.nanos = narrow(margin.owed).value;
        int128 const equity = account.cash.nanos + margin.unrealised;
        account.flags &= ~(account_flag::reduce_only | account_flag::liquidating);
        if (equity < margin.initial) account.flags |= account_flag::reduce_only;
        if (equity < margin.maintenance &&
            is_under_without_quarantined(state, row, margin.maintenance - equity))
            account.flags |= account_flag::liquidating;
    }
}

}  // namespace lockstep
