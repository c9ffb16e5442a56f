#include "host/price/price_rows.h"

namespace lockstep {
namespace {

using price_fields = row_fields<price_field>;

/// Which of spot and forward an option or future is valued on.
enum class basis : std::uint8_t { whichever, forward, spot };

struct kind_name {
    char const* name;
    row_kind kind;
    basis on;
};
constexpr kind_name kind_names[] = {
    {"", row_kind::option, basis::whichever},
    {"option", row_kind::option, basis::whichever},
    {"european", row_kind::option, basis::whichever},
    {"black76", row_kind::option, basis::forward},
    {"bsm", row_kind::option, basis::spot},
    {"future", row_kind::future, basis::whichever},
    {"perpetual", row_kind::perpetual, basis::spot},
};

kind_name const& read_kind(price_fields const& fields) {
    std::string const name = lower_case(fields.text(price_field::kind));
    for (auto const& known : kind_names)
        if (name == known.name) return known;
    fields.refuse_unknown(price_field::kind, "option, european, black76, bsm, future or perpetual");
}

bool read_inverse(price_fields const& fields) {
    std::string const settle = lower_case(fields.text(price_field::settle));
    if (settle.empty() || settle == "linear") return false;
    if (settle == "inverse") return true;
    fields.refuse_unknown(price_field::settle, "linear or inverse");
}

/// Sets the underlying and the flag that says what it is. A row that gives both is valued on its
/// forward, unless its kind says otherwise.
void read_underlying(price_fields const& fields, basis on, option_inputs& in) {
    bool const on_spot =
        on == basis::spot || (on == basis::whichever && !fields.given(price_field::forward) &&
                              fields.given(price_field::spot));
    if (on == basis::whichever && !on_spot && !fields.given(price_field::forward))
        throw row_fault{row_status::field_is_missing, "neither spot nor forward is given"};
    in.underlying = fields.number(on_spot ? price_field::spot : price_field::forward);
    in.flags |= on_spot ? option_flag::spot : 0u;
}

void read_funding(price_fields const& fields, price_row& row) {
    row.has_funding = fields.given(price_field::funding_rate);
    if (!row.has_funding) return;
    row.funding.settle =
        (row.in.flags & option_flag::inverse) != 0 ? settlement::inverse : settlement::linear;
    row.funding.funding_rate = fields.number(price_field::funding_rate);
    row.funding.interest = fields.number_or(price_field::funding_interest, 0.0);
    row.funding.funding_interval = fields.number_or(price_field::funding_interval, 0.0);
    std::string const spot = lower_case(fields.text(price_field::funding_spot));
    if (spot == "current")
        row.funding.spot_of_funding = funding_spot::current;
    else if (spot.empty() || spot == "previous")
        row.funding.spot_of_funding = funding_spot::previous;
    else
        fields.refuse_unknown(price_field::funding_spot, "previous or current");
}

/// An option that is exercised early, or whose spot pays cash; `refused` says why there is none
/// such, or is empty.
void read_exercise(price_fields const& fields, exercise_style style, std::string const& refused,
                   price_row& row) {
    bool const european = style == exercise_style::european;
    bool const scheduled = is_scheduled(fields, style);
    if (european && !scheduled) return;
    price_field const cause = european ? price_field::cash_dividends : price_field::style;
    if (!refused.empty())
        fields.refuse(cause, row_status::field_is_unknown,
                      "is " + in_quotes(fields.text(cause)) + refused);
    row.kind = scheduled ? row_kind::scheduled : row_kind::american;
    row.exercise.style = style;
    if (scheduled) row.exercise.events = read_schedule(fields, style);
}

/// Why a row of this kind is neither exercised early nor pays cash dividends.
std::string refuses_exercise(kind_name const& kind, exercise_style style, bool inverse,
                             bool scheduled) {
    if (kind.kind != row_kind::option) return ", and the row is no option";
    if (style != exercise_style::european && std::string_view(kind.name) == "european")
        return ", and its kind says european";
    if (inverse) return ", and what is settled in the coin is European";
    if (scheduled && kind.on == basis::forward) return ", which asks for a spot, not a forward";
    return {};
}

void read_fields(price_fields const& fields, exercise_style style, price_row& row) {
    auto const& kind = read_kind(fields);
    bool const option = kind.kind == row_kind::option;
    row.kind = kind.kind;
    if (option) row.in.flags = read_type(fields);
    bool const inverse = read_inverse(fields);
    if (inverse) row.in.flags |= option_flag::inverse;
    bool const scheduled = is_scheduled(fields, style);
    read_exercise(fields, style, refuses_exercise(kind, style, inverse, scheduled), row);
    read_underlying(fields, row.kind == row_kind::scheduled ? basis::spot : kind.on, row.in);
    if (option) row.in.strike = fields.number(price_field::strike);
    if (row.kind != row_kind::perpetual) row.in.time = fields.number(price_field::time);
    row.in.rate = fields.number_or(price_field::rate, 0.0);
    row.in.dividend = fields.number_or(price_field::dividend, 0.0);
    if (option) row.in.vol = fields.number(price_field::vol);
    if (row.kind == row_kind::perpetual) read_funding(fields, row);
}

/// Payoffs other than the plain option are paid when they say, and their asset has a yield alone.
void refuse_exercise_of_payoff(price_fields const& fields, exercise_style style) {
    if (style != exercise_style::european) fields.refuse_unknown(price_field::style, "european");
    if (fields.given(price_field::cash_dividends))
        fields.refuse(price_field::cash_dividends, row_status::field_is_unknown,
                      "is given, which of all payoffs only vanilla can have");
}

}  // namespace

price_row read_price_row(csv_layout const& layout, csv_record& record, std::string_view text,
                         payoff_row* payoff) {
    price_row row;
    try {
        split_row(layout, text, record);
        price_fields const fields(layout, record);
        exercise_style const style = read_style(fields);
        if (payoff != nullptr && is_payoff(fields)) {
            refuse_exercise_of_payoff(fields, style);
            *payoff = read_payoff(fields);
            row.kind = row_kind::payoff;
        } else {
            read_fields(fields, style, row);
        }
    } catch (row_fault& fault) {
        row = {};
        row.status = fault.status;
        row.reason = std::move(fault.reason);
    }
    return row;
}

}  // namespace lockstep
