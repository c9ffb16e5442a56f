#include "host/io/line_reader.h"

#include <simdjson.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "host/base/error.h"

namespace lockstep {

block_reader::block_reader(std::string name, std::unique_ptr<byte_source> source,
                           std::size_t block_bytes)
    : name_(std::move(name)), source_(std::move(source)), block_bytes_(block_bytes) {}

block_reader::block_reader(std::string const& path, std::size_t block_bytes)
    : block_reader(path == "-" ? "standard input" : path, open_bytes(path), block_bytes) {}

bool block_reader::next(text_block& block) {
    block.text.assign(rest_);
    block.first_line = next_line_;
    rest_.clear();
    fill(block);
    if (next_line_ == 1) skip_byte_order_mark(block);
    if (block.text.empty()) {
        if (!damage_.empty()) report_damage();
        return false;
    }
    next_line_ += static_cast<std::uint64_t>(std::ranges::count(block.text, '\n'));
    if (block.text.back() != '\n') ++next_line_;
    return true;
}

/// Reads until the block is large enough and ends with a line, or until the source ends.
void block_reader::fill(text_block& block) {
    constexpr std::size_t step = 1 << 16;
    while (!ended_) {
        std::size_t const had = block.text.size();
        block.text.resize(had + std::max(step, block_bytes_ - std::min(had, block_bytes_)));
        std::size_t count = 0;
        try {
            count = source_->read({block.text.data() + had, block.text.size() - had});
        } catch (damaged_source const& damage) {
            damage_ = damage.what();
        }
        block.text.resize(had + count);
        ended_ = count == 0;
        if (!ended_ && block.text.size() < block_bytes_) continue;
        if (ended_ && damage_.empty()) return;

        auto const line_end = block.text.rfind('\n');
        std::size_t const whole = line_end == std::string::npos ? 0 : line_end + 1;
        // Half a line before a break is no record.
        if (!ended_) rest_.assign(block.text, whole, std::string::npos);
        if (rest_.size() > longest_line + 1) {
            auto const before = std::ranges::count(block.text, '\n');
            throw input_error(name_, block.first_line + static_cast<std::uint64_t>(before),
                              "the line is longer than 1 MiB");
        }
        if (whole > 0 || ended_) {
            block.text.resize(whole);
            return;
        }
        rest_.clear();  // one long line so far: read on
    }
}

void block_reader::skip_byte_order_mark(text_block& block) const {
    if (block.text.starts_with("\xEF\xBB\xBF")) block.text.erase(0, 3);
}

void block_reader::report_damage() const {
    throw input_error(name_ + ": " + damage_ + "; " + std::to_string(next_line_ - 1) +
                      " lines were read before that");
}

bool line_cursor::next(text_line& line) {
    if (rest_.empty()) return false;
    auto const end = rest_.find('\n');
    auto const length = std::min(end, rest_.size());
    if (length > longest_line + 1)
        throw input_error(std::string(name_), number_, "the line is longer than 1 MiB");
    line = {rest_.substr(0, length), number_++};
    if (line.text.ends_with('\r')) line.text.remove_suffix(1);
    rest_.remove_prefix(std::min(length + 1, rest_.size()));
    return true;
}

bool line_reader::next(text_line& line) {
    while (!cursor_.next(line)) {
        if (!blocks_.next(block_)) return false;
        cursor_ = line_cursor(blocks_.name(), block_);
    }
    return true;
}

char const* text_fault(std::string_view text) {
    if (std::memchr(text.data(), 0, text.size()) != nullptr) return "holds a NUL byte";
    if (!simdjson::validate_utf8(text.data(), text.size())) return "is not UTF-8 text";
    return nullptr;
}

}  // namespace lockstep
