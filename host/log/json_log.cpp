#include "host/log/json_log.h"

#include <fmt/format.h>

#include "host/base/error.h"
#include "host/log/format.h"

namespace lockstep {

json_log_reader::json_log_reader(std::string name, std::unique_ptr<byte_source> source)
    : lines_(std::move(name), std::move(source)) {}

bool json_log_reader::next(block& b) {
    b.commands.clear();
    b.signatures.clear();
    b.time = next_time_;
    text_line line;
    while (!ended_) {
        if (!lines_.next(line)) {
            ended_ = true;
            break;
        }
        if (line.text.find_first_not_of(" \t") == std::string_view::npos) continue;
        transaction_row t;
        signature_row s;
        std::int64_t time = 0;
        if (parser_.read(lines_.name(), line, t, s, time)) {
            if (!started_)
                throw input_error(lines_.name(), line.number,
                                  "a command stands before the first block");
            if (b.commands.size() == block_commands_max)
                throw input_error(
                    lines_.name(), line.number,
                    fmt::format("the block holds more than {} commands", block_commands_max));
            b.commands.edit().push_back(t);
            if (!b.signatures.empty() || !s.is_empty()) b.signatures.resize(b.commands.size());
            if (!b.signatures.empty()) b.signatures.back() = s;
            continue;
        }
        if (started_ && time < next_time_)
            throw input_error(lines_.name(), line.number,
                              "the block is earlier than the one before it");
        bool const first = !started_;
        started_ = true;
        next_time_ = time;
        if (first) {
            b.time = time;
            continue;
        }
        return true;
    }
    bool const last = started_;
    started_ = false;
    return last;
}

}  // namespace lockstep
