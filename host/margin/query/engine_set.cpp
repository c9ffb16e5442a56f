#include "host/margin/query/engine_set.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "host/base/error.h"
#include "host/margin/query/model.h"
#include "host/margin/risk_table.h"
#include "margin/entry_value.h"
#include "margin/portfolio_rule.h"
#include "margin/portfolio_sums.h"
#include "pricing/base/decimal.h"

namespace lockstep {

namespace {

/// The legs in the engine's own rows.
struct engine_set {
    std::string model;  // that asks, for complaints
    std::vector<risk_inputs> instruments;
    std::vector<std::string> names;  // as complaints call them
    std::vector<std::int64_t> nanos;
    std::vector<double> bucket_years{0.0};  // perpetuals
    settlement settle;
    int128 entry_nanos = 0;

    engine_set(std::string const& asking, margin_query const& q, query_underlying const& u,
               settlement of)
        : model(asking), settle(of) {
        for (query_leg const& leg : q.legs)
            if (leg.terms.underlying == u.name && leg.terms.settle == settle) add(q, u, leg);
        if (bucket_years.size() > expiry_buckets_max)
            refuse(fmt::format("the legs of '{}' have {} expiries; at most {} can be told apart",
                               u.name, bucket_years.size() - 1, expiry_buckets_max - 1));
    }

    [[noreturn]] void refuse(std::string const& why) const {
        throw input_error("model " + model + ": " + why);
    }

  private:
    void add(margin_query const& q, query_underlying const& u, query_leg const& leg) {
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
            in.expiry_bucket = bucket(in.time);
        }
        if (leg.underlying) in.underlying = *leg.underlying;
        if (leg.terms.kind == instrument_kind::option) {
            if (!leg.vol) refuse(named(leg) + " has no 'vol'");
            in.strike = static_cast<double>(leg.terms.strike.nanos) * 1e-9;
            in.vol = *leg.vol;
        }
        std::int64_t const size = nanos_of(leg.size, "model " + model + ": " + named(leg));
        if (leg.terms.kind != instrument_kind::option) add_entry(leg, size, in.underlying);
        instruments.push_back(in);
        names.push_back(named(leg));
        nanos.push_back(size);
    }
    void add_entry(query_leg const& leg, std::int64_t size, double underlying) {
        std::string const of_leg = named(leg), asking = "model " + model + ": ";
        double const entry = leg.entry > 0 ? leg.entry : underlying;
        auto const nanos_entered = whole_nanos(entry);
        double const value = settle == settlement::inverse ? leg.size / entry : -leg.size * entry;
        entry_nanos += nanos_entered ? wide_entry_nanos(settle, {size}, {*nanos_entered})
                                     : nanos_down(value, asking + of_leg);
        entry_nanos += nanos_of(leg.funding, asking + "the funding of " + of_leg);
    }
    /// More than can be told apart are refused when all have been counted.
    std::uint8_t bucket(double years) {
        for (std::size_t b = 1; b < bucket_years.size(); ++b)
            if (bucket_years[b] == years) return static_cast<std::uint8_t>(b);
        bucket_years.push_back(years);
        return static_cast<std::uint8_t>(bucket_years.size() - 1);
    }
};

/// The first leg without a risk array.
std::string const& not_valued(engine_set const& set, risk_matrix const& matrix) {
    std::size_t i = 0;
    while (i + 1 < set.names.size() && matrix.row_max[i] != row_quarantined) ++i;
    return set.names[i];
}

margin_rules rules_of(engine_set const& set, query_underlying const& u, margin_preset const& preset,
                      offset_mode mode) {
    try {
        return make_margin_rules(preset, u.name, set.settle, u.index, set.bucket_years, mode);
    } catch (input_error const& error) {
        set.refuse("'underlyings." + u.name + ".index': " + error.what());
    }
}

margin_row run(engine_set const& set, margin_rules const& rules, risk_matrix const& matrix,
               backend& device) {
    int exponent = lot_exponent_max;
    for (std::int64_t const n : set.nanos) exponent = std::min(exponent, trailing_decimal_zeros(n));
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
    device.margin({batch, matrix, {&rules, 1}, view_of(rows)});
    if ((rows[0].flags & margin_flag::amount_does_not_fit) != 0)
        set.refuse("an amount is too large");
    if ((rows[0].flags & margin_flag::instrument_is_quarantined) != 0)
        set.refuse(not_valued(set, matrix) + " cannot be valued");
    return rows[0];
}

/// What the set gains in each scenario, dampened where the rule dampens, and what of it counts.
void add_gains(engine_set const& set, margin_rules const& rules, risk_matrix const& matrix,
               engine_answer& answer) {
    wide_sums sums;
    auto const columns = static_cast<std::uint32_t>(matrix.stride());
    clear(sums, columns);
    for (std::size_t i = 0; i < set.nanos.size(); ++i)
        add_position(sums, matrix.row(i), columns, set.nanos[i], matrix.expiry_bucket[i]);
    constexpr int lot_exponent = 0;  // sizes are counted in nanos here
    dampener_scale const scale = dampener_scale_of(lot_exponent);
    for (std::uint32_t s = 0; s < answer.scenarios.count; ++s) {
        int128 const gain =
            dampen(sums.columns[s], dampener_in_sums<int128>(rules.dampener[s], scale));
        answer.gains.push_back(static_cast<double>(gain) * 1e-9 / risk_scale_of(set.settle));
        checked_int128 const counted = counted_gain_1e12(gain, rules, lot_exponent);
        answer.counted.push_back(gain > 0 ? static_cast<double>(counted.value) * 1e-12
                                          : answer.gains.back());
    }
}

}  // namespace

engine_answer ask_engine(std::string const& model, margin_query const& q, query_underlying const& u,
                         settlement settle, margin_preset const& preset, offset_mode mode,
                         backend& device) {
    engine_set const set(model, q, u, settle);
    engine_answer answer{};
    answer.scenarios = make_scenario_set(preset, u.name, settle);
    answer.entry_nanos = set.entry_nanos;
    margin_rules const rules = rules_of(set, u, preset, mode);
    risk_table table(set.instruments.size(), answer.scenarios.count);
    risk_matrix const matrix = table.matrix();
    device.risk_arrays({view_of(set.instruments), {&answer.scenarios, 1}}, matrix);
    answer.row = run(set, rules, matrix, device);
    add_gains(set, rules, matrix, answer);
    return answer;
}

}  // namespace lockstep
