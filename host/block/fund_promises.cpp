#include "host/block/fund_promises.h"

#include "margin/ledger/liquidate.h"

namespace lockstep {

namespace {

bool holds_what_may_be_closed(engine_state const& state, std::uint32_t account) {
    row_lists const& lists = state.positions_of_account;
    for (std::uint32_t p = lists.first(account); p != row_lists::end; p = lists.after(p)) {
        position_row const& held = state.positions[p];
        if (held.size.nanos != 0 &&
            may_be_closed(state.listings[held.instrument.value], state.time))
            return true;
    }
    return false;
}

}  // namespace

/// Less what it owes already: to accounts that were closed as far as they can be, and wait for
/// their session.
int128& fund_promises::left_of(engine_state const& state, std::uint32_t asset) {
    auto const [at, fresh] = left_.try_emplace(asset, 0);
    if (!fresh) return at->second;
    at->second = state.assets[asset].insurance_fund.nanos;
    for (account_row const& a : state.accounts) {
        int128 const equity = liquidation::equity_of(a);
        if (equity < 0 && a.asset.value == asset && !holds_what_may_be_closed(state, a.number))
            at->second += equity;
    }
    return at->second;
}

bool fund_promises::covers(engine_state const& state, std::uint32_t account) {
    account_row const& a = state.accounts[account];
    int128 const lacking = -liquidation::equity_of(a);
    if (lacking <= 0) return true;
    auto const [at, fresh] = promised_.try_emplace(account, false);
    if (!fresh) return at->second;
    int128& left = left_of(state, a.asset.value);
    if (lacking > left) return false;
    left -= lacking;
    return at->second = true;
}

}  // namespace lockstep
