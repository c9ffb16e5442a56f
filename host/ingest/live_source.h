// Blocks made while commands arrive: JSON lines without blocks come in, wait in the ingest queue,
// and are sealed into blocks by number and by time. Here, and nowhere else, a clock says what time
// a block has; the sealed blocks are written down with it, so that the run can be repeated.
#pragma once

#include <chrono>
#include <cstdio>
#include <functional>
#include <memory>
#include <string>

#include "host/ingest/ingest_queue.h"
#include "host/io/input_end.h"
#include "host/log/block_source.h"
#include "host/log/log_writer.h"

namespace lockstep {

struct live_options {
    ingest_limits limits;
    std::size_t block = 10'000;              // commands that seal a block
    std::chrono::milliseconds patience{10};  // that a block waits for more after its first command
    bool refuse_when_full = false;           // answer busy; else do not read on until there is room
};

/// Answers, one JSON line for each line that was read, in order:
///     {"line": 7, "answer": "accepted", "depth": 12}
/// accepted, busy or refused (with "why"); the lines of a chain share their answer. Accepted: it
/// will be in a block of this run. Called from the reader's thread.
using answer_sink = std::function<void(std::string_view)>;

class live_source final : public block_source {
  public:
    /// `sealed` must outlive the source. Throws input_error when there is no such file; nothing is
    /// read before next().
    live_source(std::string name, std::string const& path, live_options const& options,
                answer_sink answers, log_writer& sealed);
    ~live_source() override;

    bool next(block& b) override;
    bool goes_on_after(std::uint64_t blocks, std::int64_t time) override;

    /// Ends the log as the end of its input would: what was read is answered and will still be in a
    /// block, more is not read. From any thread.
    void stop();

    /// To be called by next() when nothing has come for as long as a block waits for more.
    void when_idle(std::function<void()> call) { when_idle_ = std::move(call); }

    /// Lines that were busy or refused; final once next() has said false.
    std::uint64_t not_accepted() const;

    /// Once next() has said false: what ended the input before its end, if anything did.
    void rethrow_failure() const;

  private:
    struct reader;  // in a thread of its own

    live_options const options_;
    log_writer& sealed_;
    std::shared_ptr<input_end> const end_;
    std::shared_ptr<reader> reader_;
    std::function<void()> when_idle_;
    bool begun_ = false;
    std::int64_t last_time_ = 0;
};

}  // namespace lockstep
