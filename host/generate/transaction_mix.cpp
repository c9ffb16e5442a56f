#include "host/generate/transaction_mix.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <numeric>
#include <string>
#include <utility>

#include "host/base/error.h"

namespace lockstep {

namespace {

struct named_event {
    std::string_view name;
    std::uint32_t in_a_day;  // of 10,110
};

constexpr named_event events[market_events] = {
    {"transfer", 700}, {"deposit", 120}, {"withdraw", 120}, {"insure", 20},  {"promise", 300},
    {"keep", 240},     {"order", 4'200}, {"cancel", 2'200}, {"amend", 800},  {"mass_cancel", 40},
    {"combo", 160},    {"trade", 120},   {"chain", 240},    {"mark", 660},   {"funding", 10},
    {"session", 5},    {"fees", 5},      {"suspend", 40},   {"account", 20}, {"interest", 10},
    {"socialise", 10}, {"exercise", 40}, {"advise", 20},    {"assign", 20},  {"tier", 10},
};

transaction_mix plain(std::uint32_t transfers, std::uint32_t orders) {
    transaction_mix mix{.weights = {}, .plain = true};
    mix.weights[static_cast<std::size_t>(market_event::transfer)] = transfers;
    mix.weights[static_cast<std::size_t>(market_event::order)] = orders;
    return mix;
}

transaction_mix day() {
    transaction_mix mix;
    for (std::size_t i = 0; i < market_events; ++i) mix.weights[i] = events[i].in_a_day;
    return mix;
}

/// One "event=weight", of an event that `seen` does not hold yet.
void set_weight(std::string_view part, transaction_mix& mix,
                std::array<bool, market_events>& seen) {
    std::size_t const equals = std::min(part.find('='), part.size());
    std::string_view const number = part.substr(std::min(equals + 1, part.size()));
    auto const* const event =
        std::find_if(std::begin(events), std::end(events),
                     [&](named_event const& e) { return e.name == part.substr(0, equals); });
    std::uint32_t weight = 0;
    auto const read = std::from_chars(number.data(), number.data() + number.size(), weight);
    if (event == std::end(events) || read.ec != std::errc() ||
        read.ptr != number.data() + number.size() || weight > 1'000'000)
        throw input_error(fmt::format(
            "'{}' is not transfers, orders, mixed, day, or an event with its weight, as "
            "in order=40,cancel=20",
            part));
    auto const index = static_cast<std::size_t>(event - std::begin(events));
    if (std::exchange(seen[index], true))
        throw input_error(fmt::format("'{}' is given twice", event->name));
    mix.weights[index] = weight;
}

}  // namespace

market_event transaction_mix::draw(draws& d) const {
    std::uint32_t left = d.below(std::accumulate(weights.begin(), weights.end(), 0u));
    std::size_t event = 0;
    while (left >= weights[event]) left -= weights[event++];
    return static_cast<market_event>(event);
}

transaction_mix mix_of(std::string_view text) {
    if (text == "transfers") return plain(1, 0);
    if (text == "orders") return plain(0, 1);
    if (text == "mixed") return plain(1, 1);
    if (text == "day") return day();
    transaction_mix mix;
    std::array<bool, market_events> seen{};
    for (std::size_t at = 0; at <= text.size();) {
        std::size_t const end = std::min(text.find(',', at), text.size());
        set_weight(text.substr(at, end - at), mix, seen);
        at = end + 1;
    }
    if (std::all_of(mix.weights.begin(), mix.weights.end(), [](auto w) { return w == 0; }))
        throw input_error("every weight is zero");
    return mix;
}

}  // namespace lockstep
