#include "host/market/chain_clock.h"

#include <algorithm>
#include <utility>

#include "host/market/timestamp.h"

namespace lockstep {
namespace {

constexpr std::int64_t ahead_max = ns_per_day / 24;  // a snapshot takes seconds

}  // namespace

chain_clock::chain_clock(std::vector<utc_ns> seen) {
    if (seen.empty()) return;
    auto const middle = seen.begin() + static_cast<std::ptrdiff_t>(seen.size() / 2);
    std::ranges::nth_element(seen, middle, {}, &utc_ns::value);
    median_ = time_ = *middle;
    for (utc_ns const time : seen)
        if (time_ < time && !is_ahead(time)) time_ = time;
}

bool chain_clock::is_ahead(utc_ns seen) const { return median_.value < seen.value - ahead_max; }

std::string chain_clock::fault_of(utc_ns seen) const {
    if (!is_ahead(seen)) return {};
    return print_timestamp(seen) + " is more than an hour after the median of all records, " +
           print_timestamp(median_);
}

}  // namespace lockstep
