#include "host/io/csv_table.h"

#include <algorithm>
#include <utility>

#include "host/base/error.h"

namespace lockstep {

char const* csv_record::split(std::string_view text) {
    fields_.clear();
    if (text.find('"') != std::string_view::npos) return split_quoted(text);
    while (true) {
        auto const comma = text.find(',');
        fields_.push_back(text.substr(0, comma));
        if (comma == std::string_view::npos) return nullptr;
        text.remove_prefix(comma + 1);
    }
}

char const* csv_record::split_quoted(std::string_view text) {
    unquoted_.clear();
    unquoted_.reserve(text.size());  // no growth below: the fields point into it
    while (true) {
        if (text.starts_with('"')) {
            text.remove_prefix(1);
            std::size_t const begin = unquoted_.size();
            while (true) {
                auto const quote = text.find('"');
                if (quote == std::string_view::npos)
                    return "has a quoted field that does not end on its line";
                unquoted_.append(text.substr(0, quote));
                text.remove_prefix(quote + 1);
                if (!text.starts_with('"')) break;
                unquoted_ += '"';
                text.remove_prefix(1);
            }
            fields_.push_back(std::string_view(unquoted_).substr(begin));
            if (text.empty()) return nullptr;
            if (!text.starts_with(',')) return "has text after a quoted field";
        } else {
            auto const comma = text.find(',');
            fields_.push_back(text.substr(0, comma));
            if (fields_.back().find('"') != std::string_view::npos)
                return "has a quote inside a field that is not quoted";
            if (comma == std::string_view::npos) return nullptr;
            text.remove_prefix(comma);
        }
        text.remove_prefix(1);
    }
}

csv_layout::csv_layout(std::string const& file, std::uint64_t line, csv_record const& header,
                       std::span<csv_column const> columns)
    : columns_(columns), place_(columns.size(), absent), width_(header.size()) {
    std::string missing;
    for (std::size_t wanted = 0; wanted < columns.size(); ++wanted) {
        auto const name = columns[wanted].name;
        for (std::size_t at = 0; at < header.size(); ++at) {
            if (header[at] != name) continue;
            if (place_[wanted] != absent)
                throw input_error(file, line,
                                  "the header names the column " + in_quotes(name) + " twice");
            place_[wanted] = at;
        }
        if (place_[wanted] == absent && columns[wanted].required)
            missing += (missing.empty() ? "" : ", ") + std::string(name);
    }
    if (missing.empty()) return;
    std::string found;
    for (std::size_t at = 0; at < header.size(); ++at) {
        if (at == 30) {
            found += ", ...";
            break;
        }
        auto const name = in_quotes(header[at]);
        found += (found.empty() ? "" : ", ") + name.substr(1, name.size() - 2);
    }
    throw input_error(file, line, "the header lacks " + missing + "; it has " + found);
}

exception_row csv_layout::rejected(std::string const& file, std::uint64_t line,
                                   csv_record const& record, std::size_t column,
                                   std::string reason) const {
    constexpr std::size_t longest = 255;  // beyond it is no name, and such rows lie in memory
    exception_row row{file, line, std::string(name(column)), std::move(reason)};
    for (std::size_t at = 0; at < columns_.size(); ++at) {
        auto const called = name(at), text = field(record, at);
        if (text.size() > longest) continue;
        if (called == "account") row.account = text;
        if (called == "instrument" || called == "instrument_name" || called == "symbol")
            row.instrument = text;
    }
    return row;
}

std::string csv_layout::width_fault(csv_record const& record) const {
    if (record.size() == width_) return {};
    return "has " + std::to_string(record.size()) + " fields where the header has " +
           std::to_string(width_);
}

void split_header(std::string const& file, text_line const& line, csv_record& header) {
    if (char const* fault = text_fault(line.text))
        throw input_error(file, line.number, std::string("the header ") + fault);
    if (char const* fault = header.split(line.text))
        throw input_error(file, line.number, std::string("the header ") + fault);
}

csv_reader::csv_reader(std::string const& path, exception_log& rejected)
    : lines_(path), rejected_(rejected) {
    read_header();
}

csv_reader::csv_reader(std::string name, std::unique_ptr<byte_source> source,
                       exception_log& rejected)
    : lines_(std::move(name), std::move(source)), rejected_(rejected) {
    read_header();
}

void csv_reader::read_header() {
    do {
        if (!lines_.next(line_))
            throw input_error(file() + ": is empty, a header line was expected");
    } while (line_.text.empty());
    header_text_ = line_.text;  // the fields point into it
    header_line_ = line_.number;
    split_header(file(), {header_text_, header_line_}, header_);
}

bool csv_reader::names(std::string_view column) const {
    for (std::size_t at = 0; at < header_.size(); ++at)
        if (header_[at] == column) return true;
    return false;
}

void csv_reader::choose(std::span<csv_column const> columns) {
    held_.clear();
    held_.emplace_back(file(), header_line_, header_, columns);
    layout_ = &held_.front();
}

bool csv_reader::next() {
    while (lines_.next(line_)) {
        if (line_.text.empty()) continue;
        ++read_;
        char const* fault = text_fault(line_.text);
        if (fault == nullptr) fault = record_.split(line_.text);
        if (fault != nullptr) {
            reject_record(fault);
        } else if (auto width = layout_->width_fault(record_); !width.empty()) {
            reject_record(std::move(width));
        } else {
            return true;
        }
    }
    return false;
}

bool csv_reader::number(std::size_t column, double& value) {
    auto const [parsed, fault] = parse_double((*this)[column]);
    value = parsed;
    if (fault != number_fault::none) reject(column, reason_for(fault, (*this)[column]));
    return fault == number_fault::none;
}

bool csv_reader::number_or(std::size_t column, double if_empty, double& value) {
    value = if_empty;
    return (*this)[column].empty() || number(column, value);
}

bool csv_reader::nanos(std::size_t column, std::int64_t& value) {
    auto const [parsed, fault] = parse_nanos((*this)[column]);
    value = parsed;
    if (fault != number_fault::none) reject(column, reason_for(fault, (*this)[column]));
    return fault == number_fault::none;
}

void csv_reader::reject(std::size_t column, std::string reason) {
    ++rejected_count_;
    rejected_.push_back(layout_->rejected(file(), line(), record_, column, std::move(reason)));
}

void csv_reader::reject_line(std::uint64_t line, std::size_t column, std::string reason) {
    ++rejected_count_;
    rejected_.push_back({file(), line, std::string(layout_->name(column)), std::move(reason)});
}

void csv_reader::reject_record(std::string reason) {
    ++rejected_count_;
    rejected_.push_back({file(), line(), "", std::move(reason)});
}

}  // namespace lockstep
