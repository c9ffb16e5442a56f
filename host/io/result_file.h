// A file of the result being written: its bytes are counted and digested on the way, so that the
// manifest never has to read back what was just written. Rows may be formatted by many threads;
// blocks land in the file in order.
#pragma once

#include <oneapi/tbb/parallel_pipeline.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include "host/base/exceptions.h"
#include "host/io/output_file.h"
#include "host/io/sha256.h"

namespace lockstep {

/// What the manifest says of one file.
struct file_record {
    std::string name;
    std::string sha256;
    std::uint64_t bytes = 0;
    std::uint64_t rows = 0;  // records without the header; lines of nothing else
};

class result_file {
  public:
    /// Creates folder/name; throws machine_error when it cannot.
    result_file(std::filesystem::path const& folder, std::string name)
        : file_(folder / name), record_{std::move(name), {}, 0, 0} {}

    void write(std::string_view text) {
        file_.write(text);
        digest_.update(text);
        record_.bytes += text.size();
    }
    void count_rows(std::uint64_t rows) { record_.rows += rows; }
    /// Makes the file durable and gives what the manifest says of it.
    file_record finish() {
        file_.close();
        record_.sha256 = digest_.finish();
        return record_;
    }

  private:
    output_file file_;
    file_record record_;
    sha256 digest_;
};

/// Appends `count` rows: append_row(text, i) formats row i, on any thread; the file gets the rows
/// in order whatever the threads did.
template <class RowT>
void write_rows(result_file& file, std::size_t count, RowT const& append_row) {
    constexpr std::size_t block_rows = 4096;
    constexpr std::size_t blocks_in_flight = 16;
    std::size_t next = 0;
    tbb::parallel_pipeline(blocks_in_flight,
                           tbb::make_filter<void, std::size_t>(tbb::filter_mode::serial_in_order,
                                                               [&](tbb::flow_control& flow) {
                                                                   std::size_t const begin = next;
                                                                   if (begin >= count) flow.stop();
                                                                   next += block_rows;
                                                                   return begin;
                                                               }) &
                               tbb::make_filter<std::size_t, std::string>(
                                   tbb::filter_mode::parallel,
                                   [&](std::size_t begin) {
                                       std::size_t const end = std::min(begin + block_rows, count);
                                       std::string text;
                                       text.reserve(block_rows * 128);
                                       for (std::size_t i = begin; i < end; ++i)
                                           append_row(text, i);
                                       return text;
                                   }) &
                               tbb::make_filter<std::string, void>(
                                   tbb::filter_mode::serial_in_order,
                                   [&](std::string const& text) { file.write(text); }));
    file.count_rows(count);
}

/// Rejected records one by one as append_row(text, row): there may be more than memory holds.
template <class RowT>
void write_rows(result_file& file, exception_log const& rejected, RowT const& append_row) {
    std::string text;
    for (exception_row const& row : rejected) {
        text.clear();
        append_row(text, row);
        file.write(text);
    }
    file.count_rows(rejected.size());
}

}  // namespace lockstep
