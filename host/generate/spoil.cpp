#include "host/generate/spoil.h"

#include "pricing/base/money.h"

namespace lockstep {

namespace {

constexpr std::uint32_t nowhere = 1u << 30;
constexpr client_id asset_itself{1, 1};  // of the command that created it

/// What every kind has: an id of its own, and flags that fit.
void spoil_form(transaction_row& t, draws& d) {
    switch (d.below(5)) {
        case 0: t.id = {}; break;
        case 1:
        case 2: t.id = asset_itself; break;
        default: t.flags |= transaction_flag::post_only | transaction_flag::consent_first; break;
    }
}

void spoil_cash(transaction_row& t, crowd const& people, draws& d) {
    bool const paid = t.kind == transaction_kind::transfer;
    switch (d.below(paid ? 5 : 3)) {
        case 0: t.account = people.accounts + nowhere + d.below(100); break;
        case 1: t.amount = 0; break;
        case 2:
            t.amount = t.kind == transaction_kind::deposit ? -1 : 9'000'000'000 * nanos_per_unit;
            break;
        case 3: t.counterparty = t.account; break;
        default: t.counterparty = people.assets > 1 ? t.account ^ 1u : t.account; break;
    }
}

void spoil_order(transaction_row& t, crowd const& people, draws& d) {
    switch (d.below(10)) {
        case 0: t.account = people.accounts + nowhere; break;
        case 1: t.amount = 0; break;
        case 2: t.amount = 9'000'000'000 * nanos_per_unit; break;
        case 3: t.price += 1; break;
        case 4: t.amount += 1; break;
        case 5: t.display = t.amount * 2; break;
        case 6:
            t.account =
                people.assets > 1 && t.account > 0 ? t.account - 1 : people.accounts + nowhere;
            break;
        case 7:
            t.force = time_in_force::good_til_date;
            t.until = 1;
            break;
        case 8: t.trigger = t.trigger == 0 ? nanos_per_unit : 0; break;
        default: t.instrument = nowhere; break;
    }
}

void spoil_instruction(transaction_row& t, crowd const& people, draws& d) {
    bool const notice = t.kind == transaction_kind::exercise;
    switch (d.below(notice ? 6 : 4)) {
        case 0: t.account = people.accounts + nowhere; break;
        case 1: t.instrument = nowhere; break;
        case 2: t.instrument = 0; break;  // the first perpetual
        case 3: t.amount += 1, t.aux[0] = 3; break;
        case 4: t.amount = 0; break;
        default: t.amount = 9'000'000'000 * nanos_per_unit; break;
    }
}

void spoil_operation(transaction_row& t, draws& d) {
    switch (t.kind) {
        case transaction_kind::mark_update:
            if (d.below(2) == 0) {
                t.price = 0;
            } else {  // the end of a perpetual, of something that lives, or that has ended
                t.kind = transaction_kind::expiry;
                t.instrument = d.below(t.instrument + 1);
            }
            break;
        case transaction_kind::interest:
        case transaction_kind::funding: t.amount = 2 * nanos_per_unit; break;
        case transaction_kind::socialise: t.amount = -1; break;
        case transaction_kind::assign:
            if (d.below(2) == 0)
                t.price = 0;
            else
                t.instrument = 0;  // the first perpetual
            break;
        case transaction_kind::fee_change: t.aux[d.below(2)] = 2'000'000; break;
        case transaction_kind::create_account: t.asset = nowhere; break;
        case transaction_kind::set_tier: t.aux[1] = d.below(2) * 2'000'000; break;
        case transaction_kind::session_settle: t.instrument = nowhere; break;
        case transaction_kind::post_pending: t.amount = INT64_MAX; break;
        default:  // of cancels, amendments and promises
            t.target = d.below(2) == 0 ? client_id{5, 5} : asset_itself;
            break;
    }
}

}  // namespace

void spoil(transaction_row& t, crowd const& people, draws& d) {
    if (d.below(3) == 0) return spoil_form(t, d);
    switch (t.kind) {
        case transaction_kind::deposit:
        case transaction_kind::withdraw:
        case transaction_kind::fund_insurance:
        case transaction_kind::transfer: return spoil_cash(t, people, d);
        case transaction_kind::place_order:
        case transaction_kind::combo_leg:
        case transaction_kind::block_trade: return spoil_order(t, people, d);
        case transaction_kind::exercise:
        case transaction_kind::advise_exercise: return spoil_instruction(t, people, d);
        case transaction_kind::suspend:
        case transaction_kind::resume:
        case transaction_kind::mass_cancel:
        case transaction_kind::combo_order: return spoil_form(t, d);
        default: return spoil_operation(t, d);
    }
}

void send_again(transaction_row& t, draws& d) {
    switch (d.below(14)) {
        case 0: t.amount ^= 1; break;  // also of the largest there is
        case 1: t.price += 1; break;
        case 2: t.instrument += 1; break;
        case 3: t.asset += 1; break;
        case 4: t.counterparty += 1; break;
        case 5: t.user_data += 1; break;
        case 6: t.flags ^= transaction_flag::reduce_only; break;
        default: break;
    }
}

}  // namespace lockstep
