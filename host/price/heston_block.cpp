#include "host/price/heston_block.h"

#include <fmt/format.h>

#include <utility>

namespace lockstep {
namespace {

using heston_fields = row_fields<heston_field>;

bool same_expiry(heston_expiry const& a, heston_expiry const& b) {
    return a.underlying == b.underlying && a.time == b.time && a.rate == b.rate &&
           a.dividend == b.dividend && a.flags == b.flags;
}

}  // namespace

heston_header::heston_header(std::string const& file, text_line const& line)
    : table_header(file, line, heston_columns, heston_value_names) {
    bool const some = layout().has(static_cast<std::size_t>(heston_field::forward)) ||
                      layout().has(static_cast<std::size_t>(heston_field::spot));
    refuse_without(some ? "" : "forward or spot");
}

void heston_block::take(std::vector<std::string_view> lines) {
    lines_ = std::move(lines);
    std::size_t const n = lines_.size();
    rows_.assign(n, {});
    terms_.assign(n, heston_expiry{});
    strike_.assign(n, 0.0);
    flags_.assign(n, 0);
    status_.resize(n);
    values_.resize(n * heston_value_count);
}

void heston_block::read_row(std::size_t i, csv_record& record) {
    split_row(layout_, lines_[i], record);
    heston_fields const fields(layout_, record);
    flags_[i] = read_type(fields);
    heston_expiry& x = terms_[i];
    bool const spot = !fields.given(heston_field::forward);
    if (spot && !fields.given(heston_field::spot))
        throw row_fault{row_status::field_is_missing, "neither spot nor forward is given"};
    x.underlying = fields.number(spot ? heston_field::spot : heston_field::forward);
    x.flags = spot ? option_flag::spot : 0u;
    x.time = fields.number(heston_field::time);
    x.rate = fields.number_or(heston_field::rate, 0.0);
    x.dividend = fields.number_or(heston_field::dividend, 0.0);
    x.parameters = parameters_;
    strike_[i] = fields.number(heston_field::strike);
}

/// Rows that cannot be read go through the batch as zeros; nobody looks at what comes back.
void heston_block::read(std::size_t begin, std::size_t end) {
    csv_record record;
    for (std::size_t i = begin; i < end; ++i) {
        try {
            read_row(i, record);
        } catch (row_fault& fault) {
            rows_[i] = {fault.status, std::move(fault.reason)};
            terms_[i] = {};
        }
    }
}

void heston_block::value(backend& with) {
    expiries_.clear();
    begin_.clear();
    for (std::size_t i = 0; i < size(); ++i) {
        if (i > 0 && same_expiry(terms_[i], terms_[i - 1])) continue;
        expiries_.push_back(terms_[i]);
        begin_.push_back(static_cast<std::uint32_t>(i));
    }
    begin_.push_back(static_cast<std::uint32_t>(size()));
    heston_values values{{}, status_.data(), size()};
    for (std::size_t k = 0; k < heston_value_count; ++k)
        values.columns[k] = values_.data() + k * size();
    with.heston({view_of(std::as_const(expiries_)), view_of(std::as_const(begin_)),
                 view_of(std::as_const(strike_)), view_of(std::as_const(flags_))},
                values);
}

/// A sentence for a row whose numbers give no value.
std::string heston_block::reason_of(std::size_t i) const {
    switch (static_cast<heston_status>(status_[i])) {
        case heston_status::computed: return {};
        case heston_status::underlying_is_not_usable:
            return fmt::format("spot or forward is not above zero: {}", terms_[i].underlying);
        case heston_status::strike_is_not_usable:
            return fmt::format("strike is not above zero: {}", strike_[i]);
        case heston_status::time_is_not_finite_or_negative:
            return fmt::format("time is negative: {}", terms_[i].time);
        case heston_status::moments_explode:
            return "the parameters let nearly every moment of the spot explode by then";
        case heston_status::terms_are_exhausted:
            return "the parameters leave the transform wider than it can be summed for this strike";
        default: return "its numbers are beyond the range of the formula";
    }
}

std::size_t heston_block::write(std::size_t begin, std::size_t end, std::string& out) const {
    std::size_t without_value = 0;
    for (std::size_t i = begin; i < end; ++i) {
        row_state const& row = rows_[i];
        if (row.status == row_status::row_is_not_a_record)
            append_broken_line(lines_[i], layout_.width(), out);
        else
            out += lines_[i];
        bool const readable = row.status == row_status::readable;
        bool const computed = readable && status_[i] == 0;
        for (std::size_t k = 0; k < heston_value_count; ++k) {
            out += ',';
            if (computed) append_number(values_[k * size() + i], out);
        }
        out += ',';
        out += readable ? heston_status_names[status_[i]] : name_of(row.status);
        out += ',';
        append_cell(out, readable ? reason_of(i) : row.reason);
        out += '\n';
        without_value += computed ? 0 : 1;
    }
    return without_value;
}

}  // namespace lockstep
