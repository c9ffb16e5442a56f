// A watch as a service: takes lines from a source, applies them to the watcher, prints what
// changed, and keeps what others may ask about meanwhile.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "host/base/fair_mutex.h"
#include "host/watch/board.h"
#include "host/watch/line_source.h"
#include "host/watch/tick_reader.h"
#include "host/watch/watcher.h"

namespace lockstep {

struct service_options {
    double speed = 0;     // of a recording: 10 is ten times as fast as it happened; 0: no waiting
    std::size_t top = 0;  // worst pools after each tick; 0: none
    bool dry_run = false;
    // A tick is refused that is so far ahead of the machine's clock: all after it would be older.
    std::optional<std::int64_t> ahead_ns{};
};

class watch_service {
  public:
    /// Takes all that is said of one line read: whole lines, with their ends.
    using sink = std::function<void(std::string const& lines)>;

    watch_service(watcher& watch, service_options const& options, sink print);

    /// Until the source ends or stop() is called. Lines that cannot be used are printed as such.
    void run(line_source& source);
    void stop();
    bool stopped() const { return stopped_; }
    /// Returns when stop() is called.
    void wait_for_stop();

    /// Reads the watch while no tick is being applied. Whoever asks waits for each other outside:
    /// a line is kept waiting by one question at most.
    template <class ReadT>
    auto ask(ReadT const& read) {
        std::lock_guard const first(questions_);
        std::lock_guard const held(turn_);
        return read(watch_, statistics_, history_);
    }
    /// Waits until there is something new, at most `most_ms`; gives the version then.
    std::uint64_t wait_for_news(std::uint64_t seen, int most_ms);
    /// Its row, or name_index::none; whoever asks need not wait for that.
    std::uint32_t account_named(std::string_view name) const { return reader_.account(name); }
    digest128 digest() const { return digest_; }

  private:
    /// What a line that changed something took.
    struct taken {
        bool is_tick;
        std::uint64_t verdict_ns, ns;  // to the last verdict, in all
    };
    std::optional<taken> take(std::string const& line, std::uint64_t number);
    taken take_tick(tick const& t, std::uint64_t before_ns);
    void keep_totals(taken const& what);
    void record(timed what, std::uint64_t ns);
    void say_how_all_stand();
    void print_said();
    void tell_news();
    void print_changes(tick_report const& report);
    void refuse(std::uint64_t number, std::string const& reason);
    bool is_due(utc_ns time);
    std::string fault_of(tick const& t) const;

    watcher& watch_;
    service_options options_;
    sink print_;
    std::string said_;  // of the line being taken
    tick_reader reader_;
    std::mutex questions_;
    fair_mutex turn_;
    watch_statistics statistics_;
    board_history history_;
    digest128 digest_{0, 0};  // of the verdicts after every input, in order

    std::mutex news_mutex_;
    std::condition_variable news_;
    std::uint64_t version_ = 0;
    std::atomic<bool> stopped_{false};
    std::optional<utc_ns> first_tick_;
    std::uint64_t started_ns_ = 0;
};

}  // namespace lockstep
