// What a watch shows: counts over time, the worst pools, latency, the health of the feeds; as JSON
// for the page, and as text for Prometheus.
#pragma once

#include <array>
#include <deque>
#include <string>
#include <vector>

#include "host/watch/distance.h"
#include "host/watch/latency.h"
#include "host/watch/watcher.h"

namespace lockstep {

/// What is timed: the stages of a tick, `wait` being for who asks at the same time and `count` for
/// the totals, which come after the lines are out; then the way from a line to its verdicts, then
/// all of it.
enum class timed : std::uint8_t {
    parse,
    wait,
    mark,
    find,
    check,
    judge,
    bands,
    count,
    verdict,
    tick
};
inline constexpr std::array<char const*, 10> timed_names{
    "parse", "wait", "mark", "find", "check", "judge", "bands", "count", "verdict", "tick"};

struct watch_statistics {
    std::array<latency_histogram, timed_names.size()> latency;
    std::uint64_t ticks = 0, commands = 0, lines_refused = 0, ticks_refused = 0;
    std::string first_refusal;  // its line and why
    std::uint64_t prices_refused = 0, marks_unknown = 0, sets_checked = 0, changes = 0;
    std::vector<double> first_indexes;    // by underlying, when the watch began
    std::uint64_t positions_bounded = 0;  // that moved, and were weighed against a bound
    std::uint64_t liquidations = 0;       // verdicts that turned to liquidatable
    double last_line = 0;                 // seconds since 1970 when a line was taken; 0: none was
    bool input_ended = false;
};

/// One point of the curves over time.
struct board_point {
    utc_ns time;
    watch_counts counts;
    std::uint64_t verdict_ns;
};

/// The course so far in about `points_max` points: when it is full, every other one goes, and from
/// then on points are taken half as often. The latest is always there.
class board_history {
  public:
    void add(board_point const& point);
    std::vector<board_point> points() const;
    /// What stood before the latest line.
    board_point const& before() const { return before_; }

  private:
    static constexpr std::size_t points_max = 720;
    std::deque<board_point> points_;
    board_point latest_{}, before_{};
    std::uint64_t every_ = 1, seen_ = 0;
};

/// Of an underlying: its index, how old that is, and how many instruments are in each state.
struct board_feed {
    std::string underlying;
    double index, age_s;
    std::array<std::uint64_t, feed_state_count> by_state;
};

std::vector<board_feed> feeds_of(marked_market const& now);

/// One of the worst pools.
struct board_pool {
    std::string account, asset;
    pool_verdict says;
    std::uint32_t positions;
    std::int64_t price;      // of the asset
    pool_distance distance;  // none where it was not asked for
};

std::vector<board_pool> worst_of(watcher& watch, std::size_t most, bool with_distance);

/// Everything on the page: a copy, so that it can be written out while the watch goes on.
struct board_facts {
    std::string time, backend, preset;
    std::uint64_t accounts, positions, sets, instruments;
    watch_counts counts;
    std::uint64_t breached_before;
    watch_statistics statistics;
    std::vector<board_point> history;
    std::vector<board_feed> feeds;
    std::vector<board_pool> worst;
};
board_facts facts_of(watcher& watch, watch_statistics const& statistics,
                     board_history const& history, std::size_t worst);

/// As one line of JSON.
std::string board_json(board_facts const& facts);
/// The worst pools alone, an array.
std::string worst_json(watcher& watch, std::size_t most, bool with_distance);
std::string bands_json(watcher& watch);
std::string metrics_text(watcher& watch, watch_statistics const& statistics);
/// p50, p99, p99.9 and the longest of each stage, for a terminal.
std::string latency_text(watch_statistics const& statistics);

}  // namespace lockstep
