#include "host/margin/query/portfolio.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "host/base/error.h"
#include "host/io/json_fault.h"
#include "host/io/json_reader.h"
#include "host/io/text_file.h"
#include "host/io/timestamp.h"
#include "margin/settlement/average_price.h"
#include "pricing/base/quantise.h"

namespace lockstep {

namespace {

constexpr double amount_max = 1e12;
constexpr double vol_max = 10'000;  // a fraction
constexpr double price_min = 1e-9, price_max = 1e9;

/// How much of the settlement price is known, and its average so far.
void read_settling(utc_ns time, query_expiry& e, json_reader& in) {
    e.fixed = in.number("fixed", 0, 1, 0.0);
    if (!(e.fixed > 0)) {
        e.average = in.number("average", 0, price_max, 0.0);
        return;
    }
    if (e.time.value - time.value > delivery_window_ns)
        in.fail("fixed", "is known in the half hour before expiry alone");
    if (!in.has("average")) in.fail("average", "is missing beside 'fixed'");
    e.average = in.number("average", price_min, price_max);
}

query_expiry read_expiry(utc_ns time, std::string const& day, json_reader&& in) {
    // The day is the one of a future's name.
    parsed_name const name = parse_instrument_name("X-" + day);
    if (name.fault != name_fault::none) in.fail("", "is not named by a day such as 27MAR26");
    query_expiry e{};
    e.time = name.terms.expiry;
    e.forward = in.number("forward", price_min, price_max);
    e.rate = in.number("rate", -10, 10, 0.0);
    e.confidence = in.number("confidence", 0, 1, 1.0);
    read_settling(time, e, in);
    in.expect_no_other_keys();
    return e;
}

query_underlying read_underlying(utc_ns time, std::string const& name, json_reader&& in) {
    query_underlying u{};
    u.name = name;
    u.index = in.number("index", price_min, price_max);
    u.confidence = in.number("confidence", 0, 1, 1.0);
    u.multiplier = in.number("multiplier", 1e-9, 1e9, 1.0);
    u.market_kind = in.has("kind") ? in.text("kind") : "coin";
    if (u.market_kind != "coin" && u.market_kind != "stock" && u.market_kind != "broad_index" &&
        u.market_kind != "large_index")
        in.fail("kind", "must be coin, stock, broad_index or large_index");
    u.perpetual_price = in.number("perpetual_price", price_min, price_max, u.index);
    u.perpetual_confidence = in.number("perpetual_confidence", 0, 1, 1.0);
    if (in.has("expiries"))
        in.objects("expiries", [&](std::string const& day, json_reader&& one) {
            u.expiries.push_back(read_expiry(time, day, std::move(one)));
        });
    in.expect_no_other_keys();
    return u;
}

/// Makes two legs of one instrument one position. Gives the key that they differ in, if any.
char const* merge(query_leg& held, query_leg const& more) {
    auto const differ = [](auto const& a, auto const& b) { return a && b && *a != *b; };
    if (differ(held.vol, more.vol)) return "vol";
    if (differ(held.mark, more.mark)) return "mark";
    if (held.entry != more.entry) return "entry";
    if (!held.vol) held.vol = more.vol;
    if (!held.mark) held.mark = more.mark;
    held.size = sum_of_sizes(held.size, more.size);
    held.funding += more.funding;
    return nullptr;
}

/// An instrument has one name.
query_leg* leg_of(margin_query& q, std::string const& name) {
    for (query_leg& leg : q.legs)
        if (leg.name == name) return &leg;
    return nullptr;
}

/// What a closed position is still to receive is all that stays of it.
void drop_what_is_closed(margin_query& q) {
    std::erase_if(q.legs, [](query_leg const& leg) { return leg.size == 0 && leg.funding == 0; });
}

query_leg read_leg(json_reader& in) {
    query_leg leg{};
    leg.place = in.path();
    leg.name = in.text("instrument");
    parsed_name const name = parse_instrument_name(leg.name);
    if (name.fault != name_fault::none) in.fail("instrument", reason_for(name.fault, leg.name));
    leg.terms = name.terms;
    leg.size = in.number("size", -amount_max, amount_max);
    if (in.has("vol")) leg.vol = in.number("vol", 0, vol_max);
    if (in.has("mark")) leg.mark = in.number("mark", 0, price_max);
    leg.entry = in.number("entry", price_min, price_max, 0.0);  // none where it is left out
    leg.funding = in.number("funding", -amount_max, amount_max, 0.0);
    in.expect_no_other_keys();
    return leg;
}

query_collateral read_collateral(json_reader&& in) {
    query_collateral c{};
    c.asset = in.text("asset");
    c.value = in.number("size", -amount_max, amount_max) * in.number("price", 0, price_max);
    c.confidence = in.number("confidence", 0, 1, 1.0);
    c.has_haircuts = in.has("haircut_initial") || in.has("haircut_maintenance");
    if (c.has_haircuts) {
        c.haircut_initial = in.number("haircut_initial", 0, 1);
        c.haircut_maintenance = in.number("haircut_maintenance", 0, 1);
    }
    c.moves_with_spot = in.boolean("moves_with_spot", false);
    in.expect_no_other_keys();
    return c;
}

margin_query read_document(simdjson::dom::element root, std::string const& origin) {
    json_reader in(root, origin);
    margin_query q{};
    std::string const time = in.text("time");
    std::optional<utc_ns> const parsed = parse_timestamp(time);
    if (!parsed) in.fail("time", "must be a time such as 2026-02-05T10:00:00Z");
    q.time = *parsed;
    q.cash = in.number("cash", -amount_max, amount_max, 0.0);
    q.cash_price = in.number("cash_price", 1e-6, 1e6, 1.0);
    in.objects("underlyings", [&q](std::string const& name, json_reader&& one) {
        q.underlyings.push_back(read_underlying(q.time, name, std::move(one)));
    });
    in.list("legs", [&q](json_reader&& one) {
        query_leg leg = read_leg(one);
        query_leg* const held = leg_of(q, leg.name);
        if (held == nullptr) return q.legs.push_back(std::move(leg));
        if (char const* const key = merge(*held, leg))
            one.fail(key, "is another than that of an earlier leg of the same instrument");
    });
    drop_what_is_closed(q);
    in.list("collateral",
            [&q](json_reader&& one) { q.collaterals.push_back(read_collateral(std::move(one))); });
    in.expect_no_other_keys();
    return q;
}

double number_of(std::string_view text, std::string_view whole) {
    double value = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value))
        throw input_error(fmt::format("leg '{}': '{}' is not a number", whole, text));
    return value;
}

}  // namespace

