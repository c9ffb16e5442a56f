// What the synthetic exchange lists: four underlyings with the sizes and ticks that such contracts
// trade in. Prices are only where a seed starts from.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace lockstep {

struct coin_terms {
    std::string_view name;         // BTC
    std::string_view settled_in;   // the coin itself (inverse) or USDC (linear)
    double spot;                   // USD, before the seed moves it
    double vol;                    // of the long end, before the seed moves it
    std::int64_t strike_steps[3];  // nanos: up to five weeks, up to half a year, beyond
    std::int64_t option_lot;       // nanos
    std::int64_t future_lot;       // nanos; USD for inverse futures
    std::int64_t price_tick;       // nanos, of futures and their entry prices
    int price_decimals;            // of forwards and the index
    int mark_decimals;             // of option prices
    std::int64_t option_tick;      // in units of mark_decimals
    int options_divisor;           // lists that part of the number of options asked for

    constexpr bool inverse() const { return name == settled_in; }
};

inline constexpr std::int64_t one = 1'000'000'000;

inline constexpr std::array<coin_terms, 4> coins{{
    {"BTC",
     "BTC",
     77240,
     0.45,
     {500 * one, 1000 * one, 5000 * one},
     one / 10,
     10 * one,
     one / 2,
     2,
     8,
     10'000,
     1},
    {"ETH",
     "ETH",
     2280,
     0.62,
     {25 * one, 50 * one, 100 * one},
     one,
     one,
     one / 20,
     2,
     8,
     10'000,
     1},
    {"SOL", "USDC", 140, 0.75, {one, 2 * one, 5 * one}, one, one / 10, one / 100, 3, 4, 100, 4},
    {"XRP",
     "USDC",
     2.2,
     0.8,
     {one / 40, one / 20, one / 10},
     100 * one,
     one,
     one / 10'000,
     5,
     5,
     10,
     8},
}};

constexpr coin_terms const* find_coin(std::string_view name) {
    for (auto const& coin : coins)
        if (coin.name == name) return &coin;
    return nullptr;
}

}  // namespace lockstep
