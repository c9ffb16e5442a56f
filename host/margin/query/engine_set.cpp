#include "host/margin/query/engine_set.h"

#include <fmt/format.h>

#include <algorithm>

#include "host/base/error.h"
#include "host/margin/query/model.h"
#include "margin/entry_value.h"
#include "margin/portfolio_rule.h"
#include "margin/portfolio_sums.h"
#include "pricing/base/decimal.h"

namespace lockstep {

engine_set::engine_set(std::string const& asking, margin_query const& q, query_underlying const& u,
                       settlement settle, margin_preset const& preset, offset_mode mode,
                       backend& device)
    : model_(asking), settle_(settle), device_(device), table_(0, 0), matrix_{} {
    for (std::size_t leg = 0; leg < q.legs.size(); ++leg)
        if (q.legs[leg].terms.underlying == u.name && q.legs[leg].terms.settle == settle)
            add(q, u, leg);
    if (bucket_years_.size() > expiry_buckets_max)
        refuse(fmt::format("the legs of '{}' have {} expiries; at most {} can be told apart",
                           u.name, bucket_years_.size() - 1, expiry_buckets_max - 1));
    scenarios_ = make_scenario_set(preset, u.name, settle);
    rules_ = rules_of(u, preset, mode);
    table_ = risk_table(instruments_.size(), scenarios_.count);
    matrix_ = table_.matrix();
    device_.risk_arrays({view_of(instruments_), {&scenarios_, 1}}, matrix_);
}

void engine_set::refuse(std::string const& why) const {
    throw input_error("model " + model_ + ": " + why);
}

void engine_set::add(margin_query const& q, query_underlying const& u, std::size_t leg) {
    query_leg const& of = q.legs[leg];
    risk_inputs in{};
    in.kind = of.terms.kind;
    in.type = of.terms.type;
    in.settle = settle_;
    in.scale = risk_scale_of(settle_);
    in.underlying = of.underlying.value_or(u.perpetual_price);
    if (of.terms.kind != instrument_kind::perpetual) {
        query_expiry const& e = expiry_of(u, of);
        in.underlying = valued_on(of, e);
        in.time = q.years_to(e.time);
        in.expiry_bucket = bucket(in.time);
    }
    if (of.terms.kind == instrument_kind::option) {
        if (!of.vol) refuse(named(of) + " has no 'vol'");
        in.strike = units(of.terms.strike);
        in.vol = *of.vol;
    }
    std::int64_t const size = nanos_of(of.size, "model " + model_ + ": " + named(of));
    bool const option = of.terms.kind == instrument_kind::option;
    rows_.push_back({leg, named(of), size, option ? 0 : entry_of(of, size, in.underlying)});
    instruments_.push_back(in);
}

int128 engine_set::entry_of(query_leg const& leg, std::int64_t size, double underlying) const {
    std::string const of_leg = named(leg), asking = "model " + model_ + ": ";
    double const entry = leg.entry > 0 ? leg.entry : underlying;
    auto const nanos_entered = whole_nanos(entry);
    double const value = settle_ == settlement::inverse ? leg.size / entry : -leg.size * entry;
    int128 const entered = nanos_entered ? wide_entry_nanos(settle_, {size}, {*nanos_entered})
                                         : nanos_down(value, asking + of_leg);
    return entered + nanos_of(leg.funding, asking + "the funding of " + of_leg);
}

/// More than can be told apart are refused when all have been counted.
std::uint8_t engine_set::bucket(double years) {
    for (std::size_t b = 1; b < bucket_years_.size(); ++b)
        if (bucket_years_[b] == years) return static_cast<std::uint8_t>(b);
    bucket_years_.push_back(years);
    return static_cast<std::uint8_t>(bucket_years_.size() - 1);
}

margin_rules engine_set::rules_of(query_underlying const& u, margin_preset const& preset,
                                  offset_mode mode) const {
    try {
        return make_margin_rules(preset, u.name, settle_, u.index, bucket_years_, mode);
    } catch (input_error const& error) {
        refuse("'underlyings." + u.name + ".index': " + error.what());
    }
}

engine_answer engine_set::answer(std::size_t without) const {
    engine_answer answer{};
    for (row const& r : rows_)
        if (r.leg != without) answer.entry_nanos += r.entry_nanos;
    answer.row = margin_of(without);
    add_gains(answer, without);
    return answer;
}

margin_row engine_set::margin_of(std::size_t without) const {
    std::vector<std::uint32_t> instrument;
    int exponent = lot_exponent_max;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
        if (rows_[i].leg == without) continue;
        instrument.push_back(static_cast<std::uint32_t>(i));
        exponent = std::min(exponent, trailing_decimal_zeros(rows_[i].nanos));
    }
    auto const lot = static_cast<std::int64_t>(power_of_ten(exponent));
    std::vector<std::int64_t> lots;
    for (std::uint32_t const i : instrument) lots.push_back(rows_[i].nanos / lot);
    std::vector<std::uint32_t> const begin{0, static_cast<std::uint32_t>(lots.size())};
    std::vector<std::uint8_t> const exponents{static_cast<std::uint8_t>(exponent)};
    std::vector<std::uint32_t> const rule{0};
    std::vector<margin_addons> const addons(1);
    std::vector<margin_row> rows(1);
    position_batch const batch{view_of(begin),     view_of(instrument), view_of(lots),
                               view_of(exponents), view_of(rule),       view_of(addons)};
    device_.margin({batch, matrix_, {&rules_, 1}, view_of(rows)});
    if ((rows[0].flags & margin_flag::amount_does_not_fit) != 0) refuse("an amount is too large");
    if ((rows[0].flags & margin_flag::instrument_is_quarantined) != 0)
        refuse(not_valued() + " cannot be valued");
    return rows[0];
}

std::string const& engine_set::not_valued() const {
    std::size_t i = 0;
    while (i + 1 < rows_.size() && matrix_.row_max[i] != row_quarantined) ++i;
    return rows_[i].name;
}

/// What the set gains in each scenario, dampened where the rule dampens, and what of it counts.
void engine_set::add_gains(engine_answer& answer, std::size_t without) const {
    wide_sums sums;
    auto const columns = static_cast<std::uint32_t>(matrix_.stride());
    clear(sums, columns);
    for (std::size_t i = 0; i < rows_.size(); ++i)
        if (rows_[i].leg != without)
            add_position(sums, matrix_.row(i), columns, rows_[i].nanos, matrix_.expiry_bucket[i]);
    constexpr int lot_exponent = 0;  // sizes are counted in nanos here
    dampener_scale const scale = dampener_scale_of(lot_exponent);
    for (std::uint32_t s = 0; s < scenarios_.count; ++s) {
        int128 const gain =
            dampen(sums.columns[s], dampener_in_sums<int128>(rules_.dampener[s], scale));
        answer.gains.push_back(static_cast<double>(gain) * 1e-9 / risk_scale_of(settle_));
        checked_int128 const counted = counted_gain_1e12(gain, rules_, lot_exponent);
        answer.counted.push_back(gain > 0 ? static_cast<double>(counted.value) * 1e-12
                                          : answer.gains.back());
    }
}

}  // namespace lockstep
