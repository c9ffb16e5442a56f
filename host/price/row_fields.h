// The fields of one row of a table of contracts, by their meaning; shared by the commands that
// value such tables. A row that cannot be read keeps its place: the first fault is thrown to the
// one place that writes it down.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "host/io/csv_cell.h"
#include "host/io/csv_table.h"
#include "host/io/number.h"
#include "pricing/model/option.h"

namespace lockstep {

/// Why a row could not be read. What its numbers do to the formula is the formula's status.
enum class row_status : std::uint8_t {
    readable = 0,
    row_is_not_a_record,
    field_is_missing,
    field_is_not_a_number,
    field_is_not_finite,
    field_is_unknown,
    field_is_not_positive,
};
char const* name_of(row_status status);

struct row_fault {
    row_status status;
    std::string reason;
};

row_status status_of(number_fault fault);
std::string lower_case(std::string_view text);

/// Splits a line into its record; throws row_fault when it is none of this table.
void split_row(csv_layout const& layout, std::string_view text, csv_record& record);

/// FieldT is the enum whose values number the layout's columns.
template <class FieldT>
class row_fields {
  public:
    row_fields(csv_layout const& layout, csv_record const& record)
        : layout_(layout), record_(record) {}

    std::string_view text(FieldT field) const {
        return layout_.field(record_, static_cast<std::size_t>(field));
    }
    bool given(FieldT field) const { return !text(field).empty(); }

    double number(FieldT field) const {
        auto const [value, fault] = parse_double(text(field));
        if (fault != number_fault::none) refuse(field, status_of(fault), why(field, fault));
        return value;
    }
    double number_or(FieldT field, double missing) const {
        return given(field) ? number(field) : missing;
    }

    [[noreturn]] void refuse(FieldT field, row_status status, std::string const& why) const {
        throw row_fault{status,
                        std::string(layout_.name(static_cast<std::size_t>(field))) + " " + why};
    }
    [[noreturn]] void refuse_unknown(FieldT field, char const* choices) const {
        if (!given(field)) refuse(field, row_status::field_is_missing, "is empty");
        refuse(field, row_status::field_is_unknown,
               "is " + in_quotes(text(field)) + ", it can be " + choices);
    }

  private:
    std::string why(FieldT field, number_fault fault) const {
        if (!layout_.has(static_cast<std::size_t>(field))) return "has no column in this table";
        return reason_for(fault, text(field));
    }

    csv_layout const& layout_;
    csv_record const& record_;
};

/// option_flag::put or nothing, from C, call, P or put.
template <class FieldT>
std::uint8_t read_type(row_fields<FieldT> const& fields) {
    std::string const type = lower_case(fields.text(FieldT::type));
    if (type == "c" || type == "call") return 0;
    if (type == "p" || type == "put") return option_flag::put;
    fields.refuse_unknown(FieldT::type, "C or P");
}

/// Appends a number as the shortest text that reads back, a line that is no record whole and quoted
/// with blanks for the other columns.
void append_number(double x, std::string& out);
void append_broken_line(std::string_view line, std::size_t width, std::string& out);

}  // namespace lockstep
