#include "host/pnl/funding.h"

#include <array>
#include <map>
#include <string>
#include <utility>

#include "host/io/csv_table.h"
#include "host/io/timestamp.h"
#include "margin/scenario.h"
#include "pricing/base/quantise.h"

namespace lockstep {

namespace {

enum column : std::size_t { time_of, instrument, rate, paid_at_price };
constexpr std::array<csv_column, 4> columns{{{"time"}, {"instrument"}, {"rate"}, {"price"}}};

/// Rate and price of a record; rejects it where they are none.
bool take_numbers(csv_reader& table, double& share, double& at) {
    if (!table.number(rate, share) || !table.number(paid_at_price, at)) return false;
    if (at > 0) return true;
    table.reject(paid_at_price, "is not positive");
    return false;
}

/// The perpetual that a record names; rejects it when there is none.
bool take_perpetual(csv_reader& table, market const& listed, std::uint32_t& id) {
    auto const found = listed.by_name.find(std::string(table[instrument]));
    if (found == listed.by_name.end()) {
        table.reject(instrument, "is not listed");
        return false;
    }
    id = found->second;
    if (listed.instruments[id].kind == instrument_kind::perpetual) return true;
    table.reject(instrument, "is not a perpetual");
    return false;
}

}  // namespace

std::vector<std::int64_t> read_funding(std::string const& path, market const& listed, utc_ns until,
                                       exception_log& rejected) {
    std::vector<std::int64_t> received(listed.instruments.size(), 0);
    csv_reader table(path, rejected);
    table.choose(columns);
    std::map<std::pair<std::int64_t, std::uint32_t>, std::uint64_t> first_line;
    while (table.next()) {
        auto const paid_at = parse_timestamp(table[time_of]);
        if (!paid_at) {
            table.reject(time_of, "is not a time");
            continue;
        }
        double share = 0, at = 0;
        if (!take_numbers(table, share, at)) continue;
        if (!(listed.time < *paid_at) || until < *paid_at) continue;
        std::uint32_t id = 0;
        if (!take_perpetual(table, listed, id)) continue;
        auto const [first, is_new] = first_line.try_emplace({paid_at->value, id}, table.line());
        if (!is_new) {
            table.reject(time_of, "was paid already in line " + std::to_string(first->second));
            continue;
        }
        settlement const settle = listed.instruments[id].settle;
        double const amount = settle == settlement::inverse ? -share / at : -share * at;
        checked_int64 const units = quantise_nearest(amount, risk_scale_of(settle));
        constexpr std::int64_t most = std::int64_t{1} << 58;
        if (units.overflowed || units.value > most || units.value < -most || received[id] > most ||
            received[id] < -most)
            table.reject(rate, "is out of range");
        else
            received[id] += units.value;
    }
    return received;
}

}  // namespace lockstep
