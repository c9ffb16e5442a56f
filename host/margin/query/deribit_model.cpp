// Deribit-style margin of one portfolio. Portfolio margin goes through the scenario engine as in
// the nightly batch: segregated, one underlying settled in one asset; or cross-collateral, every
// underlying in all its currencies, in USD. Standard margin is a formula of every leg.
#include <algorithm>
#include <array>
#include <utility>

#include "host/base/error.h"
#include "host/margin/preset.h"
#include "host/margin/query/engine_set.h"
#include "host/margin/query/models.h"
#include "margin/model/cross_collateral.h"

namespace lockstep {

namespace {

int128 value_of(engine_answer const& of) {
    return of.entry_nanos + of.row.sensitivities[static_cast<int>(sensitivity::value)].nanos;
}

std::unique_ptr<backend> one_thread() {
    backend_options options;
    options.kind = backend_kind::cpu;  // one portfolio: a device would only wait
    options.threads = 1;
    return make_backend(options);
}

class segregated_model : public margin_model {
  public:
    explicit segregated_model(margin_preset preset) : preset_(std::move(preset)) {}

    std::uint32_t keys_read() const override { return query_key::of_positions | query_key::vol; }
    margin_answer answer_to(margin_query const& q) const override {
        if (q.underlyings.size() != 1)
            throw input_error("model deribit: takes portfolios of one underlying, not " +
                              std::to_string(q.underlyings.size()));
        settlement const settle =
            q.legs.empty() ? settlement::inverse : q.legs.front().terms.settle;
        for (query_leg const& leg : q.legs) {
            (void)underlying_of(q, leg);
            if (leg.terms.settle != settle)
                throw input_error("model deribit: " + named(leg) +
                                  " settles in another asset than the first leg");
        }
        engine_answer const of = ask_engine("deribit", q, q.underlyings.front(), settle, preset_,
                                            offset_mode::segregated, *device_);
        margin_row const& row = of.row;
        margin_answer a;
        a.equity = units(nanos_of(q.cash, "model deribit: the cash") + value_of(of));
        a.initial = units(row.initial_margin);
        a.maintenance = units(row.maintenance_margin);
        a.parts = {{"worst_loss", units(row.worst_loss)},
                   {"second_worst_loss", units(row.second_worst_loss)},
                   {"roll_shock", units(row.roll_shock)},
                   {"delta_shock", units(row.delta_shock)},
                   {"risk_matrix_margin", units(row.risk_matrix_margin)},
                   {"delta", units(row.sensitivities[static_cast<int>(sensitivity::delta)])}};
        for (std::uint32_t s = 0; s < of.scenarios.count; ++s)
            a.scenarios.push_back({describe_scenario(of.scenarios, s), of.gains[s]});
        return a;
    }

  private:
    margin_preset preset_;
    std::unique_ptr<backend> device_ = one_thread();
};

/// Amounts of the answer are in USD. Cash, and what linear contracts settle in, is of the price
/// that the portfolio says; coins are collateral.
class cross_model : public margin_model {
  public:
    explicit cross_model(margin_preset preset) : preset_(std::move(preset)) {}

    bool takes_netting_sets() const override { return false; }
    std::uint32_t keys_read() const override {
        return query_key::cash_price | query_key::of_positions | query_key::vol |
               query_key::collateral | query_key::haircuts;
    }

    double worth_of_cash(margin_query const& q) const override { return q.cash_price; }

  private:
    margin_answer answer_to(margin_query const& q) const override {
        for (query_leg const& leg : q.legs) (void)underlying_of(q, leg);
        margin_answer a;
        a.equity = q.cash * q.cash_price;
        for (query_collateral const& c : q.collaterals) {
            a.equity += cross::after_haircut(c.value, c.haircut_maintenance);
            a.initial += c.value * c.haircut_initial;
            a.parts.push_back({c.asset + " haircut",
                               c.value - cross::after_haircut(c.value, c.haircut_maintenance)});
        }
        for (query_underlying const& u : q.underlyings) add(q, u, a);
        return a;
    }

    void add(margin_query const& q, query_underlying const& u, margin_answer& a) const {
        std::array<engine_answer, 2> of;
        std::array<cross::currency, 2> currencies{};
        std::array<settlement, 2> const settled{settlement::inverse, settlement::linear};
        for (std::size_t k = 0; k < settled.size(); ++k) {
            of[k] = ask_engine("deribit_cross", q, u, settled[k], preset_, offset_mode::cross,
                               *device_);
            double const price = settled[k] == settlement::inverse ? u.index : q.cash_price;
            for (double& counted : of[k].counted) counted *= price;
            currencies[k] = {view_of(std::as_const(of[k].counted)),
                             units(of[k].row.roll_shock) * price,
                             units(of[k].row.delta_shock) * price};
            a.equity += units(value_of(of[k])) * price;
        }
        std::uint32_t const count = of[0].scenarios.count;
        double const matrix = cross::matrix_margin({currencies.data(), 2}, count);
        a.initial += matrix;
        a.maintenance += matrix * preset_.maintenance_factor;
        a.parts.push_back({u.name + " risk_matrix_margin", matrix});
        a.parts.push_back({u.name + " coin requirement", units(of[0].row.initial_margin)});
        a.parts.push_back({u.name + " usd requirement", units(of[1].row.initial_margin)});
        for (std::uint32_t s = 0; s < count; ++s)
            a.scenarios.push_back({u.name + " " + describe_scenario(of[0].scenarios, s),
                                   of[0].counted[s] + of[1].counted[s]});
    }

    margin_preset preset_;
    std::unique_ptr<backend> device_ = one_thread();
};

margin_preset preset_of(std::string const& preset) {
    return load_preset(preset.empty() ? "deribit_pm" : preset);
}

}  // namespace

std::unique_ptr<margin_model> make_deribit_model(std::string const& preset) {
    return std::make_unique<segregated_model>(preset_of(preset));
}

std::unique_ptr<margin_model> make_deribit_cross_model(std::string const& preset) {
    return std::make_unique<cross_model>(preset_of(preset));
}

}  // namespace lockstep
