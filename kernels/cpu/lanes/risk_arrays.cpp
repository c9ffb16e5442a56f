// Risk arrays, one instrument at a time and eight of its scenarios at once.
#include "margin/risk_array.h"

#include "kernels/cpu/lanes.h"
#include "kernels/cpu/lanes/loop.h"

namespace lockstep::cpu::LOCKSTEP_ISA {

void risk_arrays(risk_array_batch const& batch, risk_matrix const& matrix, std::size_t first,
                 std::size_t last);

namespace {

/// A scenario set as columns, padded with scenarios in which nothing happens.
struct alignas(64) shock_columns {
    double price_multiplier[scenarios_max];
    double pnl_factor[scenarios_max];
    std::int64_t vol_direction[scenarios_max];
    std::uint32_t unmoved;  // a column in which nothing happens; scenarios_max: there is none
    std::uint32_t set = UINT32_MAX;
};

void load(shock_columns& columns, scenario_set const& set, std::uint32_t id) {
    if (columns.set == id) return;
    columns.unmoved = scenarios_max;
    for (std::uint32_t s = 0; s < scenarios_max; ++s) {
        bool const real = s < set.count;
        columns.price_multiplier[s] = real ? set.shocks[s].price_multiplier : 1.0;
        columns.pnl_factor[s] = real ? set.shocks[s].pnl_factor : 0.0;
        columns.vol_direction[s] = real ? set.shocks[s].vol_direction : 0;
        bool const still = columns.price_multiplier[s] == 1.0 && columns.vol_direction[s] == 0;
        if (still && columns.unmoved == scenarios_max) columns.unmoved = s;
    }
    columns.set = id;
}

void option_gains(risk_inputs const& in, shock_columns const& shocks, vol_shock const& vol,
                  std::uint32_t count, double* gains) {
    shocked_vols const vols = shock_vol(in.vol, in.time, vol);
    std::uint64_t flags[scenarios_max];
    for (std::uint32_t s = 0; s < count; ++s) flags[s] = flags_of(in);
    risk_inputs const contract = in;  // a copy that no store below can change
    double const* multiplier = shocks.price_multiplier;
    double const* factor = shocks.pnl_factor;
    std::int64_t const* direction = shocks.vol_direction;
    LOCKSTEP_LANES
    for (std::uint32_t s = 0; s < count; ++s) {
        double const moved = direction[s] > 0 ? vols.up : vols.down;
        double const at = direction[s] == 0 ? vols.same : moved;
        gains[s] = option_value_at(contract, contract.underlying * multiplier[s], at, flags[s]);
    }
    // Where nothing happens the value is that of the mark, to the last bit.
    double const base = shocks.unmoved < count
                            ? gains[shocks.unmoved]
                            : option_value_at(in, in.underlying, in.vol, flags_of(in));
    for (std::uint32_t s = 0; s < count; ++s) gains[s] = option_gain(gains[s], base, factor[s]);
}

void future_gains(risk_inputs const& in, shock_columns const& shocks, std::uint32_t count,
                  double* gains) {
    risk_inputs const contract = in;
    LOCKSTEP_LANES
    for (std::uint32_t s = 0; s < count; ++s)
        gains[s] = future_gain(contract, shocks.price_multiplier[s], shocks.pnl_factor[s]);
}

/// Quantises a row; false when one cell does not fit.
bool quantise_row(double const* values, double scale, std::size_t count, std::int64_t* cells,
                  std::int64_t& largest) {
    std::int64_t most = 0, refused = 0;
    LOCKSTEP_LANES
    for (std::size_t c = 0; c < count; ++c) {
        checked_int64 const cell = quantise_nearest(values[c], scale);
        std::int64_t const size = cell.value < 0 ? -cell.value : cell.value;
        cells[c] = cell.value;
        most = size > most ? size : most;
        refused |= cell.overflowed ? 1 : 0;
    }
    largest = most;
    return refused == 0;
}

risk_status fill_row(risk_inputs const& in, shock_columns const& shocks, scenario_set const& set,
                     risk_matrix const& matrix, std::size_t row) {
    alignas(64) double values[scenarios_max + sensitivity_count];
    if (is_option(in))
        option_gains(in, shocks, set.vol, matrix.scenario_columns, values);
    else
        future_gains(in, shocks, matrix.scenario_columns, values);
    sensitivity_row const greeks =
        is_option(in) ? option_sensitivities(in) : future_sensitivities(in);
    for (std::uint32_t j = 0; j < sensitivity_count; ++j)
        values[matrix.scenario_columns + j] = greeks.at[j];
    bool const fits =
        quantise_row(values, in.scale, matrix.stride(), matrix.row(row), matrix.row_max[row]);
    return fits ? risk_status::computed : risk_status::value_does_not_fit;
}

}  // namespace

void risk_arrays(risk_array_batch const& batch, risk_matrix const& matrix, std::size_t first,
                 std::size_t last) {
    shock_columns shocks;
    for (std::size_t i = first; i < last; ++i) {
        risk_inputs const& in = batch.instruments[i];
        risk_status status = check_inputs(in, batch.sets, matrix.scenarios);
        if (status == risk_status::computed) {
            load(shocks, batch.sets[in.set], in.set);
            status = fill_row(in, shocks, batch.sets[in.set], matrix, i);
        }
        if (status != risk_status::computed) {
            for (std::size_t c = 0; c < matrix.stride(); ++c) matrix.row(i)[c] = 0;
            matrix.row_max[i] = row_quarantined;
        }
        matrix.status[i] = static_cast<std::uint8_t>(status);
        matrix.expiry_bucket[i] = bucket_of(in);
    }
}

}  // namespace lockstep::cpu::LOCKSTEP_ISA