std::string named(query_leg const& leg) {
    return leg.place.empty() ? "leg '" + leg.name + "'" : leg.place + ": " + leg.name;
}

void expect_none_expired(margin_query const& query) {
    for (query_leg const& leg : query.legs)
        if (leg.terms.kind != instrument_kind::perpetual &&
            leg.terms.expiry.value <= query.time.value)
            throw input_error(named(leg) + " has expired");
}

void expect_one_asset(margin_query const& query, bool coins_too) {
    query_leg const* first = nullptr;
    for (query_leg const& leg : query.legs) {
        if (!coins_too && leg.terms.settle == settlement::inverse) continue;
        if (first == nullptr) first = &leg;
        if (leg.terms.settle_asset != first->terms.settle_asset)
            throw input_error(fmt::format(
                "{} settles in {}, and {} in {}: the cash is in one asset", named(*first),
                first->terms.settle_asset, named(leg), leg.terms.settle_asset));
    }
}

void expect_haircuts(margin_query const& query) {
    for (query_collateral const& c : query.collaterals)
        if (!c.has_haircuts)
            throw input_error("collateral '" + c.asset +
                              "': 'haircut_initial' and 'haircut_maintenance' are missing, which "
                              "the model counts");
}

void expect_no_debts(margin_query const& query, std::string const& model) {
    for (query_collateral const& c : query.collaterals)
        if (c.value < 0)
            throw input_error("model " + model + ": collateral '" + c.asset +
                              "' is a debt, which deribit_cross alone takes");
}

