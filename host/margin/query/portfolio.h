// One portfolio with everything a margin model may ask about it, as `lockstep margin` reads it.
// What a model does not need may be left out of the file. data/FORMATS.md describes every key.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/market/instrument_name.h"
#include "pricing/base/time.h"

namespace lockstep {

struct query_expiry {
    utc_ns time;
    double forward;
    double rate;        // continuously compounded
    double confidence;  // of the feeds, 0 to 1
    double average;     // of the delivery price so far
    double fixed;       // share of the delivery price that is known, 0 to 1
};

struct query_underlying {
    std::string name;
    double index, confidence;
    double multiplier;        // units of the underlying in one contract
    std::string market_kind;  // coin, stock, broad_index or large_index
    double perpetual_price, perpetual_confidence;
    std::vector<query_expiry> expiries;
};

struct query_leg {
    std::string name;
    std::string place;  // legs[2] of the document; empty when it does not come from one
    instrument_terms terms;
    double size;  // signed
    std::optional<double> vol, mark;
    double entry, funding;  // of a perpetual or a future; funding is what is still to be received
    /// What this leg is valued on where it was quoted on a price of its own: coins and dollars
    /// trade the same expiry at different ones, and a snapshot takes seconds. Only the nightly
    /// batch says so.
    std::optional<double> underlying;
};
inline double valued_on(query_leg const& leg, query_expiry const& e) {
    return leg.underlying.value_or(e.forward);
}

struct query_collateral {
    std::string asset;
    double value, confidence;                     // in USD, below zero for a debt
    double haircut_initial, haircut_maintenance;  // the initial one comes on top
    bool has_haircuts;                            // both are given
    bool moves_with_spot;
};

/// The place of none of a portfolio's legs: what is asked about without it is asked about whole.
inline constexpr std::size_t no_leg = ~std::size_t{0};

struct margin_query {
    utc_ns time;
    double cash, cash_price;
    std::vector<query_underlying> underlyings;
    std::vector<query_leg> legs;  // one for each instrument; without a size, funding alone
    std::vector<query_collateral> collaterals;
    double years_to(utc_ns expiry) const { return year_fraction(time, expiry); }
};

/// Reads a JSON file (which may be gzip; "-" is standard input), or text of one. Throws input_error
/// with the file and the path of the key, or the line where it is no JSON.
margin_query read_margin_query(std::string const& file);
/// What complaints call a file.
std::string shown_name(std::string const& file);
margin_query parse_margin_query(std::string_view text, std::string const& origin);

/// A leg as the command line gives it: NAME:SIZE, NAME:SIZE@VOL. Throws input_error.
query_leg parse_leg(std::string_view text);
/// Adds legs of the command line. Of an instrument that is held the position changes by them: what
/// they do not say of it, and what was paid for it, is the portfolio's. Throws input_error.
void add_legs(margin_query& query, std::vector<std::string> const& texts);

/// The amount in nanos when it is a whole number of them: what has nine decimals at most.
std::optional<std::int64_t> whole_nanos(double amount);

/// Sizes of one contract added up: decimals in nanos, where 0.3 - 0.1 - 0.2 is nothing; what is
/// finer or larger is not.
double sum_of_sizes(double a, double b);

/// What complaints call a leg: by its place where it has one.
std::string named(query_leg const& leg);

/// A contract expires at its expiry: from then on nothing here knows what it was settled at. Throws
/// input_error for the first such leg.
void expect_none_expired(margin_query const& query);

/// The portfolio's cash is in one asset, and what legs gain and ask is added to it: throws
/// input_error for a leg that settles in another one than the first. Where coins are valued apart,
/// of the linear ones.
void expect_one_asset(margin_query const& query, bool coins_too);
/// Throws input_error for collateral whose haircuts are left out.
void expect_haircuts(margin_query const& query);
/// For models that count one currency. Throws input_error, naming the model and the leg: an inverse
/// contract would be taken for as many dollars as it has coins.
void expect_linear(query_leg const& leg, std::string const& model);
/// Throws input_error for collateral below zero, where a model says nothing of debts in coins.
void expect_no_debts(margin_query const& query, std::string const& model);

/// The underlying of a leg and its expiry. Throw input_error when the portfolio lacks them.
query_underlying const& underlying_of(margin_query const& query, query_leg const& leg);
query_expiry const& expiry_of(query_underlying const& underlying, query_leg const& leg);

}  // namespace lockstep
