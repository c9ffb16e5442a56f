#include "host/pnl/explain_pnl.h"

#include <oneapi/tbb/parallel_for.h>

#include <algorithm>
#include <utility>

#include "host/base/error.h"
#include "host/market/load.h"
#include "host/pnl/funding.h"
#include "host/portfolio/load.h"
#include "host/risk/arrays.h"
#include "host/risk/valuation.h"
#include "margin/portfolio_sums.h"
#include "pricing/base/decimal.h"

namespace lockstep {

namespace {

/// How the carry that a contract's forward implies has changed; none where an index is missing.
double carry_change(market const& from, risk_inputs const& first, std::size_t i, market const& to,
                    risk_inputs const& later, std::size_t there) {
    if (from.instruments[i].kind == instrument_kind::perpetual) return 0;
    double const index = from.underlyings[from.instruments[i].underlying.value].index;
    double const index_later = to.underlyings[to.instruments[there].underlying.value].index;
    if (!(index > 0) || !(index_later > 0) || !(later.time > 0)) return 0;
    return implied_carry(later.underlying, index_later, later.time) -
           implied_carry(first.underlying, index, first.time);
}

class explanation {
  public:
    explanation(backend& device) : device_(device) {}

    pnl_result go(pnl_paths const& paths);

  private:
    void explain_instruments();
    void add_accounts(portfolio const& held);
    std::vector<std::int64_t> largest_cells() const;
    pnl_sum of_set(std::uint32_t set) const;

    backend& device_;
    pnl_result all_;
};

void explanation::explain_instruments() {
    all_.books = open_books(all_.from);
    valuation const before = value_instruments(all_.from, device_);
    valuation const after = value_instruments(all_.to, device_);
    std::vector<risk_inputs> const inputs = inputs_of_arrays(all_.from, all_.books, before);
    std::vector<risk_inputs> const later = inputs_of_arrays(all_.to, open_books(all_.to), after);
    std::size_t const count = inputs.size();
    all_.place_in_to.assign(count, pnl_result::not_listed);
    all_.status.assign(count, pnl_status::explained);
    all_.rows.assign(count, pnl_row{});
    for (std::size_t i = 0; i < count; ++i) {
        auto const found = all_.to.by_name.find(all_.from.names[i]);
        if (found != all_.to.by_name.end()) all_.place_in_to[i] = found->second;
        std::uint32_t const there = all_.place_in_to[i];
        pnl_status& status = all_.status[i];
        if (before.status[i] != value_status::valued)
            status = pnl_status::has_no_value_at_first;
        else if (there == pnl_result::not_listed)
            status = pnl_status::is_not_listed_afterwards;
        else if (after.status[there] != value_status::valued)
            status = pnl_status::has_no_value_afterwards;
        else if (!explain_contract(
                     inputs[i], later[there],
                     carry_change(all_.from, inputs[i], i, all_.to, later[there], there),
                     all_.rows[i]))
            status = pnl_status::amount_does_not_fit;
    }
}

/// By instrument, of all that a position is multiplied by.
std::vector<std::int64_t> explanation::largest_cells() const {
    std::vector<std::int64_t> largest;
    for (std::size_t i = 0; i < all_.rows.size(); ++i) {
        pnl_row const& row = all_.rows[i];
        std::uint64_t most = std::max(
            {magnitude(row.value_from), magnitude(row.value_to), magnitude(all_.funding[i])});
        for (std::int64_t const term : row.terms) most = std::max(most, magnitude(term));
        largest.push_back(static_cast<std::int64_t>(most));
    }
    return largest;
}

pnl_sum explanation::of_set(std::uint32_t set) const {
    pnl_sum fine;  // in units of lots x cells
    for (std::uint32_t p = all_.sets.begin[set]; p < all_.sets.begin[set + 1]; ++p) {
        pnl_row const& row = all_.rows[all_.sets.instrument[p]];
        int128 const lots = all_.sets.lots[p];
        fine.value_from += lots * row.value_from;
        fine.value_to += lots * row.value_to;
        for (std::uint32_t t = 0; t < pnl_term_count; ++t) fine.terms[t] += lots * row.terms[t];
        fine.funding += lots * all_.funding[all_.sets.instrument[p]];
    }
    settlement const settle = all_.books.rows[all_.sets.sets[set].book].settle;
    int const places = risk_places_of(settle) - all_.sets.lot_exponent[set];
    auto const nanos = [places](int128 sum) {
        return divide_by_power_of_ten(sum, places, rounding::down);
    };
    pnl_sum sum{nanos(fine.value_from), nanos(fine.value_to), {}, 0};
    for (std::uint32_t t = 0; t < pnl_term_count; ++t) sum.terms[t] = nanos(fine.terms[t]);
    sum.funding = nanos(fine.funding);
    return sum;
}

void explanation::add_accounts(portfolio const& held) {
    std::vector<std::uint8_t> explained(all_.status.size());
    for (std::size_t i = 0; i < explained.size(); ++i)
        explained[i] = all_.status[i] == pnl_status::explained;
    all_.sets = group_positions(all_.from, all_.books, held.accounts.size(), held.positions,
                                explained, largest_cells());
    std::vector<pnl_sum> of_sets(all_.sets.sets.size());
    tbb::parallel_for(std::size_t{0}, of_sets.size(),
                      [&](std::size_t s) { of_sets[s] = of_set(static_cast<std::uint32_t>(s)); });
    all_.by_book.resize(all_.books.rows.size());
    for (std::size_t s = 0; s < of_sets.size(); ++s) {
        netting_set const& set = all_.sets.sets[s];
        bool const same = !all_.pools.empty() && all_.pools.back().account == set.account &&
                          all_.pools.back().asset == set.asset;
        if (!same) all_.pools.push_back({set.account, set.asset, {}});
        all_.pools.back().sum += of_sets[s];
        all_.by_book[set.book] += of_sets[s];
    }
}

pnl_result explanation::go(pnl_paths const& paths) {
    all_.from = load_market(paths.from, all_.rejected, {paths.perpetuals_from});
    all_.to = load_market(paths.to, all_.rejected, {paths.perpetuals_to});
    if (all_.to.time < all_.from.time)
        throw input_error(paths.to + ": is of an earlier time than " + paths.from);
    explain_instruments();
    all_.funding = paths.funding.empty()
                       ? std::vector<std::int64_t>(all_.rows.size(), 0)
                       : read_funding(paths.funding, all_.from, all_.to.time, all_.rejected);
    portfolio held = load_portfolio(paths.portfolio, all_.from, all_.rejected);
    add_accounts(held);
    all_.account_names = std::move(held.accounts);
    return std::move(all_);
}

}  // namespace

char const* word(pnl_status status) {
    switch (status) {
        case pnl_status::explained: return "explained";
        case pnl_status::has_no_value_at_first: return "has_no_value_at_first";
        case pnl_status::is_not_listed_afterwards: return "is_not_listed_afterwards";
        case pnl_status::has_no_value_afterwards: return "has_no_value_afterwards";
        case pnl_status::amount_does_not_fit: return "amount_does_not_fit";
    }
    return "faulty";
}

pnl_sum& pnl_sum::operator+=(pnl_sum const& other) {
    value_from += other.value_from;
    value_to += other.value_to;
    for (std::uint32_t t = 0; t < pnl_term_count; ++t) terms[t] += other.terms[t];
    funding += other.funding;
    return *this;
}

pnl_result explain_pnl(pnl_paths const& paths, backend& device) {
    return explanation(device).go(paths);
}

}  // namespace lockstep
