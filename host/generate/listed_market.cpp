#include "host/generate/listed_market.h"

#include <algorithm>

#include "pricing/base/exp_log.h"
#include "pricing/base/money.h"
#include "pricing/instrument.h"

namespace lockstep {

namespace {

constexpr std::int64_t tenth = nanos_per_unit / 10;

struct contract_shape {
    instrument_kind kind;
    option_type type;
    settlement settle;
    std::int64_t strike, tick, lot;  // nanos
    std::int64_t mark_ticks;
};

constexpr contract_shape shapes[] = {
    {instrument_kind::perpetual, option_type::call, settlement::linear, 0, nanos_per_cent, tenth,
     10'000},
    {instrument_kind::perpetual, option_type::call, settlement::inverse, 0, nanos_per_unit / 2,
     10 * nanos_per_unit, 60'000},
    {instrument_kind::option, option_type::call, settlement::inverse, 30'000 * nanos_per_unit,
     nanos_per_unit / 10'000, tenth, 500},
    {instrument_kind::future, option_type::call, settlement::linear, 0, nanos_per_cent, tenth,
     10'000},
    {instrument_kind::option, option_type::put, settlement::linear, 100 * nanos_per_unit,
     nanos_per_cent, tenth, 400},
    {instrument_kind::option, option_type::call, settlement::linear, 100 * nanos_per_unit,
     nanos_per_cent, tenth, 500},
};
constexpr std::uint32_t shape_count = sizeof shapes / sizeof shapes[0];
constexpr double ticks_max = 1 << 30;

/// What the mood makes of a price.
double level(market_mood mood, double progress) {
    switch (mood) {
        case market_mood::calm: return 1;
        case market_mood::swinging: {
            double const wave = progress * 4 + 0.25;
            double const part = wave - static_cast<double>(static_cast<int>(wave));
            return 1 + 0.2 * (part < 0.5 ? 4 * part - 1 : 3 - 4 * part);
        }
        case market_mood::crashing: return 1 - 0.5 * std::clamp((progress - 0.5) * 10, 0.0, 1.0);
    }
    return 1;
}

transaction_row of_kind(transaction_kind kind) {
    transaction_row t{};
    t.kind = kind;
    return t;
}

}  // namespace

listed_market::listed_market(market_plan const& plan) : plan_(plan), seats_(plan.seats) {
    for (std::uint32_t i = 0; i < plan.seats; ++i) {
        market_seat& seat = seats_[i];
        seat.shape = plan.every_contract ? i % shape_count : 0;
        contract_shape const& shape = shapes[seat.shape];
        seat.asset = plan.assets > 1 && shape.settle == settlement::inverse ? 1 : 0;
        seat.tick = shape.tick;
        seat.lot = shape.lot;
        seat.walk = static_cast<double>(shape.mark_ticks);
        seat.mark_ticks = shape.mark_ticks;
    }
}

bool listed_market::is_option(std::uint32_t seat) const {
    return shapes[seats_[seat].shape].kind == instrument_kind::option;
}

std::uint32_t listed_market::option_from(std::uint32_t seat) const {
    for (std::uint32_t i = 0; i < size() && !is_option(seat); ++i) seat = (seat + 1) % size();
    return seat;
}

transaction_row listed_market::list(std::uint32_t seat, std::int64_t now) {
    market_seat& s = seats_[seat];
    contract_shape const& shape = shapes[s.shape];
    s.instrument = listed_++;
    if (shape.kind != instrument_kind::perpetual)
        s.until = now + plan_.life_ns / (1 + seat % 3) + nanos_per_unit;
    transaction_row t = of_kind(transaction_kind::create_instrument);
    t.asset = s.asset;
    bool const american = is_option(seat) && s.instrument % 2 == 0;
    t.contract =
        static_cast<std::uint8_t>(static_cast<int>(shape.kind) | static_cast<int>(shape.type) << 2 |
                                  static_cast<int>(shape.settle) << 3 | (american ? 1 : 0) << 4);
    t.trigger = shape.strike;
    t.until = s.until;
    t.price = s.tick;
    t.amount = s.lot;
    t.aux[0] = 500 | 250 << 16;
    t.aux[1] = 200 | 500 << 16;
    t.user_data = 300'000;
    return t;
}

transaction_row listed_market::mark(std::uint32_t seat) const {
    transaction_row t = of_kind(transaction_kind::mark_update);
    t.instrument = seats_[seat].instrument;
    t.price = seats_[seat].mark_ticks * seats_[seat].tick;
    return t;
}

void listed_market::move(std::uint32_t seat, double progress, draws& d) {
    market_seat& s = seats_[seat];
    double const spread = plan_.mood == market_mood::calm ? 0.0005 : 0.003;
    s.walk = std::clamp(s.walk * exponential(spread * d.normal()), 20.0, ticks_max);
    s.mark_ticks = static_cast<std::int64_t>(s.walk * level(plan_.mood, progress));
}

transaction_row listed_market::expire(std::uint32_t seat) const {
    market_seat const& s = seats_[seat];
    transaction_row t = of_kind(transaction_kind::expiry);
    t.instrument = s.instrument;
    t.price = is_option(seat) ? price_behind(seat, own_price(seat)) : s.mark_ticks * s.tick;
    return t;
}

transaction_row listed_market::assign(std::uint32_t seat, draws& d) const {
    transaction_row t = of_kind(transaction_kind::assign);
    t.instrument = seats_[seat].instrument;
    std::uint32_t const how = d.below(8);
    std::int64_t const by = how == 0   ? 0
                            : how == 1 ? shapes[seats_[seat].shape].strike / 2
                                       : own_price(seat);
    t.price = price_behind(seat, by);
    return t;
}

std::int64_t listed_market::price_behind(std::uint32_t seat, std::int64_t in_the_money) const {
    contract_shape const& shape = shapes[seats_[seat].shape];
    std::int64_t const price =
        shape.strike + (shape.type == option_type::call ? in_the_money : -in_the_money);
    return price > 0 ? price : seats_[seat].tick;
}

/// Of an inverse option in coins, about.
std::int64_t listed_market::own_price(std::uint32_t seat) const {
    market_seat const& s = seats_[seat];
    contract_shape const& shape = shapes[s.shape];
    return shape.settle == settlement::inverse ? shape.strike / 20 : s.mark_ticks * s.tick;
}

}  // namespace lockstep
