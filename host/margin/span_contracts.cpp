#include "host/margin/span_contracts.h"

#include <utility>

#include "pricing/base/decimal.h"

namespace lockstep {

namespace {

constexpr std::int64_t strike_decimals_max = 9;

double per(std::int64_t value, int places) {
    return static_cast<double>(value) / static_cast<double>(power_of_ten(places));
}

std::string identity(span_record const& r) { return r.text(3, 54); }

}  // namespace

void span_contract_reading::product(span_record const& r) {
    listed_product p;
    auto const decimals = [&r](char const* field, std::size_t first) {
        std::int64_t const n = r.number(field, first, first + 2);
        if (n > strike_decimals_max) r.fail(field, first, first + 2, "are more than nine");
        return static_cast<int>(n);
    };
    p.settlement_decimals = decimals("settlement decimals", 34);
    p.strike_decimals = decimals("strike decimals", 37);
    p.fractions = r.letter(40);
    p.value_factor = r.decimal("contract value factor", 42, 55, 7);
    products_[{r.text(3, 5), r.text(6, 15), r.text(16, 18)}] = p;
}

void span_contract_reading::scaling(span_record const& r) {
    double const scale = r.decimal("delta scaling factor", 86, 91, 4);
    month_key const key{r.text(3, 5), r.text(6, 15), r.text(16, 18),
                        static_cast<span_month>(r.number("future month", 19, 24)),
                        static_cast<span_month>(r.number("option month", 28, 33))};
    if (scale > 0) delta_scale_[key] = scale;
}

void span_contract_reading::first_half(span_record const& r, std::int64_t unit) {
    if (unit == 0) r.fail("kind", 1, 2, "stands before any record 2");
    unit_ = unit;
    contract_ = {};
    contract_.exchange = r.text(3, 5);
    contract_.commodity = r.text(6, 15);
    contract_.type = r.text(26, 28);
    contract_.right = r.letter(29);
    contract_.future_month = static_cast<span_month>(r.number("future month", 30, 35));
    contract_.option_month = static_cast<span_month>(r.number("option month", 39, 44));
    for (std::size_t s = 0; s < 9; ++s) array_value(r, s, 55 + 6 * s);
    identity_ = identity(r);
    open_ = true;
}

void span_contract_reading::array_value(span_record const& r, std::size_t s, std::size_t first) {
    contract_.losses[s] = r.signed_number("array value", first, first + 4, first + 5) * unit_;
}

void span_contract_reading::second_half(span_record const& r) {
    if (!open_) r.fail("kind", 1, 2, "stands without a record 81 before it");
    if (identity(r) != identity_) r.fail("contract", 3, 54, "is not that of record 81");
    open_ = false;
    for (std::size_t s = 9; s < span::scenario_count; ++s) array_value(r, s, 55 + 6 * (s - 9));
    auto const found = products_.find({contract_.exchange, contract_.commodity, contract_.type});
    if (found == products_.end())
        r.fail("contract", 3, 54, "has no record P of its exchange, commodity and type");
    listed_product const& p = found->second;
    contract_.strike = per(r.signed_number("strike", 48, 54, 119), p.strike_decimals);
    double const price = per(r.signed_number("settlement", 111, 117, 118), p.settlement_decimals);
    checked_int64 const value = quantise(price * p.value_factor, 1e9, rounding::down);
    if (value.overflowed) r.fail("settlement", 111, 117, "makes a value that does not fit");
    contract_.fractions = p.fractions;
    contract_.value = contract_.is_option() && p.fractions == ' ' ? value.value : 0;
    month_key const key{contract_.exchange, contract_.commodity, contract_.type,
                        contract_.future_month, contract_.option_month};
    auto const scale = delta_scale_.find(key);
    if (!r.reaches(101)) r.fail("composite delta", 97, 101, "is missing: the line is cut off");
    contract_.composite_delta = per(r.signed_number("composite delta", 97, 101, 102), 4) *
                                (scale == delta_scale_.end() ? 1.0 : scale->second);
    expect_new(r);
    contracts_.push_back(contract_);
}

void span_contract_reading::expect_new(span_record const& r) {
    auto const [first, is_new] =
        line_of_contract_.emplace(std::pair(identity_, contract_.strike < 0), r.line());
    if (!is_new)
        r.fail("contract", 3, 54,
               "is that of the record 82 in line " + std::to_string(first->second) + " as well");
}

}  // namespace lockstep
