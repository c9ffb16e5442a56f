#include "host/price/payoff_rows.h"

#include <fmt/format.h>

#include <limits>
#include <span>
#include <string_view>

namespace lockstep {
namespace {

using payoff_fields = row_fields<price_field>;
using enum price_field;

/// Values that stand for a field which is not given: none may be, or it is as large as the vol, or
/// as the time.
constexpr double needed = std::numeric_limits<double>::infinity();
constexpr double as_vol = -std::numeric_limits<double>::infinity();
constexpr double as_time = std::numeric_limits<double>::max();

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

/// Takes a row's numbers in the order of its model's inputs.
class input_reader {
  public:
    input_reader(payoff_fields const& fields, payoff_row& row) : fields_(fields), row_(row) {}

    void take(payoff_input const& input) {
        price_field const field = input.field;
        row_.column[at_] = field;
        if (!fields_.given(field))
            row_.absent = static_cast<std::uint16_t>(row_.absent | 1u << at_);
        row_.in[at_++] = input.missing == needed ? fields_.number(field)
                                                 : fields_.number_or(field, missing(input.missing));
    }

  private:
    static constexpr std::size_t time_at = 1, vol_at = 4;

    double missing(double value) const {
        if (value == as_vol) return row_.in[vol_at];
        return value == as_time ? row_.in[time_at] : value;
    }

    payoff_fields const& fields_;
    payoff_row& row_;
    std::size_t at_ = 0;
};

std::string_view column_name(payoff_row const& row, std::size_t input) {
    return input < row_inputs_max ? price_columns[static_cast<std::size_t>(row.column[input])].name
                                  : "";
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
    input_reader reader(fields, row);
    for (payoff_input const& input :
         {payoff_input{on_spot ? spot : forward}, {time}, {rate, 0.0}, {dividend, 0.0}, {vol}})
        reader.take(input);
    if (has_second_asset(row.model))
        for (payoff_input const& input : {payoff_input{on_spot ? spot_2 : forward_2},
                                          {dividend_2, 0.0},
                                          {vol_2},
                                          {correlation}})
            reader.take(input);
    // The only one of its dates is the last.
    bool const one_date = row.model == row_model::asian && fields.number_or(fixings, 0.0) == 1.0;
    for (payoff_input input : std::span(known.inputs.data(), known.input_count)) {
        if (one_date && input.field == first_fixing) input.missing = as_time;
        reader.take(input);
    }
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
            return fmt::format("{} is not finite", column_name(row, verdict.input()));
        case row_outcome::input_is_out_of_range:
            if ((row.absent >> verdict.input() & 1u) != 0)
                return fmt::format("{} is empty", column_name(row, verdict.input()));
            return fmt::format("{} is not usable here: {}", column_name(row, verdict.input()),
                               row.in[verdict.input()]);
        case row_outcome::value_is_not_finite:
            return "the inputs are in range, but a value leaves the range of a double";
        case row_outcome::not_covered:
            return "the rate is too negative for what is paid at the touch";
    }
    return "unknown";
}

}  // namespace lockstep
