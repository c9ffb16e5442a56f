#include "host/risk/formula_margin.h"

#include <oneapi/tbb/parallel_for.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "host/base/error.h"
#include "host/market/median.h"
#include "pricing/base/decimal.h"
#include "pricing/base/quantise.h"

namespace lockstep {

checked_int64 in_nanos_of_usd(double whole, double paid) {
    return whole <= paid ? checked_int64{0, false} : in_nanos(whole, rounding::up, paid);
}

query_underlying underlying_at(underlying_row const& row, double moved) {
    query_underlying u{};
    u.name = row.name;
    u.index = u.perpetual_price = row.index * moved;
    u.confidence = u.multiplier = u.perpetual_confidence = 1.0;
    u.market_kind = "coin";
    return u;
}

namespace {

/// Requirements in nanos, each rounded up once in USD and once where it becomes coins.
checked_int64 in_settle_asset(checked_int64 nanos, settlement settle, double index) {
    if (nanos.overflowed) return {int64_max, true};
    if (settle == settlement::linear) return nanos;
    checked_int64 const price = quantise(index, 1e9, rounding::down);
    if (price.overflowed || price.value <= 0) return {int64_max, true};
    return narrow(
        divide(static_cast<int128>(nanos.value) * nanos_per_unit, price.value, rounding::up));
}

}  // namespace

// A snapshot takes seconds, and no record of an expiry is more right than the others.
std::vector<std::vector<double>> forwards_of(market const& listed, book_table const& books,
                                             valuation const& values) {
    std::vector<std::vector<std::vector<double>>> seen(books.rows.size());
    std::vector<std::vector<double>> forwards(books.rows.size());
    for (std::size_t b = 0; b < books.rows.size(); ++b) {
        seen[b].resize(books.rows[b].expiries.size());
        forwards[b].assign(books.rows[b].expiries.size(), 0.0);
    }
    for (std::size_t i = 0; i < listed.instruments.size(); ++i) {
        if (values.status[i] != value_status::valued) continue;
        std::uint32_t const book = books.of_instrument[i];
        double const underlying = listed.quotes[i].underlying;
        if (listed.instruments[i].kind == instrument_kind::option)
            seen[book][books.bucket[i]].push_back(underlying);
        else
            forwards[book][books.bucket[i]] = underlying;
    }
    for (std::size_t b = 0; b < seen.size(); ++b)
        for (std::size_t e = 0; e < seen[b].size(); ++e) {
            if (!(forwards[b][e] > 0) && !seen[b][e].empty())
                forwards[b][e] = lower_median(std::move(seen[b][e]));
        }
    return forwards;
}

formula_margin::formula_margin(market const& listed, book_table const& books,
                               valuation const& values, netting_sets const& sets,
                               account_models const& models)
    : listed_(listed), books_(books), sets_of_(sets), models_(models) {
    if (models.engine_alone()) return;
    forwards_ = forwards_of(listed, books, values);
    for (std::uint32_t s = 0; s < sets.sets.size(); ++s)
        if (models.asks_netting_sets(models.of(sets.sets[s].account))) sets_.push_back(s);
}

/// A coin-settled option as a linear one: what it is worth in coins depends on strike / forward
/// alone, so at this strike, with a forward at the index, it is worth as much at the index.
static price strike_at_index(price strike, double forward, double index) {
    checked_int64 const scaled =
        quantise_nearest(static_cast<double>(strike.nanos) * (index / forward), 1.0);
    if (scaled.overflowed || scaled.value <= 0)
        throw input_error("a strike is too far from its forward");
    return {scaled.value};
}

margin_query formula_margin::query_of(std::uint32_t set, double move) const {
    std::uint32_t const book_id = sets_of_.sets[set].book;
    book_row const& book = books_.rows[book_id];
    double const moved = 1.0 + move;
    margin_query q{};
    q.time = listed_.time;
    q.cash_price = 1.0;
    bool const coins = book.settle == settlement::inverse;
    query_underlying u = underlying_at(listed_.underlyings[book.underlying.value], moved);
    for (std::size_t e = 0; e < book.expiries.size(); ++e) {
        double const forward = forwards_[book_id][e] * moved;
        if (!(forward > 0)) continue;
        double const price = coins ? u.index : forward;
        if (book.expiries[e].value == 0)
            u.perpetual_price = price;
        else
            u.expiries.push_back({book.expiries[e], price, 0.0, 1.0, 0.0, 0.0});
    }
    double const lot = static_cast<double>(power_of_ten(sets_of_.lot_exponent[set])) * 1e-9;
    for (std::uint32_t p = sets_of_.begin[set]; p < sets_of_.begin[set + 1]; ++p) {
        std::uint32_t const id = sets_of_.instrument[p];
        instrument_row const& row = listed_.instruments[id];
        query_leg leg{};
        leg.name = listed_.names[id];
        leg.terms = {u.name,
                     listed_.assets[row.settle_asset.value],
                     row.kind,
                     row.type,
                     settlement::linear,
                     row.strike,
                     row.expiry};
        leg.size = static_cast<double>(sets_of_.lots[p]) * lot;
        if (row.kind == instrument_kind::option) {
            leg.vol = listed_.quotes[id].vol;
            // The engine's value, which equity holds, is on the price that it was quoted on.
            double const forward = listed_.quotes[id].underlying * moved;
            if (coins)
                leg.terms.strike = strike_at_index(row.strike, forward, u.index);
            else
                leg.underlying = forward;
        } else if (coins) {
            leg.size /= listed_.quotes[id].underlying * moved;
        }
        q.legs.push_back(std::move(leg));
    }
    q.underlyings.push_back(std::move(u));
    return q;
}

/// As the engine counts them: by their price, without what was agreed.
checked_int64 formula_margin::value_of_futures(std::uint32_t set, double move) const {
    double const lot = static_cast<double>(power_of_ten(sets_of_.lot_exponent[set])) * 1e-9;
    double value = 0;
    for (std::uint32_t p = sets_of_.begin[set]; p < sets_of_.begin[set + 1]; ++p) {
        instrument_row const& row = listed_.instruments[sets_of_.instrument[p]];
        if (row.kind == instrument_kind::option) continue;
        double const size = static_cast<double>(sets_of_.lots[p]) * lot;
        double const price = listed_.quotes[sets_of_.instrument[p]].underlying * (1.0 + move);
        value += row.settle == settlement::inverse ? -size / price : size * price;
    }
    return quantise(value, 1e9, rounding::down);
}

formula_margin::requirement formula_margin::ask(std::uint32_t set, double move,
                                                std::int64_t value) const {
    margin_model const& model = models_.formula(models_.of(sets_of_.sets[set].account));
    margin_query const q = query_of(set, move);
    margin_answer const a = model.evaluate(q);
    settlement const settle = books_.rows[sets_of_.sets[set].book].settle;
    double const index = q.underlyings.front().index;
    checked_int64 const futures = value_of_futures(set, move);
    int128 const paid = a.options_are_paid_in_full ? int128{value} - futures.value : 0;
    auto const with_options = [&](double requirement) {
        checked_int64 const beyond_options = in_nanos_of_usd(requirement, a.value_asked_for);
        checked_int64 const asked = in_settle_asset(beyond_options, settle, index);
        checked_int64 const whole = narrow(std::max(int128{asked.value} + paid, int128{0}));
        return checked_int64{whole.value, asked.overflowed || whole.overflowed};
    };
    checked_int64 const initial = with_options(a.initial);
    checked_int64 const maintenance = with_options(a.maintenance);
    return {initial.value, maintenance.value,
            initial.overflowed || maintenance.overflowed || futures.overflowed};
}

void formula_margin::margin(std::span<margin_row> rows) {
    std::vector<std::string> refused(sets_.size());
    tbb::parallel_for(std::size_t{0}, sets_.size(), [&](std::size_t i) {
        margin_row& row = rows[sets_[i]];
        try {
            requirement const says =
                ask(sets_[i], 0.0, row.sensitivities[static_cast<int>(sensitivity::value)].nanos);
            row.initial_margin = {says.initial};
            row.maintenance_margin = {says.maintenance};
            if (says.overflowed) row.flags |= margin_flag::amount_does_not_fit;
            row.worst_loss = row.second_worst_loss = {};
            row.roll_shock = row.delta_shock = row.risk_matrix_margin = {};
            row.worst_scenario = row.second_worst_scenario = no_scenario;
        } catch (input_error const& error) {
            refused[i] = error.what();
        }
    });
    std::vector<std::uint32_t> kept;
    for (std::size_t i = 0; i < sets_.size(); ++i) {
        if (refused[i].empty())
            kept.push_back(sets_[i]);
        else
            refusals_.push_back({sets_[i], std::move(refused[i])});
    }
    sets_ = std::move(kept);
}

void formula_margin::margin_after(double move, std::span<set_amounts> amounts) const {
    tbb::parallel_for(std::size_t{0}, sets_.size(), [&](std::size_t i) {
        set_amounts& set = amounts[sets_[i]];
        try {
            requirement const says = ask(sets_[i], move, set.value);
            set.initial_margin = says.initial;
            set.maintenance_margin = says.maintenance;
            set.overflowed |= says.overflowed;
        } catch (input_error const&) {
            // What a model took at the market as quoted it can only refuse for size.
            set.overflowed = true;
        }
    });
}

}  // namespace lockstep
