#include "host/price/price_table.h"

#include <oneapi/tbb/info.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

#include <algorithm>
#include <atomic>
#include <memory>

#include "host/base/error.h"
#include "host/price/price_block.h"
#include "pricing/model/option_names.h"

namespace lockstep {
namespace {

constexpr std::size_t piece_rows = 512;

/// The first line that is not empty.
std::unique_ptr<price_header> read_header(std::string const& file, line_cursor& lines) {
    text_line line;
    while (lines.next(line))
        if (!line.text.empty()) return std::make_unique<price_header>(file, line);
    return nullptr;
}

std::string header_of_results(price_header const& header) {
    std::string text = header.text();
    for (char const* name : option_value_names) text += std::string(",") + name;
    return text + ",status,reason\n";
}

std::vector<std::string_view> rest_of(line_cursor& lines) {
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

}  // namespace

price_summary price_table(block_reader& input, backend& with, int threads, text_sink const& write) {
    tbb::task_arena arena(threads > 0 ? threads : tbb::info::default_concurrency());
    price_summary summary;
    std::unique_ptr<price_header> header;
    std::unique_ptr<price_block> rows;
    std::vector<std::string> pieces;
    text_block text;
    while (input.next(text)) {
        line_cursor lines(input.name(), text);
        if (!header) {
            header = read_header(input.name(), lines);
            if (!header) continue;
            summary.repeated_columns = header->repeated();
            rows = std::make_unique<price_block>(header->layout());
            write(header_of_results(*header));
        }
        rows->take(rest_of(lines));
        pieces.resize((rows->size() + piece_rows - 1) / piece_rows);
        each_piece(arena, rows->size(), [&](std::size_t, std::size_t begin, std::size_t end) {
            rows->read(begin, end);
        });
        rows->value(with);
        std::atomic<std::uint64_t> without_value{0};
        each_piece(arena, rows->size(), [&](std::size_t piece, std::size_t begin, std::size_t end) {
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
