#include "host/market/deribit_chain.h"

#include <array>
#include <optional>
#include <unordered_map>
#include <utility>

#include "host/base/error.h"
#include "host/io/timestamp.h"
#include "host/market/record_checks.h"

namespace lockstep {
namespace {

enum column : std::size_t {
    timestamp,
    instrument_name,
    underlying,
    mark_price,
    implied_volatility,
    index_price,
    underlying_name,
    option_type_name,
    strike,
    expiry_datetime,
    bid_price,
    ask_price,
    futures_price,
    futures_instrument_name,
    open_interest,
};

constexpr std::array<csv_column, 15> columns{{{"timestamp"},
                                              {"instrument_name"},
                                              {"underlying"},
                                              {"mark_price"},
                                              {"implied_volatility"},
                                              {"index_price"},
                                              {"underlying_name", false},
                                              {"option_type", false},
                                              {"strike", false},
                                              {"expiry_datetime", false},
                                              {"bid_price", false},
                                              {"ask_price", false},
                                              {"futures_price", false},
                                              {"futures_instrument_name", false},
                                              {"open_interest", false}}};

bool take_time(csv_reader& table, utc_ns& time) {
    auto const parsed = parse_timestamp(table[timestamp]);
    if (!parsed) {
        table.reject(timestamp, "is not a time: " + in_quotes(table[timestamp]));
        return false;
    }
    time = *parsed;
    return true;
}

/// The future that stands behind the forward: none for synthetic forwards and for the index. After
/// take_prices().
bool take_future(csv_reader& table, listing& row) {
    double price = not_quoted;
    if (!table[futures_price].empty() && !positive_number(table, futures_price, price))
        return false;
    auto name = table[futures_instrument_name];
    if (name.empty()) {
        name = table[underlying_name];
        price = row.seen.underlying;
    }
    auto const [terms, fault] = parse_instrument_name(name);
    if (fault != name_fault::none || terms.kind != instrument_kind::future) return true;
    row.future = name;
    row.future_mark = price;
    return true;
}

/// A future or perpetual that is listed in its own right has a mark and no volatility.
bool take_prices(csv_reader& table, listing& row) {
    auto& seen = row.seen;
    bool const option = row.terms.kind == instrument_kind::option;
    if (option) {
        if (!positive_number(table, underlying, seen.underlying) ||
            !amount_or_none(table, mark_price, seen.mark) ||
            !required_amount(table, implied_volatility, seen.vol))
            return false;
    } else {
        if (!positive_number(table, mark_price, seen.mark)) return false;
        seen.underlying = seen.mark;
    }
    return amount_or_none(table, bid_price, seen.bid) &&
           amount_or_none(table, ask_price, seen.ask) &&
           amount_or_none(table, open_interest, seen.open_interest) &&
           (table[index_price].empty() || positive_number(table, index_price, row.index));
}

std::optional<utc_ns> time_in(std::string_view text) { return parse_timestamp(text); }

bool take_record(csv_reader& table, listing& row) {
    if (!take_time(table, row.seen.time) || !take_name(table, instrument_name, row)) return false;
    contract_columns const said{option_type_name, strike, expiry_datetime, time_in};
    if (!agrees_with_name(table, said, row.terms) || !not_expired(table, expiry_datetime, row) ||
        !take_prices(table, row))
        return false;
    return take_future(table, row);
}

}  // namespace

bool is_deribit_chain(csv_reader const& table) {
    return table.names("instrument_name") && table.names("implied_volatility");
}

std::vector<listing> read_deribit_chain(csv_reader& table) {
    table.choose(columns);
    std::vector<listing> rows;
    std::unordered_map<std::string, std::uint64_t> first_line;
    while (table.next()) {
        listing row;
        row.line = table.line();
        if (!take_record(table, row)) continue;
        auto const [at, is_new] = first_line.try_emplace(row.name, row.line);
        if (is_new)
            rows.push_back(std::move(row));
        else
            table.reject(instrument_name,
                         "is listed already in line " + std::to_string(at->second));
    }
    return rows;
}

std::vector<perpetual_mark> read_perpetual_marks(std::string const& path, utc_ns time,
                                                 exception_log& exceptions) {
    enum perpetual_column : std::size_t { at, name, mark };
    static constexpr std::array<csv_column, 3> wanted{
        {{"obs_datetime"}, {"instrument_name"}, {"perp_futures_mark_price"}}};
    csv_reader table(path, exceptions);
    table.choose(wanted);
    std::vector<perpetual_mark> marks;
    std::unordered_map<std::string, std::uint64_t> first_line;
    while (table.next()) {
        auto const seen_at = parse_timestamp(table[at]);
        double value = not_quoted;
        if (!seen_at) {
            table.reject(at, "is not a time: " + in_quotes(table[at]));
            continue;
        }
        if (!(*seen_at == time)) continue;  // such a file may hold a whole day
        auto const [terms, fault] = parse_instrument_name(table[name]);
        if (fault != name_fault::none) {
            table.reject(name, reason_for(fault, table[name]));
            continue;
        }
        if (terms.kind != instrument_kind::perpetual) {
            table.reject(name, "is not a perpetual: " + in_quotes(table[name]));
            continue;
        }
        if (!positive_number(table, mark, value)) continue;
        std::string perpetual(table[name]);
        auto const [first, is_new] = first_line.try_emplace(perpetual, table.line());
        if (is_new)
            marks.push_back({std::move(perpetual), value, table.line()});
        else
            table.reject(name, "has a price already in line " + std::to_string(first->second));
    }
    if (marks.empty())
        throw input_error(path + ": has no price for " + time_text(time) +
                          ", the time of the chain");
    return marks;
}

}  // namespace lockstep
