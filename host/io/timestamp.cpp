#include "host/io/timestamp.h"

#include <charconv>
#include <chrono>
#include <cstdint>
#include <limits>

#include "host/io/number_text.h"

namespace lockstep {
namespace {

constexpr std::int64_t ns_per_second = 1'000'000'000;
constexpr int year_min = 1970, year_max = 2261;

/// Takes fixed-width pieces from the front of a text; one failure makes all later ones fail.
class scanner {
  public:
    explicit scanner(std::string_view text) : rest_(text) {}

    int digits(std::size_t count) {
        int value = 0;
        for (std::size_t i = 0; i < count; ++i) {
            if (rest_.empty() || rest_[0] < '0' || rest_[0] > '9') return good_ = false, 0;
            value = value * 10 + (rest_[0] - '0');
            rest_.remove_prefix(1);
        }
        return value;
    }
    void expect(std::string_view any_of) {
        if (rest_.empty() || any_of.find(rest_[0]) == std::string_view::npos)
            good_ = false;
        else
            rest_.remove_prefix(1);
    }
    bool take(char c) {
        if (!rest_.starts_with(c)) return false;
        rest_.remove_prefix(1);
        return true;
    }
    void fail() { good_ = false; }
    bool at_digit() const { return !rest_.empty() && rest_[0] >= '0' && rest_[0] <= '9'; }
    bool ended() const { return rest_.empty(); }
    bool good() const { return good_; }

  private:
    std::string_view rest_;
    bool good_ = true;
};

std::int64_t decimals_as_ns(scanner& in) {
    std::int64_t value = 0;
    std::int64_t unit = ns_per_second;
    do {
        value = value * 10 + in.digits(1);
        unit /= 10;
    } while (in.at_digit() && unit > 1);
    return value * unit;
}

/// What the clock there is ahead of UTC.
std::int64_t offset_as_ns(scanner& in) {
    if (in.ended() || in.take('Z')) return 0;
    bool const behind = in.take('-');
    if (!behind) in.expect("+");
    int const hours = in.digits(2);
    if (!in.ended()) in.take(':');
    int const minutes = in.ended() ? 0 : in.digits(2);
    if (hours > 23 || minutes > 59) in.fail();
    auto const seconds = static_cast<std::int64_t>(hours) * 3600 + minutes * 60;
    return (behind ? -seconds : seconds) * ns_per_second;
}

/// Whole days since 1970, rounded down.
std::int64_t days_of(utc_ns time) {
    return time.value / ns_per_day - (time.value % ns_per_day < 0 ? 1 : 0);
}

}  // namespace

std::optional<utc_ns> midnight(int year, unsigned month, unsigned day) {
    if (year < year_min || year > year_max) return std::nullopt;
    std::chrono::year_month_day const date{std::chrono::year(year), std::chrono::month(month),
                                           std::chrono::day(day)};
    if (!date.ok()) return std::nullopt;
    auto const days = std::chrono::sys_days(date).time_since_epoch().count();
    return utc_ns{static_cast<std::int64_t>(days) * ns_per_day};
}

std::optional<utc_ns> parse_timestamp(std::string_view text) {
    scanner in(text);
    int const year = in.digits(4);
    in.expect("-");
    int const month = in.digits(2);
    in.expect("-");
    int const day = in.digits(2);
    in.expect("T ");
    int const hour = in.digits(2);
    in.expect(":");
    int const minute = in.digits(2);
    in.expect(":");
    int const second = in.digits(2);
    std::int64_t const fraction = in.take('.') ? decimals_as_ns(in) : 0;
    std::int64_t const offset = offset_as_ns(in);
    if (!in.good() || !in.ended() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
    auto const date = midnight(year, static_cast<unsigned>(month), static_cast<unsigned>(day));
    if (!date) return std::nullopt;
    auto const seconds = static_cast<std::int64_t>(hour) * 3600 + minute * 60 + second;
    return utc_ns{date->value + seconds * ns_per_second + fraction - offset};
}

std::optional<utc_ns> parse_microseconds(std::string_view text) {
    std::int64_t value = 0;
    auto const* const text_end = text.data() + text.size();
    auto const [end, error] = std::from_chars(text.data(), text_end, value);
    if (error != std::errc() || end != text_end) return std::nullopt;
    constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max() / 1000;
    if (value < 0 || value > largest) return std::nullopt;
    return utc_ns{value * 1000};
}

std::chrono::year_month_day date_of(utc_ns time) {
    return std::chrono::sys_days(std::chrono::days(days_of(time)));
}

void append_time(std::string& out, utc_ns time) {
    std::int64_t const in_day = time.value - days_of(time) * ns_per_day;
    std::chrono::year_month_day const date = date_of(time);
    auto const two = [&out](std::int64_t n) {
        out += static_cast<char>('0' + n / 10);
        out += static_cast<char>('0' + n % 10);
    };
    append_integer(out, int(date.year()));
    out += '-', two(unsigned(date.month()));
    out += '-', two(unsigned(date.day()));
    std::int64_t const second = in_day / ns_per_second;
    out += 'T', two(second / 3600);
    out += ':', two(second / 60 % 60);
    out += ':';
    if (second % 60 < 10) out += '0';
    append_scaled(out, static_cast<int128>(second % 60) * ns_per_second + in_day % ns_per_second,
                  9);
    out += 'Z';
}

std::string time_text(utc_ns time) {
    std::string text;
    append_time(text, time);
    return text;
}

}  // namespace lockstep
