#include "host/market/instrument_name.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "host/io/number.h"
#include "host/io/timestamp.h"

namespace lockstep {
namespace {

constexpr std::array<std::string_view, 12> months{"JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                                                  "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};
constexpr std::int64_t expiry_in_day = expiry_hour_utc * (ns_per_day / 24);

bool is_digit(char c) { return c >= '0' && c <= '9'; }

struct name_parts {
    std::array<std::string_view, 4> part;
    std::size_t count = 0;
    bool too_many = false;
};

name_parts parts_of(std::string_view name) {
    name_parts parts;
    while (parts.count < parts.part.size()) {
        auto const dash = name.find('-');
        parts.part[parts.count++] = name.substr(0, dash);
        if (dash == std::string_view::npos) return parts;
        name.remove_prefix(dash + 1);
    }
    parts.too_many = true;
    return parts;
}

bool is_asset(std::string_view text) {
    return !text.empty() && text.size() <= 16 &&
           std::ranges::all_of(text, [](char c) { return is_digit(c) || (c >= 'A' && c <= 'Z'); });
}

/// BTC: settled in itself. BTC_USDC: settled in what stands after the '_'.
bool take_underlying(std::string_view text, instrument_terms& terms) {
    auto const bar = text.find('_');
    auto const coin = text.substr(0, bar);
    auto const settled_in = bar == std::string_view::npos ? coin : text.substr(bar + 1);
    if (!is_asset(coin) || !is_asset(settled_in)) return false;
    if (bar != std::string_view::npos && coin == settled_in) return false;
    terms.underlying = coin;
    terms.settle_asset = settled_in;
    terms.settle = bar == std::string_view::npos ? settlement::inverse : settlement::linear;
    return true;
}

/// 6FEB26 or 25JUN27: the morning when it expires.
std::optional<utc_ns> expiry_of(std::string_view text) {
    std::size_t const digits = text.size() == 6 ? 1 : 2;
    if (text.size() != digits + 5 || !std::ranges::all_of(text.substr(0, digits), is_digit) ||
        !std::ranges::all_of(text.substr(digits + 3), is_digit) || text[0] == '0')
        return std::nullopt;
    auto const* const month = std::ranges::find(months, text.substr(digits, 3));
    if (month == months.end()) return std::nullopt;
    int day = 0;
    for (char c : text.substr(0, digits)) day = day * 10 + (c - '0');
    int const year = 2000 + (text[digits + 3] - '0') * 10 + (text[digits + 4] - '0');
    auto const date = midnight(year, static_cast<unsigned>(month - months.begin()) + 1,
                               static_cast<unsigned>(day));
    if (!date) return std::nullopt;
    return utc_ns{date->value + expiry_in_day};
}

/// 150000 or 0d625, in one way only: no leading and no trailing zero, and never zero.
std::optional<price> strike_of(std::string_view text) {
    auto const point = text.find('d');
    auto const whole = text.substr(0, point);
    if (whole.empty() || !std::ranges::all_of(whole, is_digit)) return std::nullopt;
    if (whole.size() > 1 && whole[0] == '0') return std::nullopt;
    std::string plain(text);
    if (point != std::string_view::npos) {
        auto const decimals = text.substr(point + 1);
        if (decimals.empty() || !std::ranges::all_of(decimals, is_digit) || decimals.back() == '0')
            return std::nullopt;
        plain[point] = '.';
    }
    auto const [nanos, fault] = parse_nanos(plain);
    if (fault != number_fault::none || nanos == 0) return std::nullopt;
    return price{nanos};
}

}  // namespace

parsed_name parse_instrument_name(std::string_view name) {
    parsed_name out;
    auto refuse = [&](name_fault fault) {
        out.fault = fault;
        return out;
    };
    if (name.empty()) return refuse(name_fault::is_empty);
    auto const [part, count, too_many] = parts_of(name);
    if (count == 1) return refuse(name_fault::is_no_contract);
    if (too_many) return refuse(name_fault::has_too_many_parts);
    auto& terms = out.terms;
    if (!take_underlying(part[0], terms)) return refuse(name_fault::has_no_such_underlying);
    if (count == 2 && part[1] == "PERPETUAL") {
        terms.kind = instrument_kind::perpetual;
        return out;
    }
    auto const expiry = expiry_of(part[1]);
    if (!expiry) return refuse(name_fault::has_no_such_day);
    terms.expiry = *expiry;
    if (count == 2) {
        terms.kind = instrument_kind::future;
        return out;
    }
    auto const strike = strike_of(part[2]);
    if (!strike) return refuse(name_fault::has_no_such_strike);
    terms.strike = *strike;
    if (count == 3) return refuse(name_fault::lacks_call_or_put);
    if (part[3] != "C" && part[3] != "P") return refuse(name_fault::has_neither_call_nor_put);
    terms.type = part[3] == "C" ? option_type::call : option_type::put;
    return out;
}

std::string reason_for(name_fault fault, std::string_view name) {
    auto const [part, count, too_many] = parts_of(name);
    switch (fault) {
        case name_fault::none: return {};
        case name_fault::is_empty: return "is empty";
        case name_fault::is_no_contract: return "names no contract: " + in_quotes(name);
        case name_fault::has_too_many_parts: return "has more than four parts: " + in_quotes(name);
        case name_fault::has_no_such_underlying:
            return "has no such underlying: " + in_quotes(part[0]);
        case name_fault::has_no_such_day: return "has no such day: " + in_quotes(part[1]);
        case name_fault::has_no_such_strike: return "has no such strike: " + in_quotes(part[2]);
        case name_fault::has_neither_call_nor_put:
            return "ends in neither C nor P: " + in_quotes(part[3]);
        case name_fault::lacks_call_or_put: return "lacks C or P at its end: " + in_quotes(name);
    }
    return "names no instrument: " + in_quotes(name);
}

std::string print_expiry_day(utc_ns expiry) {
    auto const date = time_text(expiry);  // 2027-06-25T08:00:00Z
    auto const month = static_cast<std::size_t>((date[5] - '0') * 10 + (date[6] - '0')) - 1;
    std::string day = date.substr(date[8] == '0' ? 9 : 8, date[8] == '0' ? 1 : 2);
    day += months[month];
    return day + date.substr(2, 2);
}

std::string print_instrument_name(instrument_terms const& terms) {
    std::string name = terms.underlying;
    if (terms.settle == settlement::linear) name += "_" + terms.settle_asset;
    if (terms.kind == instrument_kind::perpetual) return name + "-PERPETUAL";
    name += '-' + print_expiry_day(terms.expiry);
    if (terms.kind == instrument_kind::future) return name;
    name += fmt::format("-{}", terms.strike.nanos / nanos_per_unit);
    if (auto const decimals = terms.strike.nanos % nanos_per_unit; decimals != 0) {
        auto digits = fmt::format("{:09}", decimals);
        digits.erase(digits.find_last_not_of('0') + 1);
        name += 'd' + digits;
    }
    return name + (terms.type == option_type::call ? "-C" : "-P");
}

}  // namespace lockstep
