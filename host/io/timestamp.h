// Moments in text, to the nanosecond and back. Dates are computed from the calendar; the machine's
// clock and time zone are never asked.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "pricing/base/time.h"

namespace lockstep {

/// "2026-08-22T15:33:51.683630+00:00": ISO 8601 with 'T' or a space, up to nine decimals, and 'Z'
/// or an offset (without one it is UTC). Years 1970 to 2261, all that fits in utc_ns.
std::optional<utc_ns> parse_timestamp(std::string_view text);

/// Microseconds since 1970 as a whole number.
std::optional<utc_ns> parse_microseconds(std::string_view text);

/// "2026-08-22T15:33:51.68363Z": ISO 8601 in UTC with as many decimals as it takes.
void append_time(std::string& out, utc_ns time);
std::string time_text(utc_ns time);

/// The day of the calendar that a moment falls on in UTC.
std::chrono::year_month_day date_of(utc_ns time);

/// A day of the calendar at 00:00 UTC, or nothing when there is no such day.
std::optional<utc_ns> midnight(int year, unsigned month, unsigned day);

}  // namespace lockstep
