// The scenario engine's own preset for one portfolio: risk arrays, exact sums and the rule, through
// a backend as in the nightly batch.
#include <algorithm>
#include <cmath>
#include <map>

#include "host/base/error.h"
#include "host/margin/preset.h"
#include "host/margin/query/models.h"
#include "host/margin/risk_table.h"
#include "kernels/backend.h"
#include "margin/portfolio_rule.h"
#include "pricing/base/decimal.h"
#include "pricing/base/quantise.h"

namespace lockstep {

namespace {

double units(money m) { return static_cast<double>(m.nanos) * 1e-9; }

/// The portfolio as one netting set.
struct netting_set {
    std::vector<risk_inputs> instruments;
    std::vector<std::int64_t> nanos;
    std::vector<double> bucket_years{0.0};  // perpetuals
    settlement settle = settlement::inverse;
    double entry_value = 0;  // of futures: what was agreed, against the model's value

    netting_set(margin_query const& q, query_underlying const& u) {
        if (!q.legs.empty()) settle = q.legs.front().terms.settle;
        for (query_leg const& leg : q.legs) add(q, u, leg);
    }

  private:
    void add(margin_query const& q, query_underlying const& u, query_leg const& leg) {
        (void)underlying_of(q, leg);
        if (leg.terms.settle != settle)
            throw input_error("model deribit: leg '" + leg.name +
                              "' settles in another asset than the first leg");
        risk_inputs in{};
        in.kind = leg.terms.kind;
        in.type = leg.terms.type;
        in.settle = settle;
        in.scale = risk_scale_of(settle);
        in.underlying = u.perpetual_price;
        if (leg.terms.kind != instrument_kind::perpetual) {
            query_expiry const& e = expiry_of(u, leg);
            in.underlying = e.forward;
            in.time = q.years_to(e.time);
            if (!(in.time > 0))
                throw input_error("model deribit: leg '" + leg.name + "' has expired");
            in.expiry_bucket = bucket(in.time);
        }
        if (leg.terms.kind == instrument_kind::option) {
            if (!leg.vol) throw input_error("model deribit: leg '" + leg.name + "' has no 'vol'");
            in.strike = static_cast<double>(leg.terms.strike.nanos) * 1e-9;
            in.vol = *leg.vol;
        } else {
            double const entry = leg.entry > 0 ? leg.entry : in.underlying;
            entry_value += settle == settlement::inverse ? leg.size / entry : -leg.size * entry;
            entry_value += leg.funding;
        }
        checked_int64 const size = quantise_nearest(leg.size, 1e9);
        if (size.overflowed)
            throw input_error("model deribit: leg '" + leg.name + "' is too large");
        instruments.push_back(in);
        nanos.push_back(size.value);
    }
    std::uint8_t bucket(double years) {
        for (std::size_t b = 1; b < bucket_years.size(); ++b)
            if (bucket_years[b] == years) return static_cast<std::uint8_t>(b);
        if (bucket_years.size() == expiry_buckets_max)
            throw input_error("model deribit: more expiries than can be told apart");
        bucket_years.push_back(years);
        return static_cast<std::uint8_t>(bucket_years.size() - 1);
    }
};

class deribit_model : public margin_model {
  public:
    explicit deribit_model(margin_preset preset) : preset_(std::move(preset)) {
        backend_options options;
        options.kind = backend_kind::cpu;  // one portfolio: a device would only wait
        options.threads = 1;
        device_ = make_backend(options);
    }

    margin_answer evaluate(margin_query const& q) const override {
        if (q.underlyings.size() != 1)
            throw input_error("model deribit: takes portfolios of one underlying, not " +
                              std::to_string(q.underlyings.size()));
        query_underlying const& u = q.underlyings.front();
        netting_set const set(q, u);
        scenario_set const scenarios = make_scenario_set(preset_, u.name, set.settle);
        margin_rules const rules = make_margin_rules(preset_, u.name, set.settle, u.index,
                                                     set.bucket_years, offset_mode::segregated);
        risk_table table(set.instruments.size(), scenarios.count);
        risk_matrix const matrix = table.matrix();
        device_->risk_arrays({view_of(set.instruments), {&scenarios, 1}}, matrix);
        margin_row const row = run(set, rules, matrix);
        margin_answer a;
        a.equity = q.cash + set.entry_value +
                   units(row.sensitivities[static_cast<int>(sensitivity::value)]);
        a.initial = units(row.initial_margin);
        a.maintenance = units(row.maintenance_margin);
        a.parts = {{"worst_loss", units(row.worst_loss)},
                   {"second_worst_loss", units(row.second_worst_loss)},
                   {"roll_shock", units(row.roll_shock)},
                   {"delta_shock", units(row.delta_shock)},
                   {"risk_matrix_margin", units(row.risk_matrix_margin)},
                   {"delta", units(row.sensitivities[static_cast<int>(sensitivity::delta)])}};
        for (std::uint32_t s = 0; s < scenarios.count; ++s)
            a.scenarios.push_back(
                {describe_scenario(scenarios, s), gain_in(set, rules, matrix, s)});
        return a;
    }

  private:
    margin_row run(netting_set const& set, margin_rules const& rules,
                   risk_matrix const& matrix) const {
        int exponent = lot_exponent_max;
        for (std::int64_t const n : set.nanos)
            exponent = std::min(exponent, trailing_decimal_zeros(n));
        auto const lot = static_cast<std::int64_t>(power_of_ten(exponent));
        std::vector<std::uint32_t> const begin{0, static_cast<std::uint32_t>(set.nanos.size())};
        std::vector<std::uint32_t> instrument;
        std::vector<std::int64_t> lots;
        for (std::size_t i = 0; i < set.nanos.size(); ++i) {
            instrument.push_back(static_cast<std::uint32_t>(i));
            lots.push_back(set.nanos[i] / lot);
        }
        std::vector<std::uint8_t> const exponents{static_cast<std::uint8_t>(exponent)};
        std::vector<std::uint32_t> const rule{0};
        std::vector<margin_addons> const addons(1);
        std::vector<margin_row> rows(1);
        position_batch const batch{view_of(begin),     view_of(instrument), view_of(lots),
                                   view_of(exponents), view_of(rule),       view_of(addons)};
        device_->margin({batch, matrix, {&rules, 1}, view_of(rows)});
        if ((rows[0].flags & margin_flag::amount_does_not_fit) != 0)
            throw input_error("model deribit: an amount is too large");
        if ((rows[0].flags & margin_flag::instrument_is_quarantined) != 0)
            throw input_error("model deribit: a leg cannot be valued");
        return rows[0];
    }
    /// What the set gains in one scenario, dampened where the rule dampens.
    static double gain_in(netting_set const& set, margin_rules const& rules,
                          risk_matrix const& matrix, std::uint32_t s) {
        double sum = 0;
        for (std::size_t i = 0; i < set.nanos.size(); ++i)
            sum +=
                static_cast<double>(matrix.gain(i, s)) * static_cast<double>(set.nanos[i]) * 1e-9;
        return dampen(sum, static_cast<double>(rules.dampener[s])) / risk_scale_of(set.settle);
    }

    margin_preset preset_;
    std::unique_ptr<backend> device_;
};

}  // namespace

std::unique_ptr<margin_model> make_deribit_model(std::string const& preset) {
    return std::make_unique<deribit_model>(load_preset(preset.empty() ? "deribit_pm" : preset));
}

}  // namespace lockstep
