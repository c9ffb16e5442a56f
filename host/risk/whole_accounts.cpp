#include "host/risk/whole_accounts.h"

#include <oneapi/tbb/parallel_for.h>

#include <algorithm>
#include <utility>

#include "host/base/error.h"
#include "pricing/base/decimal.h"

namespace lockstep {

namespace {

constexpr std::uint32_t verdict_flags = account_flag::liquidatable | account_flag::initial_breach;

/// The underlying of a book in the query, with the book's expiries added to it.
query_underlying& underlying_in(margin_query& q, underlying_row const& row) {
    auto const at = std::find_if(q.underlyings.begin(), q.underlyings.end(),
                                 [&](query_underlying const& u) { return u.name == row.name; });
    if (at != q.underlyings.end()) return *at;
    return q.underlyings.emplace_back(underlying_at(row, 1.0));
}

void add_expiries(query_underlying& u, book_row const& book, std::vector<double> const& forwards) {
    for (std::size_t e = 0; e < book.expiries.size(); ++e) {
        utc_ns const time = book.expiries[e];
        if (!(forwards[e] > 0)) continue;
        if (time.value == 0) {
            u.perpetual_price = forwards[e];
            continue;
        }
        bool const known = std::any_of(u.expiries.begin(), u.expiries.end(),
                                       [&](query_expiry const& x) { return x.time == time; });
        if (!known) u.expiries.push_back({time, forwards[e], 0.0, 1.0, 0.0, 0.0});
    }
}

}  // namespace

whole_accounts::whole_accounts(market const& listed, book_table const& books,
                               valuation const& values, netting_sets const& sets,
                               account_models const& models)
    : listed_(listed), books_(books), sets_(sets), models_(models) {
    if (models.engine_alone()) return;
    for (std::uint32_t s = 0; s < sets.sets.size(); ++s) {
        account_id const account = sets.sets[s].account;
        if (!models.asks_whole_accounts(models.of(account))) continue;
        if (asked_.empty() || !(asked_.back().account == account))
            asked_.push_back({account, s, s});
        asked_.back().set_end = s + 1;
    }
    if (!asked_.empty()) forwards_ = forwards_of(listed, books, values);
}

margin_query whole_accounts::query_of(account_id account) const {
    margin_query q{};
    q.time = listed_.time;
    q.cash_price = 1.0;
    auto const at =
        std::lower_bound(asked_.begin(), asked_.end(), account.value,
                         [](answer const& a, std::uint32_t id) { return a.account.value < id; });
    if (at == asked_.end() || !(at->account == account)) return q;
    for (std::uint32_t s = at->set_begin; s < at->set_end; ++s) {
        std::uint32_t const book = sets_.sets[s].book;
        query_underlying& u =
            underlying_in(q, listed_.underlyings[books_.rows[book].underlying.value]);
        add_expiries(u, books_.rows[book], forwards_[book]);
        double const lot = static_cast<double>(power_of_ten(sets_.lot_exponent[s])) * 1e-9;
        for (std::uint32_t p = sets_.begin[s]; p < sets_.begin[s + 1]; ++p) {
            instrument_row const& row = listed_.instruments[sets_.instrument[p]];
            query_leg leg{};
            leg.name = listed_.names[sets_.instrument[p]];
            leg.terms = {u.name,     listed_.assets[row.settle_asset.value],
                         row.kind,   row.type,
                         row.settle, row.strike,
                         row.expiry};
            leg.size = static_cast<double>(sets_.lots[p]) * lot;
            if (row.kind == instrument_kind::option)
                leg.vol = listed_.quotes[sets_.instrument[p]].vol;
            leg.underlying = listed_.quotes[sets_.instrument[p]].underlying;
            q.legs.push_back(std::move(leg));
        }
    }
    return q;
}

void whole_accounts::ask(answer& a) const {
    margin_answer const says = models_.formula(models_.of(a.account)).evaluate(query_of(a.account));
    checked_int64 const initial = in_nanos_of_usd(says.initial);
    checked_int64 const maintenance = in_nanos_of_usd(says.maintenance);
    a.initial_usd = initial.value;
    a.maintenance_usd = maintenance.value;
    a.overflowed = initial.overflowed || maintenance.overflowed;
}

void whole_accounts::margin(std::span<margin_row> rows, std::vector<model_refusal>& refusals) {
    std::vector<std::string> refused(asked_.size());
    tbb::parallel_for(std::size_t{0}, asked_.size(), [&](std::size_t i) {
        try {
            ask(asked_[i]);
        } catch (input_error const& error) {
            refused[i] = error.what();
        }
    });
    std::vector<answer> kept;
    for (std::size_t i = 0; i < asked_.size(); ++i) {
        answer const& a = asked_[i];
        for (std::uint32_t s = a.set_begin; s < a.set_end; ++s) {
            if (!refused[i].empty()) {
                refusals.push_back({s, refused[i]});
                continue;
            }
            margin_row& row = rows[s];
            row.initial_margin = row.maintenance_margin = {};
            row.worst_loss = row.second_worst_loss = {};
            row.roll_shock = row.delta_shock = row.risk_matrix_margin = {};
            row.worst_scenario = row.second_worst_scenario = no_scenario;
        }
        if (refused[i].empty())
            kept.push_back(a);
        else
            refused_.push_back(a.account.value);
    }
    asked_ = std::move(kept);
    std::sort(refusals.begin(), refusals.end(),
              [](model_refusal const& x, model_refusal const& y) { return x.set < y.set; });
}

bool whole_accounts::judges(account_id account) const {
    return models_.asks_whole_accounts(models_.of(account)) &&
           !std::binary_search(refused_.begin(), refused_.end(), account.value);
}

void whole_accounts::take_out(std::span<set_amounts> amounts) const {
    for (answer const& a : asked_)
        for (std::uint32_t s = a.set_begin; s < a.set_end; ++s)
            amounts[s].initial_margin = amounts[s].maintenance_margin = 0;
}

void whole_accounts::take_haircuts(std::span<pool_row const> pools,
                                   std::span<account_summary> accounts, asset_prices const& prices,
                                   std::span<asset_haircut const> haircuts) const {
    for (std::uint32_t a = 0; a < accounts.size(); ++a) {
        account_summary& account = accounts[a];
        if (!judges({a})) continue;
        for (std::uint32_t p = account.pool_begin; p < account.pool_end; ++p) {
            std::uint32_t const asset = pools[p].asset.value;
            int128 const usd = to_usd(pools[p].cash.nanos, prices[asset], rounding::down);
            account.equity_usd.nanos -= haircut_of(usd, haircuts[asset].maintenance);
            account.initial_margin_usd.nanos += haircut_of(usd, haircuts[asset].initial);
        }
    }
}

void whole_accounts::judge(std::span<pool_row> pools, std::span<account_summary> accounts,
                           asset_prices const& prices,
                           std::span<asset_haircut const> haircuts) const {
    for (answer const& a : asked_) {
        account_summary& account = accounts[a.account.value];
        account.initial_margin_usd.nanos = a.initial_usd;
        account.maintenance_margin_usd.nanos = a.maintenance_usd;
        if (a.overflowed) account.flags |= account_flag::overflowed;
    }
    if (!haircuts.empty()) take_haircuts(pools, accounts, prices, haircuts);
    for (std::uint32_t a = 0; a < accounts.size(); ++a) {
        if (!judges({a})) continue;
        account_summary& account = accounts[a];
        for (std::uint32_t p = account.pool_begin; p < account.pool_end; ++p) {
            pools[p].flags &= ~verdict_flags;
            pools[p].distance_down = pools[p].distance_up = no_distance;
        }
        account.flags &= ~verdict_flags;
        account.distance_down = account.distance_up = no_distance;
        if (account.excess_maintenance() < 0) account.flags |= account_flag::liquidatable;
        if (account.equity_usd.nanos < account.initial_margin_usd.nanos)
            account.flags |= account_flag::initial_breach;
    }
}

}  // namespace lockstep
