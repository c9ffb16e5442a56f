#include "host/io/parallel_table.h"

#include <algorithm>
#include <iterator>

#include "host/base/error.h"

namespace lockstep {

std::uint64_t line_runs::line_of(std::uint64_t row) const {
    auto const after = std::ranges::upper_bound(runs_, row, {}, &run::row);
    auto const& within = *std::prev(after);
    return within.line + (row - within.row);
}

table_blocks::table_blocks(std::string const& path, std::span<csv_column const> columns)
    : blocks_(path) {
    // The header is the first line that is not empty; it and what stands before it leave the block.
    while (layout_ == nullptr) {
        if (!blocks_.next(first_))
            throw input_error(file() + ": is empty, a header line was expected");
        line_cursor cursor(file(), first_);
        for (text_line line; layout_ == nullptr && cursor.next(line);) {
            auto const after = first_.text.find(
                '\n',
                static_cast<std::size_t>(line.text.data() - first_.text.data()) + line.text.size());
            if (line.text.empty()) continue;
            csv_record header;
            split_header(file(), line, header);
            layout_ = std::make_unique<csv_layout>(file(), line.number, header, columns);
            first_.first_line = line.number + 1;
            first_.text.erase(0, after == std::string::npos ? after : after + 1);
            break;
        }
    }
}

bool table_blocks::next(text_block& block) {
    if (first_taken_) return blocks_.next(block);
    first_taken_ = true;
    block = std::move(first_);
    return true;
}

}  // namespace lockstep
