// Tables in CSV: columns are found by their name in the header, records are split in place, and a
// record that is damaged as text goes to the exceptions before anyone looks at its fields.
//
// Fields may be quoted as RFC 4180 has it ("" is one quote), but a quoted field ends on the line
// where it began: none of our formats needs more, and a forgotten quote then costs one record and
// not the rest of the file. Empty lines are no records.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/exceptions.h"
#include "host/io/line_reader.h"
#include "host/io/number.h"

namespace lockstep {

struct csv_column {
    std::string_view name;
    bool required = true;
};

/// The fields of one record, valid until the next split or until the text goes.
class csv_record {
  public:
    /// Returns why the text cannot be split, or nullptr.
    char const* split(std::string_view text);
    std::size_t size() const { return fields_.size(); }
    std::string_view operator[](std::size_t at) const { return fields_[at]; }

  private:
    char const* split_quoted(std::string_view text);

    std::vector<std::string_view> fields_;
    std::string unquoted_;
};

/// Which field of a record holds which of the wanted columns.
class csv_layout {
  public:
    static constexpr std::size_t absent = static_cast<std::size_t>(-1);

    /// `columns` must outlive the layout. Throws input_error when a wanted column is named twice
    /// or a required one is missing; the message lists what was found.
    csv_layout(std::string const& file, std::uint64_t line, csv_record const& header,
               std::span<csv_column const> columns);

    std::size_t width() const { return width_; }
    std::string_view name(std::size_t column) const { return columns_[column].name; }
    bool has(std::size_t column) const { return place_[column] != absent; }
    /// Empty for an optional column that the table does not have.
    std::string_view field(csv_record const& record, std::size_t column) const {
        return has(column) ? record[place_[column]] : std::string_view{};
    }
    /// Of a record of any number of fields: empty where it does not reach so far.
    std::string_view field_if_there(csv_record const& record, std::size_t column) const {
        bool const there = has(column) && place_[column] < record.size();
        return there ? record[place_[column]] : std::string_view{};
    }
    /// The row of a rejected record, with the account and the instrument that it names.
    exception_row rejected(std::string const& file, std::uint64_t line, csv_record const& record,
                           std::size_t column, std::string reason) const;
    /// Why a record cannot belong to this table; empty when it can.
    std::string width_fault(csv_record const& record) const;

  private:
    std::span<csv_column const> columns_;
    std::vector<std::size_t> place_;
    std::size_t width_;
};

/// Splits a header line; throws input_error when it is no text.
void split_header(std::string const& file, text_line const& line, csv_record& header);

/// Record after record of one table in one thread. Counts every record it meets.
class csv_reader {
  public:
    /// Reads the header. Rejected records go to `rejected`, called by the name of the file.
    csv_reader(std::string const& path, exception_log& rejected);
    csv_reader(std::string name, std::unique_ptr<byte_source> source, exception_log& rejected);

    /// True when the header names the column: what a format is recognised by.
    bool names(std::string_view column) const;
    /// Must be called once before the first record. `columns` must outlive the reader.
    void choose(std::span<csv_column const> columns);

    /// Goes on to the next record that has its fields; damaged ones are rejected on the way.
    bool next();
    std::string_view operator[](std::size_t column) const {
        return layout_->field(record_, column);
    }
    std::uint64_t line() const { return line_.number; }
    std::string const& file() const { return lines_.name(); }

    /// The field as a number, or a rejection of the record and false. An empty field of a column
    /// that may be empty gives `if_empty`.
    bool number(std::size_t column, double& value);
    bool number_or(std::size_t column, double if_empty, double& value);
    bool nanos(std::size_t column, std::int64_t& value);

    /// Rejects the present record: call it once at most for each, and use nothing of the record.
    void reject(std::size_t column, std::string reason);
    void reject_record(std::string reason);
    /// Rejects a record that was read before the present one.
    void reject_line(std::uint64_t line, std::size_t column, std::string reason);

    std::uint64_t records_read() const { return read_; }
    std::uint64_t records_rejected() const { return rejected_count_; }

  private:
    void read_header();

    line_reader lines_;
    exception_log& rejected_;
    csv_record header_;
    std::string header_text_;
    std::uint64_t header_line_ = 1;
    std::vector<csv_layout> held_;  // one or none
    csv_layout const* layout_ = nullptr;
    csv_record record_;
    text_line line_;
    std::uint64_t read_ = 0;
    std::uint64_t rejected_count_ = 0;
};

}  // namespace lockstep
