// Tables by instrument and by scenario.
#include "host/margin/preset.h"
#include "host/report/table_cells.h"
#include "host/report/tables.h"
#include "pricing/base/quantise.h"

namespace lockstep {

namespace {

constexpr char const* instrument_kind_names[] = {"option", "future", "perpetual"};
constexpr char const* settlement_names[] = {"linear", "inverse"};
constexpr char const* vol_names[] = {"down", "same", "up"};

constexpr char const* value_names =
    "price,delta,gamma,vega,theta,rho,vanna,volga,charm,speed,zomma,color,veta,ultima,delta_usd,"
    "delta_net";
constexpr char const* sensitivity_names = "value,delta,gamma,vega,theta,rho,vanna,volga";

/// A relative move in millionths.
std::int64_t move_ppm(scenario_shock const& shock) {
    return quantise_nearest(shock.price_multiplier - 1.0, 1e6).value;
}

void instrument_line(std::string& out, risk_result const& run, std::size_t i) {
    market const& listed = run.listed;
    instrument_row const& row = listed.instruments[i];
    quote const& quoted = listed.quotes[i];
    holding const& held = run.holdings[i];
    bool const option = row.kind == instrument_kind::option;
    row_text line(out);
    line.text(listed.names[i]).text(instrument_kind_names[static_cast<int>(row.kind)]);
    if (option)
        line.text(row.type == option_type::call ? "C" : "P").nanos(row.strike.nanos);
    else
        line.none().none();
    line.text(listed.underlyings[row.underlying.value].name)
        .text(listed.assets[row.settle_asset.value])
        .text(settlement_names[static_cast<int>(row.settle)])
        .time(row.expiry);
    if (row.kind == instrument_kind::perpetual)
        line.none();
    else
        line.number(run.values.time[i]);
    line.number(quoted.underlying).number(quoted.vol);
    line.number(quoted.bid).number(quoted.ask).number(quoted.mark).number(quoted.open_interest);
    for (auto const& column : run.values.columns) line.number(column[i]);
    line.nanos(held.long_nanos).nanos(held.short_nanos).integer(held.positions);
    line.text(word(run.values.status[i]));
}

}  // namespace

file_record write_instruments(std::filesystem::path const& folder, risk_result const& run) {
    result_file file(folder, "instruments.csv");
    file.write(std::string("instrument,kind,type,strike,underlying,asset,settlement,expiry,years,"
                           "underlying_price,vol,bid,ask,mark,open_interest,") +
               value_names + ",held_long,held_short,positions,status\n");
    write_rows(file, run.listed.instruments.size(),
               [&](std::string& out, std::size_t i) { instrument_line(out, run, i); });
    return file.finish();
}

file_record write_scenarios(std::filesystem::path const& folder, risk_result const& run) {
    result_file file(folder, "scenarios.csv");
    std::string out = "book,scenario,move,vol,gain_factor,extended,dampener,meaning\n";
    std::uint64_t rows = 0;
    for (std::size_t b = 0; b < run.books.rows.size(); ++b) {
        scenario_set const& set = run.rules.sets[b];
        for (std::uint32_t s = 0; s < set.count; ++s, ++rows) {
            scenario_shock const& shock = set.shocks[s];
            row_text(out)
                .text(name_of_book(run.listed, run.books.rows[b]))
                .integer(s)
                .scaled(move_ppm(shock), 6)
                .text(vol_names[shock.vol_direction + 1])
                .number(shock.pnl_factor)
                .integer(shock.extended)
                .scaled(run.rules.rules[b].dampener[s], run.rules.rules[b].places)
                .text(describe_scenario(set, s));
        }
    }
    file.write(out);
    file.count_rows(rows);
    return file.finish();
}

file_record write_risk_arrays(std::filesystem::path const& folder, risk_result const& run) {
    risk_matrix const matrix = run.arrays->matrix();
    result_file file(folder, "risk_arrays.csv");
    std::string header = std::string("instrument,status,") + sensitivity_names;
    for (std::uint32_t s = 0; s < matrix.scenarios; ++s) header += ",gain_" + std::to_string(s);
    file.write(header + "\n");
    write_rows(file, matrix.instruments, [&](std::string& out, std::size_t i) {
        row_text line(out);
        line.text(run.listed.names[i]).text(word(run.values.status[i]));
        bool const valued = run.values.status[i] == value_status::valued;
        int const places = risk_places_of(run.listed.instruments[i].settle);
        for (std::uint32_t k = 0; k < sensitivity_count; ++k)
            valued ? line.scaled(matrix.of(i, static_cast<sensitivity>(k)), places) : line.none();
        for (std::uint32_t s = 0; s < matrix.scenarios; ++s)
            valued ? line.scaled(matrix.gain(i, s), places) : line.none();
    });
    return file.finish();
}

}  // namespace lockstep
