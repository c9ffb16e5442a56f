// What `lockstep risk --tail` asks for.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "host/tail/scenarios.h"

namespace lockstep {

struct tail_request {
    std::string history;  // file; empty: no tail is wanted
    tail_method method = tail_method::historical;
    std::vector<std::uint32_t> tails_ppm{10'000, 25'000};
    std::size_t draws = 1000;  // of the Monte-Carlo method
    std::uint64_t seed = 1;
};

inline tail_history scenarios_of(tail_request const& request) {
    tail_history history = read_tail_history(request.history);
    if (request.method == tail_method::filtered) return filtered(history);
    if (request.method == tail_method::monte_carlo)
        return drawn(history, request.draws, request.seed);
    return history;
}

}  // namespace lockstep