void expect_linear(query_leg const& leg, std::string const& model) {
    if (leg.terms.settle != settlement::linear)
        throw input_error("model " + model + ": " + named(leg) + " is not linear");
}

std::optional<std::int64_t> whole_nanos(double amount) {
    checked_int64 const nanos = quantise_nearest(amount, 1e9);
    bool const whole = !nanos.overflowed && static_cast<double>(nanos.value) / 1e9 == amount;
    return whole ? std::optional(nanos.value) : std::nullopt;
}

double sum_of_sizes(double a, double b) {
    std::optional<std::int64_t> const x = whole_nanos(a), y = whole_nanos(b);
    return x && y ? static_cast<double>(*x + *y) / 1e9 : a + b;
}

margin_query parse_margin_query(std::string_view text, std::string const& origin) {
    constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
    if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
    simdjson::dom::parser parser;
    simdjson::dom::element root;
    simdjson::padded_string const padded(text);
    if (auto const error = parser.parse(padded).get(root); error != simdjson::SUCCESS) {
        std::string const why = std::string("is not JSON: ") + simdjson::error_message(error);
        if (auto const line = line_of_json_fault(text)) throw input_error(origin, *line, why);
        throw input_error(origin + ": " + why);
    }
    return read_document(root, origin);
}

std::string shown_name(std::string const& file) { return file == "-" ? "standard input" : file; }

margin_query read_margin_query(std::string const& file) {
    return parse_margin_query(read_text_file(file), shown_name(file));
}

query_leg parse_leg(std::string_view text) {
    std::size_t const colon = text.rfind(':');
    if (colon == std::string_view::npos)
        throw input_error(fmt::format("leg '{}' must be NAME:SIZE or NAME:SIZE@VOL", text));
    query_leg leg{};
    leg.name = std::string(text.substr(0, colon));
    parsed_name const name = parse_instrument_name(leg.name);
    if (name.fault != name_fault::none)
        throw input_error(
            fmt::format("leg '{}': the instrument {}", text, reason_for(name.fault, leg.name)));
    leg.terms = name.terms;
    std::string_view const numbers = text.substr(colon + 1);
    std::size_t const at = numbers.find('@');
    leg.size = number_of(numbers.substr(0, at), text);
    if (std::fabs(leg.size) > amount_max)
        throw input_error(fmt::format("leg '{}': a size is at most {}", text, amount_max));
    if (at == std::string_view::npos) return leg;
    if (leg.terms.kind != instrument_kind::option)
        throw input_error(fmt::format("leg '{}': only an option has a vol", text));
    double const vol = number_of(numbers.substr(at + 1), text);
    if (vol < 0 || vol > vol_max)
        throw input_error(
            fmt::format("leg '{}': a vol is a fraction from 0 to {}, not {}", text, vol_max, vol));
    leg.vol = vol;
    return leg;
}

void add_legs(margin_query& query, std::vector<std::string> const& texts) {
    for (std::string const& text : texts) {
        query_leg leg = parse_leg(text);
        query_leg* const held = leg_of(query, leg.name);
        if (held == nullptr) {
            query.legs.push_back(std::move(leg));
            continue;
        }
        leg.entry = held->entry;
        if (char const* const key = merge(*held, leg))
            throw input_error(
                fmt::format("leg '{}': its '{}' is another than that of the portfolio", text, key));
    }
    drop_what_is_closed(query);
}

query_underlying const& underlying_of(margin_query const& query, query_leg const& leg) {
    for (query_underlying const& u : query.underlyings)
        if (u.name == leg.terms.underlying) return u;
    throw input_error(
        fmt::format("{}: the portfolio has no underlying '{}'", named(leg), leg.terms.underlying));
}

query_expiry const& expiry_of(query_underlying const& underlying, query_leg const& leg) {
    for (query_expiry const& e : underlying.expiries)
        if (e.time == leg.terms.expiry) return e;
    throw input_error(
        fmt::format("{}: underlying '{}' has no such expiry", named(leg), underlying.name));
}

}  // namespace lockstep
