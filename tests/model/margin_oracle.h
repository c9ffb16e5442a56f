// The slow and obvious reading of the portfolio margin formulas, in long double throughout, from
// the reference text and not from the code under test: its own Black (erfc and log of the C
// library), its own shocks, its own sums position by position. It knows amounts, not integers; a
// test compares within what the quantiser and the final rounding may differ.
#pragma once

#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "host/margin/preset.h"

namespace lockstep::test {

struct oracle_instrument {
    instrument_kind kind;
    option_type type;
    bool coin;  // settled in coin
    long double price, strike, years, vol;
    int bucket;
};

struct oracle_position {
    oracle_instrument const* what;
    long double contracts;
};

struct oracle_rule {
    margin_preset const* preset;
    preset_underlying const* underlying;
    preset_offset_rule const* offset;
    bool coin;
    long double index;
};

struct oracle_answer {
    std::vector<long double> gains;  // after dampening, before the offset
    std::size_t worst, second;
    long double worst_loss, second_loss, roll, delta_shock, matrix, initial, maintenance;
    long double value, delta, vega, theta;
    long double gross;  // sum of magnitudes, for tolerances
};

inline long double oracle_normal(long double x) { return 0.5L * std::erfc(-x / std::sqrt(2.0L)); }

/// Undiscounted Black, per coin, in the settle asset.
inline long double oracle_option(oracle_instrument const& o, long double forward, long double vol) {
    long double const s = vol * std::sqrt(o.years);
    long double const sign = o.type == option_type::call ? 1 : -1;
    long double value = std::max(0.0L, sign * (forward - o.strike));
    if (s > 0) {
        long double const d1 = std::log(forward / o.strike) / s + s / 2;
        value =
            sign * (forward * oracle_normal(sign * d1) - o.strike * oracle_normal(sign * (d1 - s)));
    }
    return o.coin ? value / forward : value;
}

inline long double oracle_value(oracle_instrument const& o, long double price, long double vol) {
    if (o.kind == instrument_kind::option) return oracle_option(o, price, vol);
    return o.coin ? -1 / price : price;
}

inline long double oracle_vol(oracle_instrument const& o, oracle_rule const& r, int direction) {
    vol_shock const& v = r.preset->volatility;
    long double const dte = std::max<long double>(o.years * 365, v.days_min);
    long double const reach = std::pow(
        v.days / dte, static_cast<long double>(dte < v.days ? v.power_short : v.power_long));
    if (direction < 0) return o.vol * std::max(0.0L, 1 - v.range_down * reach);
    if (direction == 0) return o.vol;
    return std::max<long double>(o.vol, v.vol_floor_up) *
           (1 + r.underlying->volatility_range_up * reach);
}

inline long double oracle_gain(oracle_position const& p, oracle_rule const& r, long double move,
                               int direction) {
    oracle_instrument const& o = *p.what;
    return p.contracts * (oracle_value(o, o.price * (1 + move), oracle_vol(o, r, direction)) -
                          oracle_value(o, o.price, o.vol));
}

/// Portfolio gain in every scenario, dampened.
inline std::vector<long double> oracle_gains(std::vector<oracle_position> const& book,
                                             oracle_rule const& r) {
    std::vector<long double> gains;
    long double const range = r.underlying->price_range;
    int const steps = r.preset->price_steps_each_side;
    for (int k = -steps; k <= steps; ++k)
        for (int direction : r.preset->vol_directions) {
            long double sum = 0;
            for (auto const& p : book) sum += oracle_gain(p, r, range * k / steps, direction);
            gains.push_back(sum);
        }
    preset_currency const& money = r.coin ? r.underlying->coin : r.underlying->usd;
    for (long double move : r.preset->extended_moves) {
        long double const size = std::abs(move), sign = move < 0 ? -1 : 1;
        long double sum = 0;
        for (auto const& p : book) sum += oracle_gain(p, r, move, r.preset->extended_vol);
        sum *= r.preset->extended_factor * range / size;
        if (r.coin) sum *= (1 + move) / (1 + sign * range);
        long double pull = (size / range - 1) * money.extended_dampener_usd;
        if (r.coin) pull /= (1 + sign * range) * r.index;
        gains.push_back((sum < 0 ? -1 : 1) * (std::abs(sum) - std::min(pull, std::abs(sum))));
    }
    return gains;
}

/// Value per relative move of the price, by a central difference, for coins; per unit for USD.
inline long double oracle_delta(oracle_instrument const& o) {
    long double const h = 1e-5L;
    long double const slope =
        (oracle_value(o, o.price * (1 + h), o.vol) - oracle_value(o, o.price * (1 - h), o.vol)) /
        (2 * h);
    return o.coin ? slope : slope / o.price;
}

inline oracle_answer oracle_margin(std::vector<oracle_position> const& book, oracle_rule const& r) {
    oracle_answer a{};
    a.gains = oracle_gains(book, r);
    auto const counted = [&](std::size_t s) {
        if (a.gains[s] <= 0) return a.gains[s];
        long double const most = r.offset->gain_max_usd / (r.coin ? r.index : 1);
        return std::min<long double>(a.gains[s] * r.offset->share, most);
    };
    for (std::size_t s = 1; s < a.gains.size(); ++s)
        if (a.gains[s] < a.gains[a.worst]) a.worst = s;
    a.second = a.worst == 0 ? 1 : 0;
    for (std::size_t s = 0; s < a.gains.size(); ++s)
        if (s != a.worst && a.gains[s] < a.gains[a.second]) a.second = s;
    a.worst_loss = -counted(a.worst);
    a.second_loss = -counted(a.second);

    preset_currency const& money = r.coin ? r.underlying->coin : r.underlying->usd;
    std::map<int, long double> deltas, years;
    for (auto const& p : book) {
        oracle_instrument const& o = *p.what;
        long double const delta = p.contracts * oracle_delta(o);
        deltas[o.bucket] += delta;
        years[o.bucket] = o.kind == instrument_kind::perpetual ? 0 : o.years;
        a.delta += delta;
        a.value += p.contracts * oracle_value(o, o.price, o.vol);
        a.gross += std::abs(p.contracts) * (o.kind == instrument_kind::option
                                                ? (o.coin ? 1 : o.price)
                                                : (o.coin ? 1 / o.price : o.price));
        if (o.kind != instrument_kind::option) continue;
        long double const h = 1e-5L, day = 1e-3L / 365;
        a.vega += p.contracts * 0.01L *
                  (oracle_value(o, o.price, o.vol + h) - oracle_value(o, o.price, o.vol - h)) /
                  (2 * h);
        oracle_instrument older = o, younger = o;
        older.years -= day, younger.years += day;
        a.theta += p.contracts / 365 *
                   (oracle_value(older, o.price, o.vol) - oracle_value(younger, o.price, o.vol)) /
                   (2 * day);
    }
    for (auto const& [bucket, delta] : deltas)
        a.roll += std::abs(delta) * (r.coin ? 1 : r.index) *
                  std::max<long double>(std::exp(money.annualised_move * years[bucket]) - 1,
                                        money.annualised_move_min);
    long double const usd = std::abs(a.delta) * r.index;
    long double const excess = std::max<long double>(usd - r.preset->delta_shock_threshold_usd, 0);
    a.delta_shock = std::min(excess * std::abs(a.delta) * r.underlying->delta_increment,
                             r.preset->delta_shock_share_max * usd) /
                    (r.coin ? r.index : 1);
    a.matrix = std::max(a.worst_loss, 0.0L) + a.roll + a.delta_shock;
    a.initial = a.matrix;
    a.maintenance = r.preset->maintenance_factor * a.matrix;
    return a;
}

}  // namespace lockstep::test
