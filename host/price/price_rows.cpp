#include "host/price/price_rows.h"

#include <algorithm>

namespace lockstep {
namespace {

/// The first fault of a row, thrown to the one place that writes it down.
struct row_fault {
    row_status status;
    std::string reason;
};

row_status status_of(number_fault fault) {
    switch (fault) {
        case number_fault::is_empty:
            return row_status::field_is_missing;
        case number_fault::is_not_finite:
            return row_status::field_is_not_finite;
        default:
            return row_status::field_is_not_a_number;
    }
}

std::string lower_case(std::string_view text) {
    std::string lower(text);
    std::ranges::transform(lower, lower.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
    return lower;
}

/// The fields of one row by their meaning.
class row_fields {
  public:
    row_fields(csv_layout const& layout, csv_record const& record)
        : layout_(layout), record_(record) {}

    std::string_view text(price_field field) const {
        return layout_.field(record_, static_cast<std::size_t>(field));
    }
    bool given(price_field field) const { return !text(field).empty(); }

    double number(price_field field) const {
        auto const [value, fault] = parse_double(text(field));
        if (fault != number_fault::none) refuse(field, status_of(fault), why(field, fault));
        return value;
    }
    double number_or(price_field field, double missing) const {
        return given(field) ? number(field) : missing;
    }

    [[noreturn]] void refuse(price_field field, row_status status, std::string const& why) const {
        throw row_fault{status,
                        std::string(layout_.name(static_cast<std::size_t>(field))) + " " + why};
    }
    [[noreturn]] void refuse_unknown(price_field field, char const* choices) const {
        if (!given(field)) refuse(field, row_status::field_is_missing, "is empty");
        refuse(field, row_status::field_is_unknown,
               "is " + in_quotes(text(field)) + ", it can be " + choices);
    }

  private:
    std::string why(price_field field, number_fault fault) const {
        if (!layout_.has(static_cast<std::size_t>(field))) return "has no column in this table";
        return reason_for(fault, text(field));
    }

    csv_layout const& layout_;
    csv_record const& record_;
};

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

kind_name const& read_kind(row_fields const& fields) {
    std::string const name = lower_case(fields.text(price_field::kind));
    for (auto const& known : kind_names)
        if (name == known.name) return known;
    fields.refuse_unknown(price_field::kind, "option, european, black76, bsm, future or perpetual");
}

std::uint64_t read_type(row_fields const& fields) {
    std::string const type = lower_case(fields.text(price_field::type));
    if (type == "c" || type == "call") return 0;
    if (type == "p" || type == "put") return option_flag::put;
    fields.refuse_unknown(price_field::type, "C or P");
}

bool read_inverse(row_fields const& fields) {
    std::string const settle = lower_case(fields.text(price_field::settle));
    if (settle.empty() || settle == "linear") return false;
    if (settle == "inverse") return true;
    fields.refuse_unknown(price_field::settle, "linear or inverse");
}

/// Sets the underlying and the flag that says what it is. A row that gives both is valued on its
/// forward, unless its kind says otherwise.
void read_underlying(row_fields const& fields, basis on, option_inputs& in) {
    bool const on_spot =
        on == basis::spot || (on == basis::whichever && !fields.given(price_field::forward) &&
                              fields.given(price_field::spot));
    if (on == basis::whichever && !on_spot && !fields.given(price_field::forward))
        throw row_fault{row_status::field_is_missing, "neither spot nor forward is given"};
    in.underlying = fields.number(on_spot ? price_field::spot : price_field::forward);
    in.flags |= on_spot ? option_flag::spot : 0u;
}

void read_funding(row_fields const& fields, price_row& row) {
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

void read_fields(row_fields const& fields, price_row& row) {
    auto const& kind = read_kind(fields);
    row.kind = kind.kind;
    if (row.kind == row_kind::option) row.in.flags = read_type(fields);
    if (read_inverse(fields)) row.in.flags |= option_flag::inverse;
    read_underlying(fields, kind.on, row.in);
    if (row.kind == row_kind::option) row.in.strike = fields.number(price_field::strike);
    if (row.kind != row_kind::perpetual) row.in.time = fields.number(price_field::time);
    row.in.rate = fields.number_or(price_field::rate, 0.0);
    row.in.dividend = fields.number_or(price_field::dividend, 0.0);
    if (row.kind == row_kind::option) row.in.vol = fields.number(price_field::vol);
    if (row.kind == row_kind::perpetual) read_funding(fields, row);
}

}  // namespace

char const* name_of(row_status status) {
    switch (status) {
        case row_status::readable:
            return "readable";
        case row_status::row_is_not_a_record:
            return "row_is_not_a_record";
        case row_status::field_is_missing:
            return "field_is_missing";
        case row_status::field_is_not_a_number:
            return "field_is_not_a_number";
        case row_status::field_is_not_finite:
            return "field_is_not_finite";
        case row_status::field_is_unknown:
            return "field_is_unknown";
    }
    return "unknown";
}

price_row read_price_row(csv_layout const& layout, csv_record& record, std::string_view text) {
    price_row row;
    try {
        char const* fault = text_fault(text);
        if (fault == nullptr) fault = record.split(text);
        if (fault != nullptr)
            throw row_fault{row_status::row_is_not_a_record, std::string("the row ") + fault};
        if (auto const width = layout.width_fault(record); !width.empty())
            throw row_fault{row_status::row_is_not_a_record, "the row " + width};
        read_fields({layout, record}, row);
    } catch (row_fault& fault) {
        row = {};
        row.status = fault.status;
        row.reason = std::move(fault.reason);
    }
    return row;
}

}  // namespace lockstep
