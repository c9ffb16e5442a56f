#include "host/generate/listed_series.h"

#include <algorithm>
#include <chrono>

#include "host/io/timestamp.h"
#include "host/market/instrument_name.h"
#include "pricing/base/exp_log.h"
#include "pricing/base/quantise.h"

namespace lockstep {
namespace {

namespace calendar = std::chrono;
using day = calendar::sys_days;

day last_friday(calendar::year_month month) {
    return day(month / calendar::Friday[calendar::last]);
}

}  // namespace

std::vector<listed_expiry> expiries_after(utc_ns time) {
    auto const today = calendar::floor<calendar::days>(
        calendar::sys_time<calendar::nanoseconds>(calendar::nanoseconds(time.value)));
    std::vector<listed_expiry> out;
    auto add = [&](day date, bool has_future, bool is_daily) {
        auto const days = static_cast<std::int64_t>(date.time_since_epoch().count());
        utc_ns const at{days * ns_per_day + expiry_hour_utc * (ns_per_day / 24)};
        auto const known = std::ranges::find(out, at, &listed_expiry::at);
        if (known == out.end())
            out.push_back({at, has_future, is_daily});
        else
            *known = {at, known->has_future || has_future, known->is_daily && is_daily};
    };
    for (int ahead = 1; ahead <= 3; ++ahead) add(today + calendar::days(ahead), false, true);
    auto friday = today + calendar::days(1);
    while (calendar::weekday(friday) != calendar::Friday) friday += calendar::days(1);
    for (int week = 0; week < 3; ++week) add(friday + calendar::weeks(week), week == 0, false);
    calendar::year_month_day const date(today);
    calendar::year_month month(date.year(), date.month());
    for (int months = 0, quarters = 0; months < 3 || quarters < 4; month += calendar::months(1)) {
        auto const end = last_friday(month);
        if (end <= today) continue;
        bool const quarter = static_cast<unsigned>(month.month()) % 3 == 0;
        if (months < 3 || quarter) add(end, quarter || months == 0, false);
        ++months;
        quarters += quarter ? 1 : 0;
    }
    std::ranges::sort(out, [](auto const& a, auto const& b) { return a.at < b.at; });
    return out;
}

bool names_tell_expiries_after(utc_ns time) {
    utc_ns const century = *midnight(2000, 1, 1), next = *midnight(2100, 1, 1);
    return !(time < century) && time < next && expiries_after(time).back().at < next;
}

std::vector<std::int64_t> strikes_around(double forward, double width, std::int64_t step,
                                         std::uint32_t count) {
    std::vector<std::int64_t> out(count);
    if (count == 0) return out;
    double const steps = forward * 1e9 / static_cast<double>(step);
    for (std::uint32_t at = 0; at < count; ++at) {
        double const x = width * ((2.0 * at + 1) / count - 1);
        out[at] = std::max<std::int64_t>(quantise_nearest(steps * exponential(x), 1).value, 1);
    }
    // Where two fall on one multiple, they move outward from the middle.
    std::size_t const middle = count / 2;
    for (std::size_t at = middle + 1; at < count; ++at)
        out[at] = std::max(out[at], out[at - 1] + 1);
    for (std::size_t at = middle; at-- > 0;) out[at] = std::min(out[at], out[at + 1] - 1);
    // No room below: what would be zero or less goes on above.
    for (auto& strike : out)
        if (strike < 1) strike = out.back() + 1 - strike + 1;
    std::ranges::sort(out);
    for (std::size_t at = 1; at < count; ++at) out[at] = std::max(out[at], out[at - 1] + 1);
    for (auto& strike : out) strike *= step;
    return out;
}

}  // namespace lockstep
