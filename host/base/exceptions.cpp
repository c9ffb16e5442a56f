#include "host/base/exceptions.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <queue>
#include <utility>

#include "host/base/error.h"

namespace lockstep {

namespace {

constexpr std::size_t texts_of_row = 5;

/// The texts of a row, in the order in which they lie in the file.
template <class RowT>
auto texts_in(RowT& row) {
    return std::array{&row.file, &row.field, &row.reason, &row.account, &row.instrument};
}

/// What stands before the texts of a row.
struct row_head {
    std::uint64_t line;
    std::array<std::uint32_t, texts_of_row> bytes;
    std::uint32_t unused;
};

[[noreturn]] void refuse() {
    throw machine_error("the temporary file of rejected records cannot be written or read");
}

}  // namespace

/// Rows one after the other in a file that is gone when it is closed.
class exception_log::spool {
  public:
    /// Where each run of rows begins whose lines ascend.
    std::vector<std::uint64_t> runs;

    spool() : file_(std::tmpfile()) {
        if (file_ == nullptr) refuse();
    }
    spool(spool const&) = delete;
    spool& operator=(spool const&) = delete;
    ~spool() { std::fclose(file_); }

    void write(exception_row const& row) {
        if (runs.empty() || row.line < last_line_) runs.push_back(bytes_);
        last_line_ = row.line;
        auto const texts = texts_in(row);
        row_head head{row.line, {}, 0};
        for (std::size_t i = 0; i < texts_of_row; ++i)
            head.bytes[i] = static_cast<std::uint32_t>(texts[i]->size());
        put(&head, sizeof head);
        for (std::string const* text : texts) put(text->data(), text->size());
        flushed_ = false;
    }
    std::uint64_t bytes() const { return bytes_; }

    void read(cursor& from) {
        row_head head;
        std::memcpy(&head, next(from, sizeof head), sizeof head);
        from.row.line = head.line;
        std::size_t all = 0;
        for (std::uint32_t const bytes : head.bytes) all += bytes;
        char const* text = next(from, all);
        std::size_t i = 0;
        for (std::string* into : texts_in(from.row)) {
            into->assign(text, head.bytes[i]);
            text += head.bytes[i++];
        }
    }

  private:
    static constexpr std::size_t buffer_bytes = 4 << 10;

    void put(void const* bytes, std::size_t count) {
        if (count > 0 && std::fwrite(bytes, 1, count, file_) != count) refuse();
        bytes_ += count;
    }
    /// `count` bytes at the cursor, which moves on behind them; they stay until the next call.
    char const* next(cursor& from, std::size_t count) {
        if (from.offset + count > from.buffer_at + from.buffer.size()) {
            if (!std::exchange(flushed_, true) && std::fflush(file_) != 0) refuse();
            from.buffer.resize(std::max(count, buffer_bytes));
            ssize_t const got = ::pread(::fileno(file_), from.buffer.data(), from.buffer.size(),
                                        static_cast<off_t>(from.offset));
            if (got < static_cast<ssize_t>(count)) refuse();
            from.buffer.resize(static_cast<std::size_t>(got));
            from.buffer_at = from.offset;
        }
        char const* bytes = from.buffer.data() + (from.offset - from.buffer_at);
        from.offset += count;
        return bytes;
    }

    std::FILE* file_;
    std::uint64_t bytes_ = 0;
    std::uint64_t last_line_ = 0;
    bool flushed_ = true;
};

exception_log::exception_log(std::size_t rows_in_memory) : rows_in_memory_(rows_in_memory) {}
exception_log::exception_log(exception_log&&) noexcept = default;
exception_log& exception_log::operator=(exception_log&&) noexcept = default;
exception_log::~exception_log() = default;

void exception_log::push_back(exception_row row) {
    if (!spool_ && rows_.size() == rows_in_memory_) spill();
    if (spool_)
        spool_->write(row);
    else
        rows_.push_back(std::move(row));
    ++size_;
}

void exception_log::spill() {
    spool_ = std::make_unique<spool>();
    for (exception_row const& row : rows_) spool_->write(row);
    rows_ = {};
}

void exception_log::append(exception_log const& other) {
    for (exception_row const& row : other) push_back(row);
}

/// Merges the runs, of which a file that was read from its first line to its last has few.
void exception_log::sort_by_line() {
    if (!spool_) {
        std::ranges::stable_sort(rows_, {}, &exception_row::line);
        return;
    }
    auto const& runs = spool_->runs;
    std::vector<cursor> cursors;
    for (std::uint64_t const begin : runs) cursors.push_back({begin});
    using next = std::pair<std::uint64_t, std::size_t>;  // line, run
    std::priority_queue<next, std::vector<next>, std::greater<>> queue;
    auto const fetch = [&](std::size_t r) {
        if (cursors[r].offset == (r + 1 < runs.size() ? runs[r + 1] : spool_->bytes())) return;
        spool_->read(cursors[r]);
        queue.emplace(cursors[r].row.line, r);
    };
    for (std::size_t r = 0; r < cursors.size(); ++r) fetch(r);
    auto sorted = std::make_unique<spool>();
    while (!queue.empty()) {
        std::size_t const r = queue.top().second;
        queue.pop();
        sorted->write(cursors[r].row);
        fetch(r);
    }
    spool_ = std::move(sorted);
}

void exception_log::iterator::fetch() {
    if (at_ >= log_->size_) return;
    if (log_->spool_)
        log_->spool_->read(file_);
    else
        file_.row = log_->rows_[at_];
}

}  // namespace lockstep
