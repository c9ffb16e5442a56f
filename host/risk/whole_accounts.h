// Accounts held to a model that looks at them across their assets (cross-collateral): their
// netting sets ask for nothing each, and the account as a whole is asked about in USD. Equity is
// that of its pools at the market's index, less the haircuts on the cash in them.
#pragma once

#include <span>
#include <vector>

#include "host/margin/query/portfolio.h"
#include "host/risk/formula_margin.h"
#include "host/risk/haircuts.h"

namespace lockstep {

class whole_accounts {
  public:
    /// The sources must outlive this.
    whole_accounts(market const& listed, book_table const& books, valuation const& values,
                   netting_sets const& sets, account_models const& models);

    bool empty() const { return asked_.empty(); }

    /// Whether the account has one verdict as a whole: one without positions has it too, one that
    /// its model refuses has not.
    bool judges(account_id account) const;

    /// Asks every such account's model and takes the engine's requirements out of its sets. Sets of
    /// an account that is refused stay with the engine and are added to `refusals`.
    void margin(std::span<margin_row> rows, std::vector<model_refusal>& refusals);

    /// The sets ask for nothing at any step of the ladder either: it says nothing of such accounts.
    void take_out(std::span<set_amounts> amounts) const;

    /// Pools of such accounts have no verdict and no distance of their own, their account has.
    /// `haircuts` are by asset, as the prices are; none when it is empty.
    void judge(std::span<pool_row> pools, std::span<account_summary> accounts,
               asset_prices const& prices, std::span<asset_haircut const> haircuts) const;

    margin_query query_of(account_id account) const;

  private:
    struct answer {
        account_id account;
        std::uint32_t set_begin, set_end;
        int128 initial_usd = 0, maintenance_usd = 0;
        bool overflowed = false;
    };
    void ask(answer& a) const;
    void take_haircuts(std::span<pool_row const> pools, std::span<account_summary> accounts,
                       asset_prices const& prices, std::span<asset_haircut const> haircuts) const;

    market const& listed_;
    book_table const& books_;
    netting_sets const& sets_;
    account_models const& models_;
    std::vector<std::vector<double>> forwards_;  // by book and expiry bucket
    std::vector<answer> asked_;                  // in order of accounts
    std::vector<std::uint32_t> refused_;         // accounts, ascending
};

}  // namespace lockstep
