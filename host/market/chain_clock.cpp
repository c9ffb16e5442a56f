#include "host/market/chain_clock.h"

#include <algorithm>
#include <utility>

#include "host/io/timestamp.h"

namespace lockstep {
namespace {

constexpr std::int64_t gap_min = ns_per_day / 24;  // a snapshot takes seconds
constexpr std::size_t few = 20;                    // one record of so many may be ahead
constexpr std::size_t judged_min = 3;              // of two nobody knows which is

}  // namespace

chain_clock::chain_clock(std::vector<utc_ns> seen) {
    if (seen.empty()) return;
    std::ranges::sort(seen, {}, &utc_ns::value);
    time_ = seen.back();
    if (seen.size() < judged_min) return;
    for (std::size_t ahead = std::max(seen.size() / few, std::size_t{1}); ahead > 0; --ahead) {
        utc_ns const first = seen[seen.size() - ahead], before = seen[seen.size() - ahead - 1];
        if (first.value - before.value <= gap_min) continue;
        time_ = before;
        return;
    }
}

std::string chain_clock::fault_of(utc_ns seen) const {
    if (!(time_ < seen)) return {};
    return time_text(seen) + " is more than an hour after the rest of the chain, which ends at " +
           time_text(time_);
}

}  // namespace lockstep
