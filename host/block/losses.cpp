#include "host/block/losses.h"

#include <algorithm>
#include <map>

#include "margin/ledger/transfer.h"

namespace lockstep {

namespace {

/// Whether an account has promised more than it has: than its cash, or than its positions would
/// leave of it. `closing`: of that what orders hold that only reduce. They end what the position
/// loses, which equity has lost already.
bool is_short(account_row const& a, account_margin const& counted, std::int64_t closing = 0) {
    int128 const left = static_cast<int128>(a.cash.nanos) - a.reserved.nanos;
    bool const has_promised = a.reserved.nanos > closing;
    return left < 0 || (has_promised && left + closing + counted.unrealised - counted.owed < 0);
}

/// What orders hold that only reduce, their fees with it, by account: of these accounts.
std::map<std::uint32_t, std::int64_t> held_for_closing(engine_state const& state,
                                                       std::vector<std::uint32_t> const& accounts) {
    std::map<std::uint32_t, std::int64_t> held;
    if (accounts.empty()) return held;
    for (std::uint32_t const account : accounts) held[account] = 0;
    for (open_order_row const& order : state.open_orders.rows()) {
        auto const of = held.find(order.account.value);
        if (order.left.size == 0 || of == held.end()) continue;
        if (state.only_reduces(order))
            of->second += order.left.position.nanos + order.left.fee.nanos;
    }
    return held;
}

/// Voids pending transfers out of accounts that are short, the newest first, until they are short
/// no longer or have promised nothing any more.
void void_promises(engine_state& state, std::vector<std::uint32_t> const& shorts,
                   account_margins const& margins, dirty_tables& dirty) {
    auto const breaks = [&margins](account_row const& a) {
        return a.pending_out.nanos > 0 && is_short(a, margins.of(a.number));
    };
    row_lists const& lists = state.pendings_of_account;
    for (std::uint32_t const loser : shorts) {
        account_row& debit = state.accounts[loser];
        if (!breaks(debit)) continue;
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

/// What the account's cash lacks to zero and no gain that waits for a session will bring.
std::int64_t debt_of(account_row const& a, account_margin const& counted) {
    int128 const coming = counted.unrealised > 0 ? counted.unrealised : int128{0};
    int128 const debt = -(static_cast<int128>(a.cash.nanos) + coming);
    return debt > 0 ? narrow(debt).value : 0;
}

/// What an account gives for its owner's debts, one after the other: what it can spare and still
/// hold what it has promised, all of its cash, and what the next session will bring it; of isolated
/// accounts last, because nobody pays for these when it does not.
enum class means { spare, cash, gains, gains_of_isolated };

std::int64_t means_of(account_row const& a, account_margin const& counted, means which) {
    int128 most = a.cash.nanos;
    if (which == means::spare && a.reserved.nanos > 0) {
        most -= a.reserved.nanos;
        most = std::min(most, most + counted.unrealised - counted.owed);
    }
    bool const of_gains = which == (a.isolated_to == 0 ? means::gains : means::gains_of_isolated);
    if (of_gains && counted.unrealised > 0) most += counted.unrealised;
    return most > 0 ? narrow(most).value : 0;
}

using accounts_by_owner =
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<std::uint32_t>>;

/// By owner and asset, ascending. Losses of an isolated account end with it.
accounts_by_owner in_debt(engine_state const& state, account_margins const& margins,
                          dirty_tables const& dirty) {
    accounts_by_owner debtors;
    for (std::uint32_t const row : dirty.accounts.rows()) {
        account_row const& a = state.accounts[row];
        if (a.cash.nanos >= 0 || a.owner == no_owner || a.isolated_to != 0) continue;
        if (debt_of(a, margins.of(row)) > 0) debtors[{a.owner, a.asset.value}].push_back(row);
    }
    for (auto& [owner, accounts] : debtors) std::sort(accounts.begin(), accounts.end());
    return debtors;
}

/// What an account gives of these means to those of its owner's that are in debt, in their order.
void pay_from(account_row& payer, means which, std::vector<std::uint32_t> const& indebted,
              engine_state& state, account_margins const& margins, dirty_tables& dirty) {
    std::int64_t most = means_of(payer, margins.of(payer.number), which);
    for (std::size_t k = 0; most > 0 && k < indebted.size(); ++k) {
        account_row& owes = state.accounts[indebted[k]];
        std::int64_t const paid = std::min(most, debt_of(owes, margins.of(indebted[k])));
        if (paid == 0) continue;
        owes.cash.nanos += paid;
        payer.cash.nanos -= paid;
        most -= paid;
        dirty.accounts.add(payer.number);
    }
}

}  // namespace

/// Nobody bankrupts one account and keeps the winnings in another, be it in its orders or until a
/// session. The margin of a payer's positions is not kept for it: whoever splits an account must
/// not fare better than who does not.
void pay_for_own(engine_state& state, account_margins const& margins, dirty_tables& dirty) {
    accounts_by_owner const debtors = in_debt(state, margins, dirty);
    if (debtors.empty()) return;
    state.accounts_of_owner.learn(state.accounts);
    for (auto const& [group, indebted] : debtors) {
        auto const& [owner, asset] = group;
        for (means const which :
             {means::spare, means::cash, means::gains, means::gains_of_isolated})
            for (owner_index::entry const& own : state.accounts_of_owner.of(owner)) {
                account_row& payer = state.accounts[own.account];
                if (payer.asset.value == asset)
                    pay_from(payer, which, indebted, state, margins, dirty);
            }
    }
}

/// Whatever stood in the block: an account below zero by no more than its gains is short of more as
/// soon as a mark takes some of them.
std::vector<std::uint32_t> short_accounts(engine_state const& state, account_margins const& margins,
                                          dirty_tables const& dirty) {
    std::vector<std::uint32_t> shorts;
    for (std::uint32_t const row : dirty.accounts.rows())
        if (is_short(state.accounts[row], margins.of(row))) shorts.push_back(row);
    std::sort(shorts.begin(), shorts.end());
    auto const closing = held_for_closing(state, shorts);
    std::erase_if(shorts, [&](std::uint32_t row) {
        return !is_short(state.accounts[row], margins.of(row), closing.at(row));
    });
    return shorts;
}

void cover_losses(engine_state& state, std::vector<std::uint32_t> const& shorts,
                  account_margins const& margins, dirty_tables& dirty) {
    void_promises(state, shorts, margins, dirty);
    for (std::uint32_t const row : shorts) {
        account_row& account = state.accounts[row];
        std::int64_t const lacking = debt_of(account, margins.of(row));
        if (lacking == 0) continue;
        asset_row& asset = state.assets[account.asset.value];
        std::int64_t const paid = std::min(lacking, asset.insurance_fund.nanos);
        asset.insurance_fund.nanos -= paid;
        asset.deficit.nanos += lacking - paid;
        account.cash.nanos += lacking;
        dirty.assets.add(account.asset.value);
    }
}

}  // namespace lockstep
