#include "host/block/loss_cover.h"

#include <algorithm>

#include "host/block/losses.h"
#include "margin/liquidation/step.h"

namespace lockstep {

int128& loss_cover::left_of_owner(engine_state const& state, account_row const& debtor) {
    auto const [at, fresh] = of_owner_.try_emplace({debtor.owner, debtor.asset.value}, 0);
    if (!fresh) return at->second;
    accounts_.learn(state.accounts);
    for (auto const& [owner, row] : accounts_.of(debtor.owner)) {
        account_row const& other = state.accounts[row];
        // No more than its own positions leave it.
        int128 const spare = std::min<int128>(spare_of(other), liquidation::equity_of(other));
        if (other.asset == debtor.asset && spare > 0) at->second += spare;
    }
    return at->second;
}

/// Less what it owes already: to accounts that were closed so before and wait for their session.
int128& loss_cover::left_of_fund(engine_state const& state, std::uint32_t asset) {
    auto const [at, fresh] = of_fund_.try_emplace(asset, 0);
    if (!fresh) return at->second;
    at->second = state.assets[asset].insurance_fund.nanos;
    for (account_row const& a : state.accounts)
        if (a.asset.value == asset && a.open_positions == 0)
            at->second += std::min<int128>(liquidation::equity_of(a), 0);
    return at->second;
}

bool loss_cover::promise(engine_state const& state, std::uint32_t account) {
    account_row const& a = state.accounts[account];
    int128 const lacking = -liquidation::equity_of(a);
    if (lacking <= 0) return true;
    auto const [at, fresh] = promised_.try_emplace(account, false);
    if (!fresh) return at->second;
    int128 none = 0;
    bool const shares = a.owner != no_owner && a.isolated_to == 0;  // with the owner's others
    int128& of_owner = shares ? left_of_owner(state, a) : none;
    int128& of_fund = left_of_fund(state, a.asset.value);
    int128 const own = std::min(lacking, of_owner);
    if (lacking - own > std::max<int128>(of_fund, 0)) return false;
    of_owner -= own;
    of_fund -= lacking - own;
    return at->second = true;
}

}  // namespace lockstep
