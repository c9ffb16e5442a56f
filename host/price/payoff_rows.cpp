#include "host/price/payoff_rows.h"

#include <fmt/format.h>

#include <limits>
#include <string_view>

#include "pricing/model/row_models.h"

namespace lockstep {
namespace {

using payoff_fields = row_fields<price_field>;
using enum price_field;

/// Values that stand for a field which is not given: none may be, or it is as large as the vol.
constexpr double needed = std::numeric_limits<double>::infinity();
constexpr double as_vol = -std::numeric_limits<double>::infinity();

/// One input of a model behind the asset's (and the second asset's) own.
struct payoff_input {
    price_field field;
    double missing = needed;
};

struct payoff_word {
    std::string_view name;
    row_model model;
    unsigned kind;
    bool typed;  // it is a call or a put
    std::array<payoff_input, 6> inputs;
    std::size_t input_count;
};

template <std::size_t Count>
constexpr payoff_word word(std::string_view name, row_model model, unsigned kind, bool typed,
                           payoff_input const (&inputs)[Count]) {
    payoff_word w{name, model, kind, typed, {}, Count};
    for (std::size_t k = 0; k < Count; ++k) w.inputs[k] = inputs[k];
    return w;
}

constexpr payoff_input of_barrier[] = {{strike}, {barrier}, {rebate, 0.0}, {monitoring, 0.0}};
constexpr payoff_input of_two_barriers[] = {
    {strike}, {barrier}, {upper_barrier}, {monitoring, 0.0}};
constexpr payoff_input of_touch[] = {{barrier}, {cash, 1.0}, {monitoring, 0.0}};
constexpr payoff_input of_average[] = {{strike},       {first_fixing, 0.0},
                                       {fixings, 0.0}, {past_fixings, 0.0},
                                       {average, 0.0}, {first_vol, as_vol}};

constexpr payoff_word words[] = {
    word("cash_or_nothing", row_model::digital, 0, true, {{strike}, {cash, 1.0}}),
    word("asset_or_nothing", row_model::digital, 1, true, {{strike}, {second_strike, 0.0}}),
    word("gap", row_model::digital, 2, true, {{strike}, {second_strike}}),
    word("supershare", row_model::digital, 3, false, {{strike}, {second_strike}}),
    word("one_touch", row_model::touch, 0, false, of_touch),
    word("one_touch_at_expiry", row_model::touch, 1, false, of_touch),
    word("no_touch", row_model::touch, 2, false, of_touch),
    word("down_out", row_model::barrier, 0, true, of_barrier),
    word("down_in", row_model::barrier, 1, true, of_barrier),
    word("up_out", row_model::barrier, 2, true, of_barrier),
    word("up_in", row_model::barrier, 3, true, of_barrier),
    word("double_out", row_model::double_barrier, 0, true, of_two_barriers),
    word("double_in", row_model::double_barrier, 1, true, of_two_barriers),
    word("asian_geometric", row_model::asian, 0, true, of_average),
    word("asian_two_moments", row_model::asian, 1, true, of_average),
    word("asian", row_model::asian, 2, true, of_average),
    word("settlement_average", row_model::settlement_average, 0, true,
         {{strike}, {window, 1.0 / 17520}, {average, 0.0}}),
    word("lookback_fixed", row_model::lookback, 0, true, {{strike}, {extreme}}),
    word("lookback_floating", row_model::lookback, 1, true, {{strike, 0.0}, {extreme}}),
    word("quanto", row_model::quanto, 0, true,
         {{strike}, {foreign_rate, 0.0}, {exchange_vol}, {correlation}, {exchange_rate, 1.0}}),
    word("exchange", row_model::exchange, 0, false, {{quantity, 1.0}, {quantity_2, 1.0}}),
    word("spread", row_model::spread, 0, true, {{strike}}),
    word("on_smaller", row_model::best_of, 0, true, {{strike}, {strike_2, 0.0}}),
    word("on_larger", row_model::best_of, 1, true, {{strike}, {strike_2, 0.0}}),
    word("correlation", row_model::best_of, 2, true, {{strike}, {strike_2}}),
};

payoff_word const& read_word(payoff_fields const& fields) {
    std::string const name = lower_case(fields.text(payoff));
    for (auto const& known : words)
        if (name == known.name) return known;
    std::string choices = "vanilla";
    for (auto const& known : words) choices += ", " + std::string(known.name);
    fields.refuse_unknown(payoff, choices.c_str());
}

bool has_second_asset(row_model model) {
    return model == row_model::exchange || model == row_model::spread ||
           model == row_model::best_of;
}

/// Whether the row is valued on its spot or on its forward: as for plain options.
bool read_basis(payoff_fields const& fields) {
    std::string const kind_name = lower_case(fields.text(kind));
    if (kind_name == "black76") return false;
    if (kind_name == "bsm") return true;
    if (!kind_name.empty() && kind_name != "option" && kind_name != "european")
        fields.refuse(kind, row_status::field_is_unknown,
                      "is " + in_quotes(fields.text(kind)) +
                          ", with a payoff it can be option, european, black76 or bsm");
    if (!fields.given(forward) && !fields.given(spot))
        throw row_fault{row_status::field_is_missing, "neither spot nor forward is given"};
    return !fields.given(forward);
}

void read_settle(payoff_fields const& fields, payoff_row& row) {
    std::string const text = lower_case(fields.text(settle));
    if (text.empty() || text == "linear") return;
    if (text != "inverse") fields.refuse_unknown(settle, "linear or inverse");
    if (row.model != row_model::settlement_average)
        fields.refuse(settle, row_status::field_is_unknown,
                      "is 'inverse', which only vanilla and settlement_average can be");
    row.flags |= option_flag::inverse;
}

/// A level stands where the spot is not; a spot on it has touched it from either side.
void read_side(payoff_row& row) {
    if (row.model == row_model::touch && row.in[5] > row.in[0])
        row.flags = static_cast<std::uint8_t>(row.flags | 4u << 4);
}

double read_number(payoff_fields const& fields, payoff_input const& input, double vol_of_row) {
    if (input.missing == needed) return fields.number(input.field);
    return fields.number_or(input.field, input.missing == as_vol ? vol_of_row : input.missing);
}

char const* input_name(row_model model, std::size_t input) {
    return visit_row_model(model, [&](auto const& functor) {
        using model_type = std::remove_cvref_t<decltype(functor)>;
        return input < model_type::inputs ? model_type::input_names[input] : "";
    });
}

}  // namespace

bool is_payoff(payoff_fields const& fields) {
    std::string_view const text = fields.text(payoff);
    return !text.empty() && lower_case(text) != "vanilla";
}

payoff_row read_payoff(payoff_fields const& fields) {
    payoff_word const& known = read_word(fields);
    payoff_row row;
    row.model = known.model;
    row.flags = static_cast<std::uint8_t>(known.kind << 4);
    if (known.typed) row.flags |= read_type(fields);
    read_settle(fields, row);
    bool const on_spot = read_basis(fields);
    if (on_spot) row.flags |= option_flag::spot;
    double const asset[] = {fields.number(on_spot ? spot : forward), fields.number(time),
                            fields.number_or(rate, 0.0), fields.number_or(dividend, 0.0),
                            fields.number(vol)};
    std::size_t at = 0;
    for (double const x : asset) row.in[at++] = x;
    if (has_second_asset(row.model)) {
        double const second[] = {fields.number(on_spot ? spot_2 : forward_2),
                                 fields.number_or(dividend_2, 0.0), fields.number(vol_2),
                                 fields.number(correlation)};
        for (double const x : second) row.in[at++] = x;
    }
    for (std::size_t k = 0; k < known.input_count; ++k)
        row.in[at++] = read_number(fields, known.inputs[k], asset[4]);
    read_side(row);
    return row;
}

char const* verdict_name(row_verdict verdict) {
    switch (verdict.outcome()) {
        case row_outcome::computed: return "computed";
        case row_outcome::input_is_not_finite: return "input_is_not_finite";
        case row_outcome::input_is_out_of_range: return "input_is_out_of_range";
        case row_outcome::value_is_not_finite: return "value_is_not_finite";
        case row_outcome::not_covered: return "not_covered";
    }
    return "unknown";
}

std::string verdict_reason(row_verdict verdict, payoff_row const& row) {
    switch (verdict.outcome()) {
        case row_outcome::computed: return {};
        case row_outcome::input_is_not_finite:
            return fmt::format("{} is not finite", input_name(row.model, verdict.input()));
        case row_outcome::input_is_out_of_range:
            return fmt::format("{} is not usable here: {}", input_name(row.model, verdict.input()),
                               row.in[verdict.input()]);
        case row_outcome::value_is_not_finite:
            return "the inputs are in range, but a value leaves the range of a double";
        case row_outcome::not_covered:
            return "the rate is too negative for what is paid at the touch";
    }
    return "unknown";
}

}  // namespace lockstep
