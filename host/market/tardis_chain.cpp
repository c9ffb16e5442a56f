#include "host/market/tardis_chain.h"

#include <array>
#include <unordered_map>
#include <utility>

#include "host/io/timestamp.h"
#include "host/market/record_checks.h"

namespace lockstep {
namespace {
namespace tardis {  // beside the columns of the other formats

enum column : std::size_t {
    symbol,
    timestamp,
    type,
    strike_price,
    expiration,
    mark_price,
    mark_iv,
    underlying_price,
    underlying_index,
    bid_price,
    ask_price,
    open_interest,
};

constexpr std::array<csv_column, 12> columns{{{"symbol"},
                                              {"timestamp"},
                                              {"type"},
                                              {"strike_price"},
                                              {"expiration"},
                                              {"mark_price"},
                                              {"mark_iv"},
                                              {"underlying_price"},
                                              {"underlying_index", false},
                                              {"bid_price", false},
                                              {"ask_price", false},
                                              {"open_interest", false}}};

bool take_time(csv_reader& table, utc_ns& time) {
    auto const parsed = parse_microseconds(table[timestamp]);
    if (!parsed) {
        table.reject(timestamp, "is not in microseconds: " + in_quotes(table[timestamp]));
        return false;
    }
    time = *parsed;
    return true;
}

bool take_record(csv_reader& table, listing& row) {
    if (!take_time(table, row.seen.time) || !take_name(table, symbol, row)) return false;
    if (row.terms.kind != instrument_kind::option) {
        table.reject(symbol, "is not an option: " + in_quotes(table[symbol]));
        return false;
    }
    contract_columns const said{type, strike_price, expiration, parse_microseconds};
    auto& seen = row.seen;
    double percent = 0;
    if (!agrees_with_name(table, said, row.terms) || !not_expired(table, expiration, row) ||
        !positive_number(table, underlying_price, seen.underlying) ||
        !amount_or_none(table, mark_price, seen.mark) ||
        !required_amount(table, mark_iv, percent) || !amount_or_none(table, bid_price, seen.bid) ||
        !amount_or_none(table, ask_price, seen.ask) ||
        !amount_or_none(table, open_interest, seen.open_interest))
        return false;
    seen.vol = percent / 100;
    auto const [future, fault] = parse_instrument_name(table[underlying_index]);
    if (fault == name_fault::none && future.kind == instrument_kind::future) {
        row.future = table[underlying_index];
        row.future_mark = seen.underlying;
    }
    return true;
}

}  // namespace tardis
}  // namespace

bool is_tardis_chain(csv_reader const& table) {
    return table.names("symbol") && table.names("local_timestamp") && table.names("mark_iv");
}

tardis_listings read_tardis_chain(csv_reader& table) {
    table.choose(tardis::columns);
    tardis_listings out;
    std::unordered_map<std::string, std::size_t> place;
    while (table.next()) {
        listing row;
        row.line = table.line();
        if (!tardis::take_record(table, row)) continue;
        auto const [at, is_new] = place.try_emplace(row.name, out.rows.size());
        if (is_new) {
            out.rows.push_back(std::move(row));
        } else {
            out.rows[at->second] = std::move(row);
            ++out.superseded;
        }
    }
    return out;
}

}  // namespace lockstep
