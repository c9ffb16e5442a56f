#include "host/risk/valuation.h"

#include <algorithm>
#include <cmath>

namespace lockstep {

namespace {

/// What can be said before any model is asked.
value_status examine(instrument_row const& row, quote const& quoted, double index, double time) {
    bool const option = row.kind == instrument_kind::option;
    if (std::isnan(quoted.underlying)) return value_status::underlying_is_not_quoted;
    if (row.kind != instrument_kind::perpetual && time < 0)
        return value_status::instrument_has_expired;
    if (!(index > 0)) return value_status::index_is_not_quoted;
    if (option && std::isnan(quoted.vol)) return value_status::vol_is_not_quoted;
    bool const usable = quoted.underlying > 0 && std::isfinite(quoted.underlying);
    return usable ? value_status::valued : value_status::inputs_are_out_of_range;
}

/// The options among the instruments as columns for the backend, and their results.
struct option_columns {
    std::vector<std::uint32_t> instrument;
    std::vector<double> underlying, strike, time, vol, zero;
    std::vector<std::uint8_t> flags, status;
    std::vector<double> results;

    void add(std::uint32_t i, instrument_row const& row, quote const& quoted, double years) {
        instrument.push_back(i);
        underlying.push_back(quoted.underlying);
        strike.push_back(units(row.strike));
        time.push_back(years);
        vol.push_back(quoted.vol);
        std::uint8_t flag = row.type == option_type::put ? option_flag::put : 0;
        if (row.settle == settlement::inverse) flag |= option_flag::inverse;
        flags.push_back(flag);
    }

    /// Undiscounted on the forward of the expiry: what the exchange's own marks are.
    void value(backend& device) {
        std::size_t const n = instrument.size();
        if (n == 0) return;
        zero.assign(n, 0.0);
        status.assign(n, 0);
        results.assign(n * option_value_count, 0.0);
        option_values out{};
        for (std::size_t k = 0; k < option_value_count; ++k) out.columns[k] = &results[k * n];
        out.status = status.data();
        out.count = n;
        device.price({view_of(underlying), view_of(strike), view_of(time), view_of(zero),
                      view_of(zero), view_of(vol), view_of(flags)},
                     out);
    }
};

}  // namespace

char const* sentence(value_status status) {
    switch (status) {
        case value_status::valued: return "is valued";
        case value_status::underlying_is_not_quoted:
            return "the price of its underlying is missing";
        case value_status::instrument_has_expired: return "it had expired at the market's time";
        case value_status::index_is_not_quoted: return "the index of its underlying is missing";
        case value_status::vol_is_not_quoted: return "its implied volatility is missing";
        case value_status::inputs_are_out_of_range:
            return "its price or volatility is negative, or too large to value";
        case value_status::risk_array_leaves_64_bits:
            return "its gains in some scenario are too large for the integers of a risk array";
    }
    return "is faulty";
}

char const* word(value_status status) {
    switch (status) {
        case value_status::valued: return "valued";
        case value_status::underlying_is_not_quoted: return "underlying_is_not_quoted";
        case value_status::instrument_has_expired: return "instrument_has_expired";
        case value_status::index_is_not_quoted: return "index_is_not_quoted";
        case value_status::vol_is_not_quoted: return "vol_is_not_quoted";
        case value_status::inputs_are_out_of_range: return "inputs_are_out_of_range";
        case value_status::risk_array_leaves_64_bits: return "risk_array_leaves_64_bits";
    }
    return "faulty";
}

std::vector<std::uint8_t> valuation::valued() const {
    std::vector<std::uint8_t> flags(size());
    for (std::size_t i = 0; i < size(); ++i) flags[i] = status[i] == value_status::valued;
    return flags;
}

std::uint64_t valuation::count_valued() const {
    return static_cast<std::uint64_t>(
        std::count(status.begin(), status.end(), value_status::valued));
}

valuation value_instruments(market const& market, backend& device) {
    std::size_t const count = market.instruments.size();
    valuation result;
    result.time.assign(count, 0.0);
    result.status.resize(count);
    for (auto& column : result.columns) column.assign(count, not_quoted);
    option_columns options;
    for (std::size_t i = 0; i < count; ++i) {
        instrument_row const& row = market.instruments[i];
        quote const& quoted = market.quotes[i];
        if (row.kind != instrument_kind::perpetual)
            result.time[i] = year_fraction(market.time, row.expiry);
        result.status[i] =
            examine(row, quoted, market.underlyings[row.underlying.value].index, result.time[i]);
        if (result.status[i] != value_status::valued) continue;
        if (row.kind == instrument_kind::option)
            options.add(static_cast<std::uint32_t>(i), row, quoted, result.time[i]);
        else
            result.columns[0][i] = quoted.underlying;
    }
    options.value(device);
    std::size_t const n = options.instrument.size();
    for (std::size_t j = 0; j < n; ++j) {
        std::uint32_t const i = options.instrument[j];
        if (options.status[j] != static_cast<std::uint8_t>(option_status::computed)) {
            result.status[i] = value_status::inputs_are_out_of_range;
            continue;
        }
        for (std::size_t k = 0; k < option_value_count; ++k)
            result.columns[k][i] = options.results[k * n + j];
    }
    return result;
}

marks_apart compare_with_marks(market const& market, valuation const& values) {
    marks_apart found;
    double farthest = 0;
    for (std::uint32_t i = 0; i < values.size(); ++i) {
        instrument_row const& row = market.instruments[i];
        quote const& quoted = market.quotes[i];
        if (row.kind != instrument_kind::option || values.status[i] != value_status::valued)
            continue;
        double const unit = row.settle == settlement::inverse ? 1.0 : quoted.underlying;
        double const apart = std::abs(values.price(i) - quoted.mark);  // no mark: not a number
        if (!(apart > 0.02 * unit && apart > 0.1 * quoted.mark)) continue;
        ++found.options;
        if (apart / unit <= farthest) continue;
        farthest = apart / unit;
        found.farthest = i;
    }
    return found;
}

}  // namespace lockstep
