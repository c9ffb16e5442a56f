// A large table read by all cores: one thread takes blocks of whole lines from the file, any thread
// turns a block into rows, and one thread joins the blocks in file order. The rows, their line
// numbers and the exceptions are the same for any number of threads.
#pragma once

#include <tbb/parallel_pipeline.h>
#include <tbb/task_arena.h>

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "host/base/exceptions.h"
#include "host/io/csv_table.h"
#include "host/io/line_reader.h"

namespace lockstep {

/// The line of every row in a few numbers: rows follow line by line but for what was rejected.
class line_runs {
  public:
    void add(std::uint64_t row, std::uint64_t line) {
        if (runs_.empty() || line - row != runs_.back().line - runs_.back().row)
            runs_.push_back({row, line});
    }
    std::uint64_t line_of(std::uint64_t row) const;

  private:
    struct run {
        std::uint64_t row, line;  // of the first row in it
    };
    std::vector<run> runs_;
};

/// Why a record is no row; no reason, no fault.
struct field_fault {
    std::size_t column = 0;
    std::string reason;
    explicit operator bool() const { return !reason.empty(); }
};

template <class Row>
struct loaded_rows {
    std::string file;
    std::vector<Row> rows;
    line_runs lines;
    std::uint64_t records_read = 0;
};

/// The part that does not depend on the row: header, text checks, splitting.
class table_blocks {
  public:
    table_blocks(std::string const& path, std::span<csv_column const> columns);
    bool next(text_block& block);
    csv_layout const& layout() const { return *layout_; }
    std::string const& file() const { return blocks_.name(); }

    /// Calls take(record, line) for each record that has its fields; returns how many records there
    /// were. The others go to `rejected`, those of another number of fields to misfit(record) too.
    template <class Take, class Misfit>
    std::uint64_t for_each_record(text_block const& block, exception_log& rejected, Take&& take,
                                  Misfit&& misfit) const {
        std::uint64_t count = 0;
        csv_record record;
        line_cursor cursor(file(), block);
        for (text_line line; cursor.next(line);) {
            if (line.text.empty()) continue;
            ++count;
            char const* fault = text_fault(line.text);
            if (fault == nullptr) fault = record.split(line.text);
            if (fault != nullptr) {
                rejected.push_back({file(), line.number, "", fault});
            } else if (auto width = layout_->width_fault(record); !width.empty()) {
                misfit(record);
                rejected.push_back({file(), line.number, "", std::move(width)});
            } else {
                take(record, line.number);
            }
        }
        return count;
    }

  private:
    block_reader blocks_;
    std::unique_ptr<csv_layout> layout_;
    text_block first_;
    bool first_taken_ = false;
};

/// `parse(layout, record, row)` returns a field_fault, and `parse.misfit(layout, record)` hears of
/// records that have too few fields or too many; several threads call both at once.
template <class Row, class Parse>
loaded_rows<Row> load_rows(std::string const& path, std::span<csv_column const> columns,
                           Parse const& parse, exception_log& exceptions) {
    struct part {
        text_block block;
        std::vector<Row> rows;
        std::vector<std::uint64_t> lines;
        exception_log rejected;
        std::uint64_t records = 0;
    };
    using part_ptr = std::shared_ptr<part>;
    table_blocks blocks(path, columns);
    loaded_rows<Row> out;
    out.file = blocks.file();

    auto read = [&](tbb::flow_control& control) -> part_ptr {
        auto p = std::make_shared<part>();
        if (blocks.next(p->block)) return p;
        control.stop();
        return nullptr;
    };
    auto parse_block = [&](part_ptr p) {
        p->records = blocks.for_each_record(
            p->block, p->rejected,
            [&](csv_record const& record, std::uint64_t line) {
                Row row{};
                if (field_fault fault = parse(blocks.layout(), record, row)) {
                    p->rejected.push_back(blocks.layout().rejected(
                        blocks.file(), line, record, fault.column, std::move(fault.reason)));
                } else {
                    p->rows.push_back(row);
                    p->lines.push_back(line);
                }
            },
            [&](csv_record const& record) { parse.misfit(blocks.layout(), record); });
        p->block.text = {};
        return p;
    };
    auto join = [&](part_ptr const& p) {
        for (std::size_t at = 0; at < p->rows.size(); ++at)
            out.lines.add(out.rows.size() + at, p->lines[at]);
        out.rows.insert(out.rows.end(), p->rows.begin(), p->rows.end());
        exceptions.append(p->rejected);
        out.records_read += p->records;
    };
    auto const in_flight = static_cast<std::size_t>(2 * tbb::this_task_arena::max_concurrency());
    using mode = tbb::filter_mode;
    tbb::parallel_pipeline(in_flight,
                           tbb::make_filter<void, part_ptr>(mode::serial_in_order, read) &
                               tbb::make_filter<part_ptr, part_ptr>(mode::parallel, parse_block) &
                               tbb::make_filter<part_ptr, void>(mode::serial_in_order, join));
    return out;
}

}  // namespace lockstep
