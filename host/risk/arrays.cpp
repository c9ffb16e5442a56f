#include "host/risk/arrays.h"

#include <algorithm>

#include "host/base/error.h"

namespace lockstep {

std::uint32_t book_rules::scenarios() const {
    std::uint32_t most = 0;
    for (scenario_set const& set : sets) most = std::max(most, set.count);
    return most;
}

margin_rules rules_of_book(margin_preset const& preset, market const& market, book_row const& book,
                           utc_ns time, double move) {
    underlying_row const& underlying = market.underlyings[book.underlying.value];
    std::vector<double> years;
    for (utc_ns const expiry : book.expiries)
        years.push_back(expiry.value == 0 ? 0.0 : std::max(0.0, year_fraction(time, expiry)));
    // Without an index no instrument of the book is valued, and its rule decides nothing.
    double const index = underlying.index > 0 ? underlying.index * (1.0 + move) : 1.0;
    try {
        return make_margin_rules(preset, underlying.name, book.settle, index, years,
                                 offset_mode::segregated);
    } catch (input_error const& error) {
        throw input_error(market.source + ": " + error.what());
    }
}

book_rules make_rules(margin_preset const& preset, market const& market, book_table const& books,
                      double move) {
    book_rules result;
    for (book_row const& book : books.rows) {
        std::string const& name = market.underlyings[book.underlying.value].name;
        result.sets.push_back(make_scenario_set(preset, name, book.settle));
        result.rules.push_back(rules_of_book(preset, market, book, market.time, move));
    }
    return result;
}

std::vector<risk_inputs> inputs_of_arrays(market const& market, book_table const& books,
                                          valuation const& values) {
    std::vector<risk_inputs> inputs(market.instruments.size());
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        instrument_row const& row = market.instruments[i];
        quote const& quoted = market.quotes[i];
        bool const option = row.kind == instrument_kind::option;
        risk_inputs& in = inputs[i];
        bool const valued = values.status[i] == value_status::valued;
        in.underlying = valued ? quoted.underlying : not_quoted;
        in.strike = option ? units(row.strike) : 0.0;
        in.time = values.time[i];
        in.vol = option ? quoted.vol : 0.0;
        in.scale = risk_scale_of(row.settle);
        in.set = books.of_instrument[i];
        in.kind = row.kind;
        in.type = row.type;
        in.settle = row.settle;
        in.expiry_bucket = books.bucket[i];
    }
    return inputs;
}

void compute_arrays(std::span<risk_inputs const> inputs, book_rules const& rules, double move,
                    backend& device, risk_matrix const& matrix) {
    std::vector<risk_inputs> moved(inputs.begin(), inputs.end());
    if (move != 0)
        for (risk_inputs& in : moved) in.underlying *= 1.0 + move;
    device.risk_arrays({view_of(moved), view_of(rules.sets)}, matrix);
}

void quarantine(valuation& values, risk_matrix const& matrix) {
    for (std::size_t i = 0; i < values.size(); ++i)
        if (values.status[i] == value_status::valued && matrix.row_max[i] == row_quarantined)
            values.status[i] = value_status::risk_array_leaves_64_bits;
}

}  // namespace lockstep
