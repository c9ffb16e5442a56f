// `lockstep bench risk-arrays`: every instrument revalued in every scenario, with its
// sensitivities, as integers.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "bench/benches.h"
#include "bench/book.h"
#include "bench/device.h"
#include "bench/inputs.h"
#include "bench/price_check.h"

namespace lockstep::bench {

namespace {

/// Counted in the machine code of the v4 loops; see bench/README.md.
constexpr double flops_per_option_scenario = 226;
constexpr double flops_per_sensitivities = 408;
/// In coins, in units of what the larger leg is worth: what is left when the integers' last digit
/// (1e-15) and the rounding of both sides are gone.
constexpr double tolerance = 1e-12;

/// All options in all scenarios, and unshocked, as one batch for a library that values options. The
/// shocks are applied beforehand, with libm's pow: the library is timed on its valuation alone.
struct shocked_options {
    std::vector<double> underlying, strike, time, zero, vol;
    std::vector<std::uint8_t> flags;

    shocked_options(std::vector<risk_inputs> const& chain, scenario_set const& set) {
        for (auto const& in : chain) {
            add(in, in.underlying, in.vol);
            for (std::uint32_t s = 0; s < set.count; ++s)
                add(in, in.underlying * set.shocks[s].price_multiplier,
                    shocked(in, set.vol, set.shocks[s].vol_direction));
        }
        zero.assign(underlying.size(), 0.0);
    }
    option_batch all() const {
        return {view_of(underlying), view_of(strike), view_of(time), view_of(zero),
                view_of(zero),       view_of(vol),    view_of(flags)};
    }

  private:
    static double shocked(risk_inputs const& in, vol_shock const& shock, int direction) {
        double const days = std::max(in.time * 365.0, shock.days_min);
        double const power = days < shock.days ? shock.power_short : shock.power_long;
        double const reach = std::pow(shock.days / days, power);
        if (direction == 0) return in.vol;
        if (direction < 0) return in.vol * std::max(0.0, 1.0 - shock.range_down * reach);
        return std::max(in.vol, shock.vol_floor_up) * (1.0 + shock.range_up * reach);
    }
    void add(risk_inputs const& in, double moved_underlying, double moved_vol) {
        underlying.push_back(moved_underlying);
        strike.push_back(in.strike);
        time.push_back(in.time);
        vol.push_back(moved_vol);
        flags.push_back(in.type == option_type::put ? option_flag::put : 0);
    }
};

struct array_work {
    std::vector<risk_inputs> chain;
    std::vector<scenario_set> sets;
    matrix_owner matrix;
    shocked_options for_peer;
    peer_columns peer;

    array_work(std::size_t instruments, std::uint64_t seed)
        : chain(option_chain(instruments, seed)),
          sets{usual_scenarios()},
          matrix(instruments),
          for_peer(chain, sets[0]),
          peer(for_peer.flags.size()) {}
    risk_array_batch batch() const { return {view_of(chain), view_of(sets)}; }
};

/// Every gain, and value, delta, vega and theta, against an independent valuation.
std::string check_arrays(array_work& work) {
    option_batch const shocked = work.for_peer.all();
    peer_answers(shocked, work.peer.all());
    risk_matrix const m = work.matrix.all();
    double worst = 0;
    auto const compare = [&](std::size_t i, std::int64_t cell, double expected, double scale,
                             std::string const& what) {
        double const ours = static_cast<double>(cell) / risk_scale_coin;
        double const error = std::abs(ours - expected) / scale;
        worst = std::max(worst, error);
        if (!(error <= tolerance))
            throw check_failed(
                fmt::format("risk arrays: {} of instrument {} (strike {}, time {}, "
                            "vol {}) is {:.17g}, expected {:.17g}",
                            what, i, work.chain[i].strike, work.chain[i].time, work.chain[i].vol,
                            ours, expected));
    };
    for (std::size_t i = 0; i < m.instruments; ++i) {
        if (m.status[i] != 0)
            throw check_failed(fmt::format("risk arrays: row {} has status {}", i, m.status[i]));
        std::size_t const base = i * (scenario_count + 1);
        auto const coin = [&](std::size_t row) {
            return work.peer.values[0][row] / shocked.underlying[row];
        };
        double const f = shocked.underlying[base];
        double const legs = 1.0 + work.chain[i].strike / f;
        for (std::uint32_t s = 0; s < scenario_count; ++s) {
            std::size_t const row = base + 1 + s;
            double const far = legs + shocked.strike[row] / shocked.underlying[row];
            compare(i, m.gain(i, s), coin(row) - coin(base), far, fmt::format("scenario {}", s));
        }
        compare(i, m.of(i, sensitivity::value), coin(base), legs, "value");
        compare(i, m.of(i, sensitivity::delta), work.peer.values[1][base] - coin(base), legs,
                "delta");
        compare(i, m.of(i, sensitivity::vega), 0.01 * work.peer.values[3][base] / f, legs, "vega");
        compare(i, m.of(i, sensitivity::theta), work.peer.values[4][base] / f / 365.0, legs,
                "theta");
    }
    return fmt::format("every gain, value, delta, vega and theta against {}, worst {:.1e} coin",
                       peer_name(), worst);
}

bench_case array_case(std::size_t instruments, settings const& chosen) {
    auto const state = std::make_shared<array_work>(instruments, chosen.seed);
    bench_case work;
    work.name = "risk arrays, 35 scenarios + 8 sensitivities";
    work.size = instruments;
    work.size_of_what = "instruments";
    work.items = static_cast<double>(instruments * scenario_count);
    work.item = "option-scenario";
    auto const rows = static_cast<double>(instruments);
    work.bytes = rows * (sizeof(risk_inputs) + 8.0 * state->matrix.all().stride() + 10);
    work.flops = work.items * flops_per_option_scenario + rows * flops_per_sensitivities;
    work.wipe = [state] { state->matrix.wipe(); };
    work.check = [state] { return check_arrays(*state); };
    add_contenders(work, chosen,
                   {[state](backend& on) { on.risk_arrays(state->batch(), state->matrix.all()); },
                    [state] { return state->matrix.digest(); }});
    if (device_chosen(chosen)) {
        auto const there = std::shared_ptr<resident_work>(
            resident_risk_arrays(state->batch(), state->matrix.all()));
        work.contenders.push_back({"cuda, device-resident", 0, [=] { return there->run(); },
                                   [=] {
                                       there->fetch();
                                       return state->matrix.digest();
                                   }});
    }
    if (quantlib_version().empty()) return work;
    work.peer = quantlib_version() + " BlackCalculator, value";
    work.contenders.push_back({work.peer, 1, [=] {
                                   return clocked(1, [&] {
                                       quantlib_black_value(state->for_peer.all(),
                                                            state->peer.all().columns[0]);
                                   });
                               }});
    return work;
}

}  // namespace

void bench_risk_arrays(settings const& chosen, case_sink const& sink) {
    auto const sizes =
        chosen.sizes.empty() ? std::vector<std::size_t>{100, 2'000, 8'000} : chosen.sizes;
    for (std::size_t const size : sizes) sink(array_case(size, chosen));
}

}  // namespace lockstep::bench
