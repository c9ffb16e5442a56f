// A table of contracts on its way through a command: a block of rows at a time and in bounded
// memory, read and written in pieces by several threads, valued by a backend.
#pragma once

#include <oneapi/tbb/info.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/error.h"
#include "host/io/line_reader.h"
#include "kernels/backend.h"

namespace lockstep {

struct row_summary {
    std::uint64_t rows = 0;
    std::uint64_t rows_without_value = 0;
    std::vector<std::string> repeated_columns;  // in the input, and again among the results
};

/// Where the text of the result goes, in order.
using text_sink = std::function<void(std::string_view)>;

namespace detail {

inline constexpr std::size_t piece_rows = 512;

/// The first line that is not empty.
template <class HeaderT>
std::unique_ptr<HeaderT> read_table_header(std::string const& file, line_cursor& lines) {
    text_line line;
    while (lines.next(line))
        if (!line.text.empty()) return std::make_unique<HeaderT>(file, line);
    return nullptr;
}

inline std::vector<std::string_view> rest_of(line_cursor& lines) {
    std::vector<std::string_view> found;
    text_line line;
    while (lines.next(line))
        if (!line.text.empty()) found.push_back(line.text);
    return found;
}

/// f(piece, begin, end) for every piece of the block.
template <class F>
void each_piece(tbb::task_arena& arena, std::size_t rows, F const& f) {
    std::size_t const pieces = (rows + piece_rows - 1) / piece_rows;
    arena.execute([&] {
        tbb::parallel_for(std::size_t{0}, pieces, [&](std::size_t piece) {
            std::size_t const begin = piece * piece_rows;
            f(piece, begin, std::min(rows, begin + piece_rows));
        });
    });
}

}  // namespace detail

/// Writes every row of `input` as it stood with its results behind it. HeaderT reads the header and
/// names the results; BlockT reads, values and writes rows. Throws input_error when the header is
/// not usable. `threads` read and write rows; the backend has its own. What all rows share comes
/// last.
template <class HeaderT, class BlockT, class... SharedT>
row_summary stream_rows(block_reader& input, backend& with, int threads, text_sink const& write,
                        SharedT const&... shared) {
    tbb::task_arena arena(threads > 0 ? threads : tbb::info::default_concurrency());
    row_summary summary;
    std::unique_ptr<HeaderT> header;
    std::unique_ptr<BlockT> rows;
    std::vector<std::string> pieces;
    text_block text;
    while (input.next(text)) {
        line_cursor lines(input.name(), text);
        if (!header) {
            header = detail::read_table_header<HeaderT>(input.name(), lines);
            if (!header) continue;
            summary.repeated_columns = header->repeated();
            rows = std::make_unique<BlockT>(header->layout(), shared...);
            write(header->text() + header->results() + "\n");
        }
        rows->take(detail::rest_of(lines));
        pieces.resize((rows->size() + detail::piece_rows - 1) / detail::piece_rows);
        detail::each_piece(
            arena, rows->size(),
            [&](std::size_t, std::size_t begin, std::size_t end) { rows->read(begin, end); });
        rows->value(with);
        std::atomic<std::uint64_t> without_value{0};
        detail::each_piece(arena, rows->size(),
                           [&](std::size_t piece, std::size_t begin, std::size_t end) {
                               pieces[piece].clear();
                               without_value += rows->write(begin, end, pieces[piece]);
                           });
        for (auto const& piece : pieces) write(piece);
        summary.rows += rows->size();
        summary.rows_without_value += without_value;
    }
    if (!header) throw input_error(input.name() + ": is empty, a header line was expected");
    return summary;
}

}  // namespace lockstep
