#include "host/market/record_checks.h"

#include <string>

#include "host/io/timestamp.h"

namespace lockstep {

bool required_amount(csv_reader& table, std::size_t column, double& value) {
    double parsed = 0;
    if (!table.number(column, parsed)) return false;
    if (parsed < 0) {
        table.reject(column, "is negative: " + in_quotes(table[column]));
        return false;
    }
    value = parsed;
    return true;
}

bool positive_number(csv_reader& table, std::size_t column, double& value) {
    double parsed = 0;
    if (!required_amount(table, column, parsed)) return false;
    if (parsed == 0) {
        table.reject(column, "is zero");
        return false;
    }
    value = parsed;
    return true;
}

bool amount_or_none(csv_reader& table, std::size_t column, double& value) {
    return table[column].empty() || required_amount(table, column, value);
}

bool take_name(csv_reader& table, std::size_t column, listing& row) {
    auto [terms, fault] = parse_instrument_name(table[column]);
    if (fault != name_fault::none) {
        table.reject(column, reason_for(fault, table[column]));
        return false;
    }
    row.name = table[column];
    row.terms = std::move(terms);
    return true;
}

bool agrees_with_name(csv_reader& table, contract_columns const& said,
                      instrument_terms const& terms) {
    if (terms.kind != instrument_kind::option) return true;
    auto contradicts = [&](std::size_t column) {
        table.reject(column, "contradicts the instrument name: " + in_quotes(table[column]));
        return false;
    };
    auto const type = table[said.type];
    bool const call = terms.type == option_type::call;
    if (!type.empty() && type != (call ? "call" : "put") && type != (call ? "C" : "P"))
        return contradicts(said.type);
    auto const strike = parse_nanos(table[said.strike]);
    if (strike.fault != number_fault::is_empty &&
        (strike.fault != number_fault::none || strike.nanos != terms.strike.nanos))
        return contradicts(said.strike);
    if (auto const text = table[said.expiry]; !text.empty()) {
        auto const expiry = said.time_in(text);
        if (!expiry || !(*expiry == terms.expiry)) return contradicts(said.expiry);
    }
    return true;
}

bool not_expired(csv_reader& table, std::size_t column, listing const& row) {
    if (row.terms.kind == instrument_kind::perpetual || row.seen.time < row.terms.expiry)
        return true;
    table.reject(column, "expired at " + time_text(row.terms.expiry) +
                             ", before it was observed at " + time_text(row.seen.time));
    return false;
}

}  // namespace lockstep
