#include "host/store/account_commands.h"

#include "host/block/kinds.h"

namespace lockstep {

namespace {

bool have_one_owner(std::uint32_t a, std::uint32_t b, engine_state const& state) {
    auto const& accounts = state.accounts;
    return a < accounts.size() && b < accounts.size() && accounts[a].owner != no_owner &&
           accounts[a].owner == accounts[b].owner;
}

/// By name, or through the earlier command that is meant. One step suffices: what a cancel, an
/// amendment or a posting means is an order or a transfer.
bool is_about(transaction_row const& t, std::uint32_t account, engine_state const& state,
              int depth) {
    if (account >= state.accounts.size()) return false;
    account_row const& row = state.accounts[account];
    if (t.kind == transaction_kind::create_account) return row.id == t.id;
    if (t.kind == transaction_kind::interest || t.kind == transaction_kind::socialise)
        return row.asset.value == t.asset;
    bool const halts_instrument =
        (t.kind == transaction_kind::suspend || t.kind == transaction_kind::resume) &&
        (t.flags & transaction_flag::on_instrument) != 0;
    bool const about_account =
        has_trait(t.kind, kind_trait::of_account) || !has_trait(t.kind, kind_trait::known);
    bool const names_accounts = about_account && !halts_instrument;
    if (names_accounts && t.account == account) return true;
    bool const has_counterparty =
        t.kind == transaction_kind::transfer || has_trait(t.kind, kind_trait::bilateral);
    if (has_counterparty && t.counterparty == account) return true;
    if (t.kind == transaction_kind::mass_cancel && (t.flags & transaction_flag::whole_owner) != 0 &&
        have_one_owner(t.account, account, state))
        return true;
    if (depth > 0 || t.target.is_zero() || !names_accounts) return false;
    std::uint32_t const place = state.find_place(t.target);
    return place != hash_index::absent && is_about(state.history[place], account, state, depth + 1);
}

}  // namespace

bool is_about(transaction_row const& t, std::uint32_t account, engine_state const& state) {
    return is_about(t, account, state, 0);
}

}  // namespace lockstep
