#include "host/risk/book_overview.h"

#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/parallel_reduce.h>

#include <algorithm>
#include <map>

#include "host/io/number_text.h"
#include "host/io/timestamp.h"
#include "pricing/base/decimal.h"
#include "pricing/base/quantise.h"

namespace lockstep {

namespace {

/// Integer sums of one book; adding them up in any order gives the same.
struct scenario_sums {
    std::array<int128, scenarios_max> net{}, losses{};
    std::array<std::uint64_t, scenarios_max> worst_in{};
    std::uint64_t sets = 0;
};
using sums_by_book = std::vector<scenario_sums>;

sums_by_book added(sums_by_book a, sums_by_book const& b) {
    for (std::size_t i = 0; i < a.size(); ++i) {
        for (std::size_t s = 0; s < scenarios_max; ++s) {
            a[i].net[s] += b[i].net[s];
            a[i].losses[s] += b[i].losses[s];
            a[i].worst_in[s] += b[i].worst_in[s];
        }
        a[i].sets += b[i].sets;
    }
    return a;
}

/// lots of 10^exponent nano-contracts times cells of 10^-places, in nanos of the asset.
int128 set_nanos(int128 sum, int exponent, int places) {
    if (exponent >= places) return sum * static_cast<int128>(power_of_ten(exponent - places));
    return divide(sum, static_cast<int128>(power_of_ten(places - exponent)), rounding::down);
}

void add_set(scenario_sums& into, book_sources const& from, std::size_t set, int places) {
    netting_sets const& all = from.sets;
    std::uint32_t const scenarios = from.arrays.scenarios;
    std::array<int128, scenarios_max> sums{};
    for (std::uint32_t p = all.begin[set]; p < all.begin[set + 1]; ++p) {
        std::int64_t const* row = from.arrays.row(all.instrument[p]);
        for (std::uint32_t s = 0; s < scenarios; ++s)
            sums[s] += static_cast<int128>(all.lots[p]) * row[s];
    }
    for (std::uint32_t s = 0; s < scenarios; ++s) {
        int128 const nanos = set_nanos(sums[s], all.lot_exponent[set], places);
        into.net[s] += nanos;
        if (nanos < 0) into.losses[s] += nanos;
    }
    std::uint8_t const worst = from.margins[set].worst_scenario;
    if (worst < scenarios_max && from.margins[set].worst_loss.nanos > 0) ++into.worst_in[worst];
    ++into.sets;
}

sums_by_book add_up_scenarios(book_sources const& from) {
    sums_by_book const zero(from.books.rows.size());
    return tbb::parallel_reduce(
        tbb::blocked_range<std::size_t>(0, from.sets.sets.size(), 8192), zero,
        [&](tbb::blocked_range<std::size_t> const& range, sums_by_book sums) {
            for (std::size_t set = range.begin(); set < range.end(); ++set) {
                std::uint32_t const book = from.sets.sets[set].book;
                add_set(sums[book], from, set, risk_places_of(from.books.rows[book].settle));
            }
            return sums;
        },
        added);
}

/// Adds what is held of one instrument to a group.
void add_to_group(greek_group& group, holding const& held, std::int64_t const* cells, int places) {
    auto const unit = static_cast<int128>(power_of_ten(places));
    std::int64_t const net = held.long_nanos - held.short_nanos;  // both are >= 0: no overflow
    std::int64_t const most = std::max(held.long_nanos, held.short_nanos);
    ++group.contracts_open;
    for (std::uint32_t k = 0; k < sensitivity_count; ++k) {
        group.net[k] += divide(static_cast<int128>(net) * cells[k], unit, rounding::down);
        int128 const size = static_cast<int128>(most) * cells[k];
        group.gross[k] += divide(size < 0 ? -size : size, unit, rounding::down);
    }
}

/// Puts neighbours together until few enough groups are left to draw.
std::vector<greek_group> coarsened(std::vector<greek_group> groups) {
    std::size_t const together = (groups.size() + strike_groups_max - 1) / strike_groups_max;
    if (together <= 1) return groups;
    std::vector<greek_group> fewer;
    for (std::size_t i = 0; i < groups.size(); ++i) {
        if (i % together == 0) {
            fewer.push_back(groups[i]);
            continue;
        }
        greek_group& into = fewer.back();
        into.contracts_open += groups[i].contracts_open;
        for (std::uint32_t k = 0; k < sensitivity_count; ++k) {
            into.net[k] += groups[i].net[k];
            into.gross[k] += groups[i].gross[k];
        }
        if (i % together == together - 1 || i + 1 == groups.size())
            into.label += " – " + groups[i].label;
    }
    return fewer;
}

std::string expiry_label(utc_ns expiry) {
    if (expiry.value == 0) return "perpetual";
    return time_text(expiry).substr(0, 10);
}

void add_greeks(std::vector<book_overview>& overviews, book_sources const& from) {
    std::vector<std::map<std::int64_t, greek_group>> by_expiry(overviews.size());
    std::vector<std::map<std::int64_t, greek_group>> by_strike(overviews.size());
    for (std::size_t i = 0; i < from.holdings.size(); ++i) {
        if (from.holdings[i].positions == 0) continue;
        instrument_row const& row = from.listed.instruments[i];
        std::uint32_t const book = from.books.of_instrument[i];
        std::int64_t const* cells = from.arrays.row(i) + from.arrays.scenario_columns;
        greek_group& expiry = by_expiry[book][row.expiry.value];
        expiry.label = expiry_label(row.expiry);
        add_to_group(expiry, from.holdings[i], cells, risk_places_of(row.settle));
        if (row.kind != instrument_kind::option) continue;
        greek_group& strike = by_strike[book][row.strike.nanos];
        strike.label = grouped_nanos(row.strike.nanos, row.strike.nanos % nanos_per_unit ? 2 : 0);
        add_to_group(strike, from.holdings[i], cells, risk_places_of(row.settle));
    }
    for (std::size_t b = 0; b < overviews.size(); ++b) {
        for (auto& [time, group] : by_expiry[b]) overviews[b].by_expiry.push_back(group);
        for (auto& [price, group] : by_strike[b]) overviews[b].by_strike.push_back(group);
        overviews[b].by_strike = coarsened(std::move(overviews[b].by_strike));
    }
}

}  // namespace

std::vector<holding> add_up_holdings(std::size_t instruments, netting_sets const& sets) {
    std::vector<holding> held(instruments);
    for (std::size_t set = 0; set < sets.sets.size(); ++set) {
        auto const lot = static_cast<std::int64_t>(power_of_ten(sets.lot_exponent[set]));
        for (std::uint32_t p = sets.begin[set], end = sets.begin[set + 1]; p < end; ++p) {
            holding& row = held[sets.instrument[p]];
            std::int64_t const size = sets.lots[p] * lot;  // as it was read
            std::int64_t& side = size < 0 ? row.short_nanos : row.long_nanos;
            side = checked_add(side, size < 0 ? -size : size).value;
            ++row.positions;
        }
    }
    return held;
}

std::vector<book_overview> look_over_books(book_sources const& from) {
    sums_by_book const sums = add_up_scenarios(from);
    std::vector<book_overview> overviews(from.books.rows.size());
    for (std::size_t b = 0; b < overviews.size(); ++b) {
        book_row const& book = from.books.rows[b];
        book_overview& view = overviews[b];
        view.name = name_of_book(from.listed, book);
        view.underlying = from.listed.underlyings[book.underlying.value].name;
        view.asset = from.listed.assets[book.asset.value];
        view.netting_sets = sums[b].sets;
        scenario_set const& set = from.scenario_sets[b];
        for (std::uint32_t s = 0; s < set.count; ++s) {
            scenario_shock const& shock = set.shocks[s];
            view.scenarios.push_back({shock.price_multiplier - 1.0, shock.vol_direction,
                                      shock.extended != 0, sums[b].net[s], sums[b].losses[s]});
            view.worst_in.push_back(sums[b].worst_in[s]);
        }
    }
    add_greeks(overviews, from);
    return overviews;
}

}  // namespace lockstep
