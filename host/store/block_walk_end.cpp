// The end of a walked block: what instruments and assets pay, and who covers losses.
#include <fmt/format.h>

#include <utility>

#include "host/block/finish.h"
#include "host/io/number_text.h"
#include "host/log/names.h"
#include "host/store/block_walk.h"

namespace lockstep {

namespace {

using payment_inputs = std::vector<std::pair<char const*, std::string>>;

/// Of a command on an instrument: what it says, and what it found.
payment_inputs inputs_of(transaction_row const& t, listing_row const& l, position_row const& held) {
    payment_inputs inputs{{"instrument", fmt::format("{}", t.instrument)},
                          {"position", units_text(held.size.nanos)}};
    bool const option = l.contract.kind == instrument_kind::option;
    switch (t.kind) {
        case transaction_kind::funding:
            inputs.emplace_back("mark", units_text(l.mark.nanos));
            inputs.emplace_back("rate", units_text(t.amount));
            break;
        case transaction_kind::session_settle:
            inputs.emplace_back("mark", units_text(l.mark.nanos));
            inputs.emplace_back("cost", units_text(held.cost.nanos));
            break;
        case transaction_kind::assign:
        case transaction_kind::expiry:
            inputs.emplace_back("delivery_price", units_text(t.price));
            inputs.emplace_back(option ? "strike" : "cost",
                                units_text(option ? l.contract.strike.nanos : held.cost.nanos));
            break;
        default: break;
    }
    return inputs;
}

bool is_of_asset(transaction_kind kind) {
    return kind == transaction_kind::interest || kind == transaction_kind::socialise;
}

/// Of a command on an asset. `gained`: by the last settlement, what the account's positions have.
payment_inputs inputs_of(transaction_row const& t, asset_row const& asset, std::int64_t cash,
                         std::int64_t gained, std::int64_t now) {
    payment_inputs inputs{{"asset", fmt::format("{}", t.asset)}};
    if (t.kind == transaction_kind::interest) {
        inputs.emplace_back("rate", units_text(t.amount));
        inputs.emplace_back("on", units_text(cash));
        inputs.emplace_back("nanoseconds", fmt::format("{}", now - asset.interest_paid_until));
    } else {
        inputs.emplace_back("taken", units_text(t.amount));
        inputs.emplace_back("deficit", units_text(asset.deficit.nanos));
        inputs.emplace_back("gained", units_text(gained));
    }
    return inputs;
}

std::int64_t gained_by(engine_state const& state, std::uint32_t account) {
    int128 gained = 0;
    row_lists const& lists = state.positions_of_account;
    for (std::uint32_t p = lists.first(account); p != row_lists::end; p = lists.after(p))
        gained += std::max<std::int64_t>(state.positions[p].gained.nanos, 0);
    return narrow(gained).value;
}

}  // namespace

/// One command at a time, so that each is seen with what it found.
void block_walk::settle_instruments() {
    std::vector<std::uint32_t> const all = std::exchange(prepared_.at_end, {});
    for (std::uint32_t const i : all) {
        transaction_row const& t = prepared_.rows[i];
        prepared_.at_end = {i};
        std::int64_t const before = cash();
        payment_inputs inputs;
        if (account_ < state_.accounts.size() && is_of_asset(t.kind) &&
            t.asset < state_.assets.size()) {
            inputs = inputs_of(t, state_.assets[t.asset], before, gained_by(state_, account_),
                               state_.time);
        } else if (t.instrument < state_.listings.size()) {
            std::uint32_t const row = state_.find_position(account_, t.instrument);
            inputs = inputs_of(t, state_.listings[t.instrument],
                               row == hash_index::absent ? position_row{} : state_.positions[row]);
        }
        apply_to_instruments(state_, prepared_, dirty_);
        if (cash() == before) continue;
        payments_.push_back({.sequence = prepared_.first_place + i + 1,
                             .kind = std::string(name_of(t.kind)),
                             .cash = cash() - before,
                             .inputs = std::move(inputs)});
    }
}

/// What is still missing: an account in debt is paid for by its owner's other accounts, by the
/// insurance fund, and what neither has is booked as the asset's deficit.
void block_walk::cover_losses(engine_state const& after) {
    std::int64_t const rest = cash_of(after, account_) - cash();
    if (rest == 0) return;
    account_row const& own = after.accounts[account_];
    std::int64_t by_owner = 0;
    std::size_t in_debt = 0;
    std::string helped, helpers;
    for (account_row const& a : after.accounts) {
        bool const of_owner = a.owner == own.owner && own.owner != no_owner && a.asset == own.asset;
        if (!of_owner) continue;
        std::int64_t const change = a.cash.nanos - cash_of(state_, a.number);
        if (change > 0 && a.isolated_to != 0) continue;  // nobody pays for it
        if (change < 0) by_owner -= change;
        if (change > 0) in_debt += 1;
        if (change != 0)
            (change > 0 ? helped : helpers) +=
                fmt::format("{}{}", (change > 0 ? helped : helpers).empty() ? "" : " ", a.number);
    }
    asset_row const& then = state_.assets[own.asset.value];
    asset_row const& now = after.assets[own.asset.value];
    explained_payment p{.kind = rest > 0 ? "cover_of_loss" : "debt_of_own_account", .cash = rest};
    p.inputs.emplace_back("cash_before", units_text(cash()));
    if (rest < 0) {
        p.inputs.emplace_back("for_accounts_in_debt", helped);
    } else {
        p.inputs.emplace_back("gains_to_come",
                              units_text(std::max<std::int64_t>(own.unrealised.nanos, 0)));
        if (by_owner > 0 && own.isolated_to == 0) {
            p.inputs.emplace_back("by_accounts", helpers);
            p.inputs.emplace_back(in_debt == 1 ? "by_them" : "by_them_for_all_in_debt",
                                  units_text(by_owner));
        }
        p.inputs.emplace_back("insurance_fund_after", units_text(now.insurance_fund.nanos));
        p.inputs.emplace_back("deficit_before", units_text(then.deficit.nanos));
        p.inputs.emplace_back("deficit_after", units_text(now.deficit.nanos));
    }
    payments_.push_back(std::move(p));
}

}  // namespace lockstep
