// CME SPAN parameter files in the positional layout ("expanded unpacked", U2, .pa2): what a margin
// is computed from. A file is a sequence of records of fixed columns; the first two name the kind.
// Trailing blanks may be cut off; a blank number is zero and a blank sign is plus.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "margin/model/span.h"
#include "margin/model/span_spreads.h"

namespace lockstep {

/// A month as CCYYMM, 202612; months of records E are YYMM of the century of the file.
using span_month = std::int32_t;

/// Amounts are in nanos of the performance-bond currency.
struct span_contract {
    std::string exchange, commodity, type;  // FUT, OOF, ...
    char right = ' ';                       // C, P or blank
    span_month future_month = 0, option_month = 0;
    double strike = 0;
    std::array<std::int64_t, span::scenario_count> losses{};
    std::int64_t value = 0;      // settlement price x contract value factor
    char fractions = ' ';        // how the price is written when not in decimals; then no value
    double composite_delta = 0;  // scaled
    bool is_option() const { return right == 'C' || right == 'P'; }
};

struct span_tier {
    int number;
    span_month first, last;
};

/// A spread between tiers (record C) or between months (record E).
struct span_spread {
    struct leg {
        int place;  // tier number, or month as CCYYMM
        double ratio;
        char side;  // A or B
    };
    int priority = 0;
    std::int64_t charge = 0;
    bool by_month = false;
    std::vector<leg> legs;
};

struct span_commodity {
    std::string exchange, code, currency;
    bool premium_paid = true;           // options are paid for when bought: their value counts
    std::vector<std::string> products;  // "commodity/type"
    std::vector<span_tier> tiers;
    std::vector<span_spread> spreads;          // by priority
    std::uint32_t initial_thousandths = 1000;  // of maintenance, of a speculator
    std::int64_t short_option_rate = 0;
    span::short_option_method short_option_counting = span::short_option_method::gross;
    span::price_risk_method risk_weighing = span::price_risk_method::normal;
    int delivery_method = 0;  // of the spot month; its charges are in no record that is read
};

/// A credit between commodities (record 6).
struct span_credit {
    struct leg {
        std::string commodity;
        double ratio;
        char side;
    };
    int priority = 0;
    double share = 0;   // of the weighted price risk
    bool flat = false;  // a rate in money instead: not read, and no credit is given
    std::vector<leg> legs;
};

struct span_file {
    std::string complex, business_date;
    bool for_initial = false;  // the arrays are of initial margin already
    std::vector<span_contract> contracts;
    std::vector<span_commodity> commodities;
    std::vector<span_credit> credits;            // by priority
    std::map<std::string, std::size_t> skipped;  // records that are not read, by kind

    /// The combined commodity that a product belongs to, or nothing.
    span_commodity const* commodity_of(span_contract const& contract) const;
};

/// True when the text begins as such a file does.
bool is_span_file(std::string_view text);

/// Throws input_error with the file, the line, the record, the field and its columns.
span_file read_span_file(std::string_view text, std::string const& origin);

}  // namespace lockstep
