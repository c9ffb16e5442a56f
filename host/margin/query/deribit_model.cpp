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
#include "host/margin/query/without_each.h"
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
        if (q.underlyings.empty()) throw input_error("model deribit: there is no underlying");
        for (query_leg const& leg : q.legs)
            if (underlying_of(q, leg).name != q.legs.front().terms.underlying)
                throw input_error("model deribit: " + named(leg) +
                                  " is of another underlying than the first leg");
        engine_set const set = set_of(q);
        engine_answer const of = set.answer();
        margin_row const& row = of.row;
        margin_answer a;
        static_cast<margin_amounts&>(a) = amounts_of(q, of);
        a.parts = {{"worst_loss", units(row.worst_loss)},
                   {"second_worst_loss", units(row.second_worst_loss)},
                   {"roll_shock", units(row.roll_shock)},
                   {"delta_shock", units(row.delta_shock)},
                   {"risk_matrix_margin", units(row.risk_matrix_margin)},
                   {"delta", units(row.sensitivities[static_cast<int>(sensitivity::delta)])}};
        for (std::uint32_t s = 0; s < set.scenarios().count; ++s)
            a.scenarios.push_back({describe_scenario(set.scenarios(), s), of.gains[s]});
        return a;
    }
    std::vector<margin_amounts> amounts_without_each(margin_query const& q) const override {
        std::vector<margin_amounts> all;
        if (q.legs.empty()) return all;
        engine_set const set = set_of(q);
        for (std::size_t leg = 0; leg < q.legs.size(); ++leg)
            all.push_back(amounts_of(q, set.answer(leg)));
        return all;
    }

  private:
    /// Of the legs' one underlying and asset, whatever else is listed.
    engine_set set_of(margin_query const& q) const {
        bool const any = !q.legs.empty();
        return {"deribit",
                q,
                any ? underlying_of(q, q.legs.front()) : q.underlyings.front(),
                any ? q.legs.front().terms.settle : settlement::inverse,
                preset_,
                offset_mode::segregated,
                *device_};
    }
    static margin_amounts amounts_of(margin_query const& q, engine_answer const& of) {
        return {units(nanos_of(q.cash, "model deribit: the cash") + value_of(of)),
                units(of.row.initial_margin), units(of.row.maintenance_margin)};
    }

    margin_preset preset_;
    std::unique_ptr<backend> device_ = one_thread();
};

/// What an underlying adds to an account, in USD.
struct cross_totals {
    std::array<double, 2> values;  // by currency
    double matrix_margin;
};

/// One underlying in all its currencies. Cash, and what linear contracts settle in, is of the price
/// that the portfolio says.
class cross_book {
  public:
    cross_book(margin_query const& q, query_underlying const& u, margin_preset const& preset,
               backend& device)
        : coins_("deribit_cross", q, u, settlement::inverse, preset, offset_mode::cross, device),
          usd_("deribit_cross", q, u, settlement::linear, preset, offset_mode::cross, device),
          prices_{u.index, q.cash_price} {}

    scenario_set const& scenarios() const { return coins_.scenarios(); }

    /// What is counted is in USD.
    std::array<engine_answer, 2> answers(std::size_t without = no_leg) const {
        std::array<engine_answer, 2> of{coins_.answer(without), usd_.answer(without)};
        for (std::size_t k = 0; k < of.size(); ++k)
            for (double& counted : of[k].counted) counted *= prices_[k];
        return of;
    }
    cross_totals totals(std::array<engine_answer, 2> const& of) const {
        cross_totals t{};
        std::array<cross::currency, 2> currencies{};
        for (std::size_t k = 0; k < of.size(); ++k) {
            currencies[k] = {view_of(of[k].counted), units(of[k].row.roll_shock) * prices_[k],
                             units(of[k].row.delta_shock) * prices_[k]};
            t.values[k] = units(value_of(of[k])) * prices_[k];
        }
        t.matrix_margin = cross::matrix_margin({currencies.data(), 2}, scenarios().count);
        return t;
    }
    cross_totals totals(std::size_t without) const { return totals(answers(without)); }

  private:
    engine_set coins_, usd_;
    std::array<double, 2> prices_;
};

/// Amounts of the answer are in USD. Coins are collateral.
class cross_model : public margin_model {
  public:
    explicit cross_model(margin_preset preset) : preset_(std::move(preset)) {}

    bool takes_netting_sets() const override { return false; }
    std::uint32_t keys_read() const override {
        return query_key::cash_price | query_key::of_positions | query_key::vol |
               query_key::collateral | query_key::haircuts;
    }

    double worth_of_cash(margin_query const& q) const override { return q.cash_price; }

    std::vector<margin_amounts> amounts_without_each(margin_query const& q) const override {
        std::vector<cross_book> books;
        for (query_underlying const& u : q.underlyings) books.emplace_back(q, u, preset_, *device_);
        return amounts_by_underlying(q, books,
                                     [&](auto const& totals) { return amounts_of(q, totals); });
    }

  private:
    margin_answer answer_to(margin_query const& q) const override {
        for (query_leg const& leg : q.legs) (void)underlying_of(q, leg);
        margin_answer a;
        for (query_collateral const& c : q.collaterals) {
            a.parts.push_back({c.asset + " haircut", taken_off(c.value, c.haircut_maintenance)});
            a.parts.push_back(
                {c.asset + " initial haircut", taken_off(c.value, c.haircut_initial)});
        }
        std::vector<cross_totals> totals;
        for (query_underlying const& u : q.underlyings) {
            cross_book const book(q, u, preset_, *device_);
            std::array<engine_answer, 2> const of = book.answers();
            totals.push_back(book.totals(of));
            a.parts.push_back({u.name + " risk_matrix_margin", totals.back().matrix_margin});
            a.parts.push_back({u.name + " coin requirement", units(of[0].row.initial_margin)});
            a.parts.push_back({u.name + " usd requirement", units(of[1].row.initial_margin)});
            for (std::uint32_t s = 0; s < book.scenarios().count; ++s)
                a.scenarios.push_back({u.name + " " + describe_scenario(book.scenarios(), s),
                                       of[0].counted[s] + of[1].counted[s]});
        }
        static_cast<margin_amounts&>(a) = amounts_of(q, totals);
        return a;
    }

    static double taken_off(double value, double haircut) {
        return value - cross::after_haircut(value, haircut);
    }
    margin_amounts amounts_of(margin_query const& q,
                              std::vector<cross_totals> const& totals) const {
        margin_amounts a{.equity = q.cash * q.cash_price};
        for (query_collateral const& c : q.collaterals) {
            a.equity += cross::after_haircut(c.value, c.haircut_maintenance);
            a.initial += taken_off(c.value, c.haircut_initial);
        }
        for (cross_totals const& t : totals) {
            for (double const value : t.values) a.equity += value;
            a.initial += t.matrix_margin;
            a.maintenance += t.matrix_margin * preset_.maintenance_factor;
        }
        return a;
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
