#include "host/ingest/live_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <thread>

#include "host/base/error.h"
#include "host/ingest/arriving_lines.h"
#include "host/io/json_text.h"
#include "host/log/json_line.h"

namespace lockstep {

/// Reads lines, puts linked commands together, offers them and answers.
struct live_source::reader {
    std::string const name;
    arriving_lines lines;
    live_options options;
    answer_sink answers;
    ingest_queue queue;
    std::atomic<std::uint64_t> not_accepted{0};
    std::exception_ptr failure;  // set before the queue is closed, read after
    std::thread thread;

    reader(std::string input, std::string const& path, std::shared_ptr<input_end const> end,
           live_options const& o, answer_sink sink)
        : name(std::move(input)),
          lines(open_bytes(path, end), end),
          options(o),
          answers(std::move(sink)),
          queue(o.limits) {}

    void run() {
        attempt([this] {
            while (lines.next([this](text_line const& line) { take_line(line); })) tell();
        });
        attempt([this] {
            if (!lines_of_unit_.empty()) offer();
            tell();
        });
        queue.close();
    }

    /// Nothing leaves the thread but as the failure; the first counts.
    template <class Do>
    void attempt(Do const& what) {
        std::exception_ptr went_wrong;
        try {
            what();
        } catch (damaged_source const& damage) {
            went_wrong = std::make_exception_ptr(input_error(fmt::format(
                "{}: {}; {} lines were read before that", name, damage.what(), lines.shown())));
        } catch (...) {
            went_wrong = std::current_exception();
        }
        if (!failure) failure = went_wrong;
    }

  private:
    void take_line(text_line const& line) {
        if (line.text.find_first_not_of(" \t") == std::string_view::npos) return;
        transaction_row t{};
        signature_row s{};
        lines_of_unit_.push_back(line.number);
        bool linked = false;
        try {
            std::int64_t time = 0;
            if (line.text.size() > longest_line)
                throw input_error(name, line.number, "the line is longer than 1 MiB");
            if (!parser_.read(name, line, t, s, time))
                throw input_error(name, line.number,
                                  "a block stands among live commands, which get theirs here");
            linked = (t.flags & transaction_flag::linked) != 0;
        } catch (input_error const& error) {
            if (fault_.empty()) fault_ = error.what();
            linked = line.text.find("\"linked\"") != std::string_view::npos;
        }
        if (unit_.commands.size() <= options.limits.longest_unit) {
            unit_.commands.push_back(t);
            unit_.signatures.push_back(s);
        }
        if (!linked) offer();
    }

    /// What was put together, as one: a chain must not close up around a bad line.
    void offer() {
        ingest_answer answer = ingest_answer::too_long;
        if (fault_.empty()) {
            ingest_reply const reply = options.refuse_when_full
                                           ? queue.offer(unit_)
                                           : queue.offer_when_there_is_room(unit_);
            depth_ = reply.depth;
            answer = reply.answer;
            if (answer == ingest_answer::too_long)
                fault_ = fmt::format("{}:{}: a chain holds more than {} commands", name,
                                     lines_of_unit_.front(), options.limits.longest_unit);
        }
        say(!fault_.empty() ? "refused" : answer == ingest_answer::busy ? "busy" : "accepted");
        if (answer != ingest_answer::accepted) not_accepted += lines_of_unit_.size();
        unit_ = {};
        lines_of_unit_.clear();
        fault_.clear();
    }
    void tell() {
        answers(said_);
        said_.clear();
    }
    void say(char const* answer) {
        for (std::uint64_t const line : lines_of_unit_) {
            json_text text(false);
            text.open_object();
            text.integer("line", static_cast<std::int64_t>(line));
            text.text("answer", answer);
            text.integer("depth", static_cast<std::int64_t>(depth_));
            if (!fault_.empty()) text.text("why", fault_);
            text.close_object();
            said_ += text.take() + "\n";
        }
    }

    json_line_parser parser_;
    ingest_unit unit_;
    std::vector<std::uint64_t> lines_of_unit_;
    std::string fault_, said_;
    std::size_t depth_ = 0;
};

live_source::live_source(std::string name, std::string const& path, live_options const& options,
                         answer_sink answers, log_writer& sealed)
    : options_(options), sealed_(sealed), end_(std::make_shared<input_end>()) {
    reader_ = std::make_shared<reader>(std::move(name), path, end_, options, std::move(answers));
}

/// A reader that waits for its answers to be taken cannot be woken: it keeps its own memory, and
/// goes with the process.
live_source::~live_source() {
    if (!reader_->thread.joinable()) return;
    end_->come();
    reader_->queue.stop();
    reader_->thread.detach();
}

bool live_source::goes_on_after(std::uint64_t, std::int64_t time) {
    last_time_ = time;
    return true;
}

/// Nothing is read before there is an exchange to run it.
bool live_source::next(block& b) {
    b.commands.clear();
    b.signatures.clear();
    if (!begun_)
        reader_->thread = std::thread([shared = reader_] { shared->run(); });
    else if (when_idle_ && !reader_->queue.has_any_within(options_.patience))
        when_idle_();
    begun_ = true;
    if (!reader_->queue.take(options_.block, options_.patience, b)) {
        if (reader_->thread.joinable()) reader_->thread.join();
        return false;
    }
    if (std::all_of(b.signatures.begin(), b.signatures.end(),
                    [](signature_row const& s) { return s.is_empty(); }))
        b.signatures.clear();
    std::int64_t const now = std::chrono::duration_cast<std::chrono::nanoseconds>(
                                 std::chrono::system_clock::now().time_since_epoch())
                                 .count();
    b.time = last_time_ = std::max(last_time_, now);
    sealed_.write(b);
    return true;
}

void live_source::stop() { end_->come(); }

void live_source::rethrow_failure() const {
    if (!reader_->thread.joinable() && reader_->failure) std::rethrow_exception(reader_->failure);
}

std::uint64_t live_source::not_accepted() const { return reader_->not_accepted; }

}  // namespace lockstep
