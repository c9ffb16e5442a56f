#include "host/price/price_block.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "pricing/model/option_names.h"

namespace lockstep {
namespace {

/// A sentence that names the field, for a row whose numbers the formula refuses.
std::string reason_of(option_status status, price_row const& row) {
    option_inputs const& in = row.in;
    bool const spot = (in.flags & option_flag::spot) != 0;
    switch (status) {
        case option_status::computed: return {};
        case option_status::underlying_is_not_finite_or_negative:
            return fmt::format("{} is negative: {}", spot ? "spot" : "forward", in.underlying);
        case option_status::strike_is_not_finite_or_negative:
            return fmt::format("strike is negative: {}", in.strike);
        case option_status::time_is_not_finite_or_negative:
            return row.kind == row_kind::perpetual ? fmt::format("funding_interval is negative: {}",
                                                                 row.funding.funding_interval)
                                                   : fmt::format("time is negative: {}", in.time);
        case option_status::vol_is_not_finite_or_negative:
            return fmt::format("vol is negative: {}", in.vol);
        case option_status::rate_is_not_finite: return "rate is not finite";
        case option_status::dividend_is_not_finite: return "dividend is not finite";
        case option_status::value_is_not_finite:
            return row.kind == row_kind::perpetual
                       ? "funding_rate is too weak to hold the price to its spot"
                       : "the inputs are in range, but a value leaves the range of a double";
    }
    return "unknown";
}

/// The same of an option with a schedule.
std::string reason_of(schedule_status status) {
    switch (status) {
        case schedule_status::computed: return {};
        case schedule_status::option_is_not_usable:
            return "spot, strike or time is not above zero, or vol is negative";
        case schedule_status::event_time_is_not_usable:
            return "a dividend or date is not after now and up to time, or stands there twice";
        case schedule_status::dividend_is_not_finite_or_negative: return "a dividend is negative";
        case schedule_status::outside_the_grid:
            return "vol times the root of time is below 1/256 or above 2, or below a quarter of "
                   "the drift";
        case schedule_status::value_is_not_finite:
            return "the inputs are in range, but a value leaves the range of a double";
    }
    return "unknown";
}

/// True for the columns of option_value that a row of this kind has.
bool has_column(row_kind kind, std::size_t column) {
    if (kind == row_kind::american) return column < american_value_count;
    if (kind != row_kind::scheduled) return true;
    auto const value = static_cast<option_value>(column);
    return std::ranges::find(schedule_block::given, value) != std::end(schedule_block::given);
}

}  // namespace

void price_block::take(std::vector<std::string_view> lines) {
    lines_ = std::move(lines);
    std::size_t const n = lines_.size();
    rows_.assign(n, {});
    if (has_payoffs_) payoffs_.resize(n);
    for (auto* column : {&underlying_, &strike_, &time_, &rate_, &dividend_, &vol_})
        column->resize(n);
    for (auto& column : values_) column.resize(n);
    flags_.resize(n);
    status_.resize(n);
}

void price_block::read(std::size_t begin, std::size_t end) {
    csv_record record;
    for (std::size_t i = begin; i < end; ++i) {
        rows_[i] =
            read_price_row(layout_, record, lines_[i], has_payoffs_ ? &payoffs_.row(i) : nullptr);
        place_option(i, rows_[i].in);
    }
}

/// Rows that are no options go through the batch as zeros; nobody looks at what comes back.
void price_block::place_option(std::size_t i, option_inputs const& in) {
    underlying_[i] = in.underlying;
    strike_[i] = in.strike;
    time_[i] = in.time;
    rate_[i] = in.rate;
    dividend_[i] = in.dividend;
    vol_[i] = in.vol;
    flags_[i] = static_cast<std::uint8_t>(in.flags);
}

void price_block::value(backend& with) {
    option_values out{};
    for (std::size_t k = 0; k < option_value_count; ++k) out.columns[k] = values_[k].data();
    out.status = status_.data();
    out.count = size();
    with.price({view_of(std::as_const(underlying_)), view_of(std::as_const(strike_)),
                view_of(std::as_const(time_)), view_of(std::as_const(rate_)),
                view_of(std::as_const(dividend_)), view_of(std::as_const(vol_)),
                view_of(std::as_const(flags_))},
               out);
    std::vector<std::size_t> payoffs;
    for (std::size_t i = 0; i < size(); ++i) {
        if (rows_[i].kind == row_kind::payoff)
            payoffs.push_back(i);
        else if (rows_[i].kind == row_kind::future || rows_[i].kind == row_kind::perpetual)
            value_future_row(i);
    }
    if (!payoffs.empty()) payoffs_.value(with, payoffs);
    value_exercised(with);
}

void price_block::value_exercised(backend& with) {
    americans_.clear();
    scheduled_.clear();
    for (std::size_t i = 0; i < size(); ++i) {
        price_row const& row = rows_[i];
        if (row.kind == row_kind::american) americans_.add(i, row.in);
        if (row.kind == row_kind::scheduled) scheduled_.add(i, row.in, row.exercise);
    }
    americans_.value(with, values_, status_);
    scheduled_.value(with, values_, status_);
}

void price_block::value_future_row(std::size_t i) {
    price_row const& row = rows_[i];
    option_inputs const& in = row.in;
    bool const spot = (in.flags & option_flag::spot) != 0;
    // A perpetual without funding terms is taken to be held to its spot exactly.
    bool const perpetual = row.kind == row_kind::perpetual;
    future_value const v =
        perpetual && row.has_funding
            ? value_perpetual(row.funding, in.underlying, in.rate, in.dividend)
            : value_future(in.underlying, spot && !perpetual, in.time, in.rate, in.dividend);
    for (auto& column : values_) column[i] = 0.0;
    auto const set = [&](option_value k, double x) { values_[static_cast<std::size_t>(k)][i] = x; };
    set(option_value::price, v.price);
    set(option_value::delta, v.delta);
    set(option_value::theta, v.theta);
    set(option_value::rho, v.rho);
    set(option_value::charm, v.charm);
    set(option_value::delta_usd, v.delta);
    set(option_value::delta_net, v.delta);
    status_[i] = static_cast<std::uint8_t>(v.status);
}

std::size_t price_block::write(std::size_t begin, std::size_t end, std::string& out) const {
    std::size_t without_value = 0;
    for (std::size_t i = begin; i < end; ++i) {
        price_row const& row = rows_[i];
        if (row.status == row_status::row_is_not_a_record) {
            append_broken_line(lines_[i], layout_.width(), out);
        } else {
            out += lines_[i];
        }
        write_values(i, out);
        without_value += computed(i) ? 0 : 1;
        out += '\n';
    }
    return without_value;
}

bool price_block::computed(std::size_t i) const {
    if (rows_[i].status != row_status::readable) return false;
    if (rows_[i].kind == row_kind::payoff) return payoffs_.computed(i);
    return status_[i] == static_cast<std::uint8_t>(option_status::computed);
}

void price_block::write_values(std::size_t i, std::string& out) const {
    price_row const& row = rows_[i];
    if (row.kind == row_kind::payoff) return payoffs_.write(i, option_value_count, has_pairs_, out);
    std::size_t const pair_columns = has_pairs_ ? pair_value_count : 0;
    if (!computed(i)) {
        out.append(option_value_count + pair_columns + 1, ',');
        if (row.status != row_status::readable) {
            out += name_of(row.status);
            out += ',';
            append_cell(out, row.reason);
            return;
        }
        bool const scheduled = row.kind == row_kind::scheduled;
        out += scheduled ? schedule_status_names[status_[i]] : option_status_names[status_[i]];
        out += ',';
        append_cell(out, scheduled ? reason_of(static_cast<schedule_status>(status_[i]))
                                   : reason_of(static_cast<option_status>(status_[i]), row));
        return;
    }
    for (std::size_t k = 0; k < option_value_count; ++k) {
        out += ',';
        if (has_column(row.kind, k)) append_number(values_[k][i], out);
    }
    out.append(pair_columns, ',');
    out += ",computed,";
}

}  // namespace lockstep
