// The lines of an input that arrives bit by bit: each counts as soon as it is whole. Unlike the
// lines of a file (host/io/line_reader.h) one that is too long does not end the reading.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "host/io/input_end.h"
#include "host/io/line_reader.h"

namespace lockstep {

class arriving_lines {
  public:
    /// A source that `end` may cut short is to be given it here too.
    explicit arriving_lines(std::unique_ptr<byte_source> source,
                            std::shared_ptr<input_end const> end = nullptr)
        : source_(std::move(source)), end_(std::move(end)) {}

    /// Of a line that is longer than longest_line the beginning is shown, no less than that much.
    using sight = std::function<void(text_line const&)>;

    /// Shows the lines that the next bytes complete, the last one also without its end. False at
    /// the end. Throws damaged_source when the source breaks; half a line before that is no record,
    /// nor is one that was cut short.
    bool next(sight const& see);
    std::uint64_t shown() const { return number_ - 1; }

  private:
    void take(std::string_view bytes, sight const& see);
    void keep(std::string_view bytes);
    void show(sight const& see);

    std::unique_ptr<byte_source> source_;
    std::shared_ptr<input_end const> end_;
    std::vector<char> bytes_ = std::vector<char>(std::size_t{1} << 16);
    std::string line_;  // so far
    std::uint64_t number_ = 1;
};

}  // namespace lockstep
