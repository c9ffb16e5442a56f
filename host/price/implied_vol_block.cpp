#include "host/price/implied_vol_block.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "pricing/model/carry.h"

namespace lockstep {
namespace {

constexpr char const* result_names[] = {"vol", "vol_error"};

using implied_vol_fields = row_fields<implied_vol_field>;

std::uint8_t read_model(implied_vol_fields const& fields) {
    std::string const model = lower_case(fields.text(implied_vol_field::model));
    if (model.empty() || model == "black") return 0;
    if (model == "bachelier") return implied_vol_flag::bachelier;
    fields.refuse_unknown(implied_vol_field::model, "black or bachelier");
}

bool read_american(implied_vol_fields const& fields) {
    std::string const style = lower_case(fields.text(implied_vol_field::style));
    if (style.empty() || style == "european") return false;
    if (style != "american")
        fields.refuse_unknown(implied_vol_field::style, "european or american");
    if (read_model(fields) != 0)
        fields.refuse(implied_vol_field::model, row_status::field_is_unknown,
                      "is bachelier, of which there are european options alone");
    return true;
}

}  // namespace

void american_rows::clear() {
    options.clear();
    price.clear();
}

void american_rows::add(std::size_t place_in_block, option_inputs const& in, double price_paid) {
    options.add(place_in_block, in);
    price.push_back(price_paid);
}

void american_rows::value(backend& with) {
    vol.resize(options.size());
    error.resize(options.size());
    status.resize(options.size());
    if (options.size() == 0) return;
    option_batch const o = options.batch();
    with.american_implied_vol({o.underlying, o.strike, o.time, o.rate, o.dividend,
                               view_of(std::as_const(price)), o.flags},
                              {vol.data(), error.data(), status.data(), options.size()});
}

implied_vol_header::implied_vol_header(std::string const& file, text_line const& line)
    : table_header(file, line, implied_vol_columns, result_names) {}

void implied_vol_block::take(std::vector<std::string_view> lines) {
    lines_ = std::move(lines);
    std::size_t const n = lines_.size();
    rows_.assign(n, {});
    for (auto* column : {&forward_, &strike_, &time_, &price_, &discount_, &spot_})
        column->assign(n, 0.0);
    american_.assign(n, 0);
    for (auto* column : {&vol_, &error_}) column->resize(n);
    flags_.assign(n, 0);
    status_.resize(n);
}

void implied_vol_block::read_row(std::size_t i, csv_record& record) {
    split_row(layout_, lines_[i], record);
    implied_vol_fields const fields(layout_, record);
    flags_[i] = static_cast<std::uint8_t>(read_type(fields) | read_model(fields));
    bool const american = read_american(fields);
    forward_[i] = fields.number(implied_vol_field::forward);
    strike_[i] = fields.number(implied_vol_field::strike);
    time_[i] = fields.number(implied_vol_field::time);
    price_[i] = fields.number(implied_vol_field::price);
    discount_[i] = fields.number_or(implied_vol_field::discount, 1.0);
    if (american && fields.given(implied_vol_field::spot)) {
        spot_[i] = fields.number(implied_vol_field::spot);
        if (!(spot_[i] > 0))
            fields.refuse(implied_vol_field::spot, row_status::field_is_not_positive,
                          fmt::format("is not above zero: {}", spot_[i]));
    }
    american_[i] = american;
}

/// Rows that cannot be read go through the batch as zeros; nobody looks at what comes back.
void implied_vol_block::read(std::size_t begin, std::size_t end) {
    csv_record record;
    for (std::size_t i = begin; i < end; ++i) {
        try {
            read_row(i, record);
        } catch (row_fault& fault) {
            rows_[i] = {fault.status, std::move(fault.reason)};
        }
    }
}

void implied_vol_block::value(backend& with) {
    with.implied_vol({view_of(std::as_const(forward_)), view_of(std::as_const(strike_)),
                      view_of(std::as_const(time_)), view_of(std::as_const(price_)),
                      view_of(std::as_const(discount_)), view_of(std::as_const(flags_))},
                     {vol_.data(), error_.data(), status_.data(), size()});
    collect_american();
    americans_.value(with);
    for (std::size_t k = 0; k < americans_.options.size(); ++k) {
        std::size_t const i = americans_.options.place[k];
        vol_[i] = americans_.vol[k];
        error_[i] = americans_.error[k];
        status_[i] = americans_.status[k];
    }
}

void implied_vol_block::collect_american() {
    constexpr double unusable = std::numeric_limits<double>::quiet_NaN();
    americans_.clear();
    for (std::size_t i = 0; i < size(); ++i) {
        if (american_[i] == 0) continue;
        bool const spot = spot_[i] > 0;
        double const underlying = spot ? spot_[i] : forward_[i];
        auto const [rate, yield] = carry_of(underlying, forward_[i], discount_[i], time_[i]);
        std::uint64_t const flags = flags_[i] | (spot ? option_flag::spot : 0);
        // A spot does not make up for a forward that cannot be.
        americans_.add(i,
                       {forward_[i] > 0 ? underlying : forward_[i], strike_[i], time_[i],
                        discount_[i] > 0 ? rate : unusable, yield, 0.0, flags},
                       price_[i]);
    }
}

/// A sentence for a row whose numbers give no vol.
std::string implied_vol_block::reason_of(std::size_t i) const {
    bool const put = (flags_[i] & implied_vol_flag::put) != 0;
    double const intrinsic =
        std::max(0.0, put ? strike_[i] - forward_[i] : forward_[i] - strike_[i]) * discount_[i];
    double const now = spot_[i] > 0 ? spot_[i] : forward_[i];
    double const exercised = std::max(0.0, put ? strike_[i] - now : now - strike_[i]);
    switch (static_cast<implied_vol_status>(status_[i])) {
        case implied_vol_status::computed: return {};
        case implied_vol_status::forward_is_not_usable:
            return fmt::format("forward is not above zero: {}", forward_[i]);
        case implied_vol_status::strike_is_not_usable:
            return fmt::format("strike is not above zero: {}", strike_[i]);
        case implied_vol_status::time_is_not_finite_or_negative:
            return fmt::format("time is negative: {}", time_[i]);
        case implied_vol_status::price_is_not_finite_or_negative:
            return fmt::format("price is negative: {}", price_[i]);
        case implied_vol_status::discount_is_not_finite_or_not_positive:
            return fmt::format("discount is not above zero: {}", discount_[i]);
        case implied_vol_status::no_time:
            return "no time is left: every vol gives the intrinsic value";
        case implied_vol_status::below_intrinsic:
            if (american_[i] != 0)
                return fmt::format("price {} is below what exercise at some time gives for certain",
                                   price_[i]);
            return fmt::format("price {} is below the intrinsic value {}", price_[i], intrinsic);
        case implied_vol_status::above_maximum:
            if (american_[i] != 0)
                return fmt::format("price {} is not below what a total vol of 8 gives", price_[i]);
            if ((flags_[i] & implied_vol_flag::bachelier) != 0)
                return fmt::format("price {} asks for a vol larger than any double", price_[i]);
            return fmt::format("price {} is not below {}, which no vol reaches", price_[i],
                               discount_[i] * (put ? strike_[i] : forward_[i]));
        case implied_vol_status::underflow:
            if (price_[i] > (american_[i] != 0 ? exercised : intrinsic))
                return fmt::format("price {} has too little time value to tell a vol from",
                                   price_[i]);
            return fmt::format("price {} shows no time value: every small enough vol gives it",
                               price_[i]);
    }
    return "unknown";
}

std::size_t implied_vol_block::write(std::size_t begin, std::size_t end, std::string& out) const {
    std::size_t without_value = 0;
    for (std::size_t i = begin; i < end; ++i) {
        row_state const& row = rows_[i];
        if (row.status == row_status::row_is_not_a_record)
            append_broken_line(lines_[i], layout_.width(), out);
        else
            out += lines_[i];
        bool const readable = row.status == row_status::readable;
        bool const computed = readable && status_[i] == 0;
        out += ',';
        if (computed) append_number(vol_[i], out);
        out += ',';
        if (computed) append_number(error_[i], out);
        out += ',';
        out += readable ? implied_vol_status_names[status_[i]] : name_of(row.status);
        out += ',';
        append_cell(out, readable ? reason_of(i) : row.reason);
        out += '\n';
        without_value += computed ? 0 : 1;
    }
    return without_value;
}

}  // namespace lockstep
