#include "host/watch/marked_market.h"

#include <oneapi/tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

#include "host/base/error.h"
#include "host/risk/ladder.h"
#include "host/risk/valuation.h"
#include "margin/portfolio_bound.h"
#include "margin/risk_array.h"

namespace lockstep {

namespace {

/// Beyond half of them it is cheaper to value all where they lie than to bring rows to their place.
bool is_most(std::size_t count, std::size_t all) { return count * 2 > all; }

void keep_each_once(std::vector<std::uint32_t>& ids) {
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
}

void copy_row(risk_matrix const& from, std::size_t i, risk_matrix const& to, std::size_t place) {
    std::memcpy(to.row(place), from.row(i), from.stride() * sizeof(std::int64_t));
    to.row_max[place] = from.row_max[i];
    to.expiry_bucket[place] = from.expiry_bucket[i];
    to.status[place] = from.status[i];
}

}  // namespace

char const* word(feed_state state) {
    switch (state) {
        case feed_state::live: return "live";
        case feed_state::stale: return "stale";
        case feed_state::expired: return "expired";
        case feed_state::quarantined: return "quarantined";
    }
    return "faulty";
}

marked_market::marked_market(market listed, margin_preset const& preset, feed_limits const& limits,
                             backend& device)
    : listed_(std::move(listed)),
      preset_(preset),
      limits_(limits),
      device_(device),
      books_(open_books(listed_)),
      index_time_(listed_.underlyings.size(), listed_.time),
      bad_(listed_.instruments.size()),
      index_bad_(listed_.underlyings.size()) {
    valuation values = value_instruments(listed_, device_);
    for (std::size_t i = 0; i < values.size(); ++i) {
        instrument_row const& row = listed_.instruments[i];
        utc_ns& quoted = listed_.quotes[i].time;
        if (quoted.value == 0) quoted = listed_.time;  // implied by others: as new as they are
        if (row.kind != instrument_kind::perpetual)
            values.time[i] = year_fraction(quoted, row.expiry);
        bad_[i] = values.status[i] != value_status::valued;
    }
    for (std::size_t u = 0; u < index_bad_.size(); ++u)
        index_bad_[u] = !is_price(listed_.underlyings[u].index);
    inputs_ = inputs_of_arrays(listed_, books_, values);
    std::size_t const moves = limits.bands ? watch_moves_ppm.size() : 1;
    for (std::size_t k = 0; k < moves; ++k) {
        book_rules rules = make_rules(preset_, listed_, books_, watch_moves_ppm[k] / 1e6);
        std::uint32_t const scenarios = rules.scenarios();
        at_move_.emplace_back(
            new market_at_move{std::move(rules),
                               risk_table(inputs_.size(), scenarios),
                               {},
                               risk_table(limits_.bounds ? inputs_.size() : 0, scenarios)});
        compute_arrays(inputs_, at_move_[k]->rules, watch_moves_ppm[k] / 1e6, device_, matrix(k));
    }
    feeds_.resize(inputs_.size());
    for (std::uint32_t i = 0; i < feeds_.size(); ++i) feeds_[i] = state_of(i);
}

market_change marked_market::apply(tick const& t, bool bounds) {
    market_change change;
    change.books.assign(books_.rows.size(), 0);
    if (is_older(t)) {
        change.refused_as_older = true;
        return change;
    }
    listed_.time = t.time;
    for (auto const& at : at_move_) at->rules_before = at->rules.rules;
    take_indexes(t, change);
    take_marks(t, change);
    keep_each_once(change.rows);
    value_rows(change, bounds);
    look_at_feeds(change);
    return change;
}

void marked_market::take_marks(tick const& t, market_change& change) {
    for (mark_change const& mark : t.marks) {
        std::uint32_t const i = mark.instrument.value;
        instrument_row const& row = listed_.instruments[i];
        bool const option = row.kind == instrument_kind::option;
        if (row.kind != instrument_kind::perpetual && row.expiry < t.time) continue;
        bool const good =
            is_price(mark.underlying) && (!option || (std::isfinite(mark.vol) && mark.vol >= 0));
        bad_[i] = good ? 0 : 1;
        if (!good) {
            ++change.prices_refused;
            continue;
        }
        quote& quoted = listed_.quotes[i];
        quoted.time = t.time;
        quoted.underlying = mark.underlying;
        inputs_[i].underlying = mark.underlying;
        if (option) quoted.vol = inputs_[i].vol = mark.vol;
        if (row.kind != instrument_kind::perpetual)
            inputs_[i].time = year_fraction(t.time, row.expiry);
        change.rows.push_back(i);
    }
}

void marked_market::take_indexes(tick const& t, market_change& change) {
    for (index_change const& moved : t.indexes) {
        std::uint32_t const u = moved.underlying.value;
        index_bad_[u] = is_price(moved.index) && take_index(u, moved.index, t.time, change) ? 0 : 1;
        change.prices_refused += index_bad_[u];
    }
}

/// False, and nothing is changed, where no rule can be made of the index, as it is or after a move
/// that a band or a distance asks about: it is no price.
bool marked_market::take_index(std::uint32_t u, double index, utc_ns time, market_change& change) {
    double const known = std::exchange(listed_.underlyings[u].index, index);
    std::vector<margin_rules> fresh;
    auto const rule_at = [&](std::size_t book, std::int32_t move_ppm) {
        return rules_of_book(preset_, listed_, books_.rows[book], time, move_ppm / 1e6);
    };
    auto const each_book = [&](auto const& visit) {
        for (std::size_t b = 0; b < books_.rows.size(); ++b)
            if (books_.rows[b].underlying.value == u) visit(b);
    };
    try {
        each_book([&](std::size_t b) {
            for (std::size_t k = 0; k < moves(); ++k)
                fresh.push_back(rule_at(b, watch_moves_ppm[k]));
            rule_at(b, ladder_moves_down().back());
            rule_at(b, ladder_moves_up().back());
        });
    } catch (input_error const&) {
        listed_.underlyings[u].index = known;
        return false;
    }
    auto next = fresh.begin();
    each_book([&](std::size_t b) {
        for (std::size_t k = 0; k < moves(); ++k) at_move_[k]->rules.rules[b] = *next++;
        change.books[b] = 1;
    });
    index_time_[u] = time;
    return true;
}

/// Whether its price made risk arrays, at each of the moves.
bool marked_market::has_arrays(std::uint32_t i) const {
    return std::all_of(at_move_.begin(), at_move_.end(), [i](auto const& at) {
        return at->table.matrix().status[i] == static_cast<std::uint8_t>(risk_status::computed);
    });
}

feed_state marked_market::state_of(std::uint32_t i) const {
    instrument_row const& row = listed_.instruments[i];
    std::uint32_t const u = row.underlying.value;
    if (row.kind != instrument_kind::perpetual && !(now() < row.expiry)) return feed_state::expired;
    if (bad_[i] != 0 || index_bad_[u] != 0 || !has_arrays(i)) return feed_state::quarantined;
    std::int64_t const oldest = std::min(listed_.quotes[i].time.value, index_time_[u].value);
    return now().value - oldest > limits_.stale_after_ns ? feed_state::stale : feed_state::live;
}

void marked_market::look_at_feeds(market_change& change) {
    for (std::uint32_t i = 0; i < feeds_.size(); ++i) {
        feed_state const state = state_of(i);
        if (state == feeds_[i]) continue;
        feeds_[i] = state;
        change.feeds.push_back(i);
    }
}

void marked_market::value_rows(market_change& change, bool bounds) {
    if (change.rows.empty() && !change.rules_moved()) return;
    if (bounds) change.movements.assign(inputs_.size(), {0, 0});
    if (is_most(change.rows.size(), inputs_.size()))
        value_all(change);
    else
        value_some(change);
    if (bounds) look_at_rules(change);
}

void marked_market::value_all(market_change& change) {
    bool const bounds = !change.movements.empty();
    for (std::size_t k = 0; k < moves(); ++k) {
        market_at_move& at = *at_move_[k];
        risk_table& fresh = bounds ? at.spare : at.table;
        compute_arrays(inputs_, at.rules, watch_moves_ppm[k] / 1e6, device_, fresh.matrix());
        if (!bounds) continue;
        tbb::parallel_for(std::size_t{0}, inputs_.size(), [&, matrix = fresh.matrix()](auto i) {
            look_at_movement(change, k, static_cast<std::uint32_t>(i), matrix, i);
        });
        std::swap(at.table, at.spare);
    }
}

void marked_market::value_some(market_change& change) {
    std::vector<std::uint32_t> const& rows = change.rows;
    std::vector<risk_inputs> moved;
    for (std::uint32_t const i : rows) moved.push_back(inputs_[i]);
    risk_table fresh(rows.size(), at_move_[0]->rules.scenarios());
    for (std::size_t k = 0; k < moves(); ++k) {
        if (!rows.empty())
            compute_arrays(moved, at_move_[k]->rules, watch_moves_ppm[k] / 1e6, device_,
                           fresh.matrix());
        std::size_t j = 0;
        for (std::uint32_t i = 0; i < change.movements.size(); ++i) {
            if (j < rows.size() && rows[j] == i)
                look_at_movement(change, k, i, fresh.matrix(), j++);
            else if (change.books[books_.of_instrument[i]] != 0)
                look_at_movement(change, k, i, matrix(k), i);
        }
        for (j = 0; j < rows.size(); ++j) copy_row(fresh.matrix(), j, matrix(k), rows[j]);
    }
}

/// From the row of instrument i as it is to row j of `fresh`, and from its rule to the new one.
void marked_market::look_at_movement(market_change& change, std::size_t move, std::uint32_t i,
                                     risk_matrix const& fresh, std::size_t j) const {
    risk_matrix const known = matrix(move);
    std::uint32_t const book = books_.of_instrument[i];
    constexpr auto computed = static_cast<std::uint8_t>(risk_status::computed);
    double bound = unbounded;
    if (known.status[i] == computed && fresh.status[j] == computed &&
        known.expiry_bucket[i] == fresh.expiry_bucket[j])
        bound = movement_bound(known.row(i), fresh.row(j), fresh.scenario_columns,
                               fresh.expiry_bucket[j], at_move_[move]->rules_before[book],
                               rules(move).rules[book]);
    row_movement& most = change.movements[i];
    most.bound = std::max(most.bound, bound);
    most.reach = std::max(most.reach, static_cast<double>(fresh.row_max[j]) / inputs_[i].scale);
}

void marked_market::look_at_rules(market_change& change) const {
    change.rule_movements.assign(change.books.size(), 0);
    for (std::size_t b = 0; b < change.books.size(); ++b)
        for (std::size_t k = 0; change.books[b] != 0 && k < moves(); ++k)
            change.rule_movements[b] =
                std::max(change.rule_movements[b],
                         rule_bound(at_move_[k]->rules_before[b], rules(k).rules[b]));
}

}  // namespace lockstep
