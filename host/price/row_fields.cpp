#include "host/price/row_fields.h"

#include <fmt/compile.h>
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace lockstep {

char const* name_of(row_status status) {
    switch (status) {
        case row_status::readable: return "readable";
        case row_status::row_is_not_a_record: return "row_is_not_a_record";
        case row_status::field_is_missing: return "field_is_missing";
        case row_status::field_is_not_a_number: return "field_is_not_a_number";
        case row_status::field_is_not_finite: return "field_is_not_finite";
        case row_status::field_is_not_positive: return "field_is_not_positive";
        case row_status::field_is_unknown: return "field_is_unknown";
    }
    return "unknown";
}

row_status status_of(number_fault fault) {
    switch (fault) {
        case number_fault::is_empty: return row_status::field_is_missing;
        case number_fault::is_not_finite: return row_status::field_is_not_finite;
        default: return row_status::field_is_not_a_number;
    }
}

std::string lower_case(std::string_view text) {
    std::string lower(text);
    std::ranges::transform(lower, lower.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
    return lower;
}

void split_row(csv_layout const& layout, std::string_view text, csv_record& record) {
    char const* fault = text_fault(text);
    if (fault == nullptr) fault = record.split(text);
    if (fault != nullptr)
        throw row_fault{row_status::row_is_not_a_record, std::string("the row ") + fault};
    if (auto const width = layout.width_fault(record); !width.empty())
        throw row_fault{row_status::row_is_not_a_record, "the row " + width};
}

void append_number(double x, std::string& out) {
    fmt::format_to(std::back_inserter(out), FMT_COMPILE("{}"), x + 0.0);  // -0 becomes 0
}

void append_broken_line(std::string_view line, std::size_t width, std::string& out) {
    out += '"';
    for (char c : line) out.append(c == '"' ? 2 : 1, c);
    out += '"';
    out.append(width - 1, ',');
}

}  // namespace lockstep
