#include "host/tail/revalue.h"

#include <fmt/format.h>
#include <oneapi/tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "host/base/error.h"
#include "pricing/base/exp_log.h"

namespace lockstep {
namespace {

/// Where each underlying of the market stands in the history.
std::vector<std::size_t> places_of(market const& listed, tail_history const& history) {
    std::vector<std::size_t> places;
    for (auto const& row : listed.underlyings) {
        auto const at = std::find(history.underlyings.begin(), history.underlyings.end(), row.name);
        if (at == history.underlyings.end())
            throw input_error(history.origin + " has no moves of " + row.name);
        places.push_back(static_cast<std::size_t>(at - history.underlyings.begin()));
    }
    return places;
}

class revaluation {
  public:
    revaluation(market const& listed, valuation const& values, tail_history const& history)
        : listed_(listed), values_(values), history_(history), places_(places_of(listed, history)) {
        market_smiles const smiles = smiles_of(listed);
        deviations_.resize(listed.instruments.size());
        for (std::uint32_t i = 0; i < listed.instruments.size(); ++i) {
            bool const valued = values.status[i] == value_status::valued;
            if (!valued || listed.instruments[i].kind != instrument_kind::option) continue;
            options_.push_back(i);
            deviations_[i] = deviations_of(i, smiles);
        }
        out_.scenarios = history.scenarios();
        out_.cells.assign(listed.instruments.size() * out_.scenarios, 0);
    }

    tail_gains run(backend& device) {
        base_ = priced(device, {});
        for (std::size_t s = 0; s < history_.scenarios(); ++s) {
            std::vector<double> const moved = priced(device, s);
            for (std::size_t k = 0; k < options_.size(); ++k)
                set_option(options_[k], s, base_[k], moved[k]);
            for (std::uint32_t i = 0; i < listed_.instruments.size(); ++i) set_future(i, s);
        }
        return std::move(out_);
    }

  private:
    /// How far from its forward an option's strike is. Where the listed options do not tell (they
    /// do not surround the forward), none: it moves as the money does.
    double deviations_of(std::uint32_t i, market_smiles const& smiles) const {
        instrument_row const& row = listed_.instruments[i];
        auto const* const smile = smiles.find(listed_.underlyings[row.underlying.value].name);
        if (smile == nullptr) return 0;
        double const strike = units(row.strike);
        return logarithm(strike / listed_.quotes[i].underlying) / smile->deviation(values_.time[i]);
    }
    quote_move move(std::uint32_t i, std::optional<std::size_t> scenario) const {
        if (!scenario) return {0, 0};
        std::size_t const place = places_[listed_.instruments[i].underlying.value];
        return history_.between(*scenario, place, values_.time[i] * 365, deviations_[i]);
    }
    double index_in(std::uint32_t i, std::size_t scenario) const {
        auto const u = listed_.instruments[i].underlying.value;
        return listed_.underlyings[u].index *
               exponential(history_.at(scenario, places_[u], 0).forward);
    }

    /// Undiscounted values of the options in their settle asset.
    std::vector<double> priced(backend& device, std::optional<std::size_t> scenario) const {
        std::size_t const n = options_.size();
        std::vector<double> forward(n), strike(n), time(n), zero(n, 0.0), vol(n), price(n);
        std::vector<std::uint8_t> flags(n), status(n);
        tbb::parallel_for(std::size_t{0}, n, [&](std::size_t k) {
            std::uint32_t const i = options_[k];
            instrument_row const& row = listed_.instruments[i];
            quote_move const m = move(i, scenario);
            forward[k] = listed_.quotes[i].underlying * exponential(m.forward);
            vol[k] = listed_.quotes[i].vol * exponential(m.vol);
            strike[k] = units(row.strike);
            time[k] = values_.time[i];
            flags[k] = static_cast<std::uint8_t>(
                (row.type == option_type::put ? option_flag::put : 0) |
                (row.settle == settlement::inverse ? option_flag::inverse : 0));
        });
        option_values out{};
        out.columns[0] = price.data();
        out.status = status.data();
        out.count = n;
        if (n != 0)
            device.price({view_of(std::as_const(forward)), view_of(std::as_const(strike)),
                          view_of(std::as_const(time)), view_of(std::as_const(zero)),
                          view_of(std::as_const(zero)), view_of(std::as_const(vol)),
                          view_of(std::as_const(flags))},
                         out);
        return price;
    }

    void set_cell(std::uint32_t i, std::size_t s, double gain) {
        double const nanos = std::nearbyint(gain * 1e9);
        if (!(std::abs(nanos) < 0x1p62))
            throw input_error(fmt::format("{} gains too much in scenario {} of the history",
                                          listed_.names[i], s + 1));
        out_.cells[i * out_.scenarios + s] = static_cast<std::int64_t>(nanos);
    }
    void set_option(std::uint32_t i, std::size_t s, double base, double moved) {
        bool const inverse = listed_.instruments[i].settle == settlement::inverse;
        set_cell(i, s, (moved - base) * (inverse ? index_in(i, s) : 1.0));
    }
    void set_future(std::uint32_t i, std::size_t s) {
        bool const option = listed_.instruments[i].kind == instrument_kind::option;
        if (option || values_.status[i] != value_status::valued) return;
        double const before = listed_.quotes[i].underlying;
        double const after = before * exponential(move(i, s).forward);
        bool const inverse = listed_.instruments[i].settle == settlement::inverse;
        set_cell(i, s, inverse ? (1 / before - 1 / after) * index_in(i, s) : after - before);
    }

    market const& listed_;
    valuation const& values_;
    tail_history const& history_;
    std::vector<std::size_t> places_;
    std::vector<std::uint32_t> options_;
    std::vector<double> deviations_;  // by instrument
    std::vector<double> base_;
    tail_gains out_;
};

}  // namespace

tail_gains gains_in(market const& listed, valuation const& values, tail_history const& history,
                    backend& device) {
    return revaluation(listed, values, history).run(device);
}

}  // namespace lockstep
