#include "host/watch/service.h"

#include <chrono>
#include <utility>

#include "host/io/json_text.h"
#include "host/io/timestamp.h"
#include "host/watch/explain.h"

namespace lockstep {

namespace {

std::uint64_t now_ns() {
    auto const now = std::chrono::steady_clock::now().time_since_epoch();
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::nanoseconds>(now).count());
}

std::int64_t unix_ns() {
    auto const now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
}

timed of(watch_stage stage) {
    constexpr timed stages[] = {timed::mark, timed::find, timed::check, timed::judge, timed::bands};
    return stages[static_cast<std::size_t>(stage)];
}

/// The time since the last call, by stage.
class stage_clock {
  public:
    explicit stage_clock(watch_statistics& statistics) : statistics_(statistics), last_(now_ns()) {}
    void end(timed stage) {
        std::uint64_t const now = now_ns();
        statistics_.latency[static_cast<std::size_t>(stage)].add(now - last_);
        last_ = now;
    }

  private:
    watch_statistics& statistics_;
    std::uint64_t last_;
};

/// `change` is null for what is said first of a pool.
std::string line_of(watcher const& watch, std::uint32_t p, verdict_change const* change,
                    bool dry_run) {
    pool_row const& pool = watch.pools()[p];
    pool_verdict const& v = watch.verdicts()[p];
    std::string const time = time_text(watch.market_now().now());
    json_text json(false);
    json.open_object();
    json.text("time", time);
    json.text("account", watch.account_names()[pool.account.value]);
    json.text("asset", watch.market_now().listed().assets[pool.asset.value]);
    json.text("verdict", word(v.says));
    if (change != nullptr) json.text("was", word(change->was));
    json.text("band", word(v.near));
    if (change != nullptr) json.text("band_was", word(change->was_near));
    json.nanos("equity", v.equity.nanos);
    json.nanos("initial_margin", v.initial_margin.nanos);
    json.nanos("maintenance_margin", v.maintenance_margin.nanos);
    write_reasons(json, v.reasons);
    if (dry_run) json.boolean("dry_run", true);
    json.close_object();
    return json.take() + "\n";
}

}  // namespace

watch_service::watch_service(watcher& watch, service_options const& options, sink print)
    : watch_(watch),
      options_(options),
      print_(std::move(print)),
      reader_(watch.market_now().listed(), watch.account_names()) {
    history_.add({watch_.market_now().now(), watch_.count(), 0});
    for (underlying_row const& row : watch_.market_now().listed().underlyings)
        statistics_.first_indexes.push_back(row.index);
}

void watch_service::stop() {
    std::lock_guard const held(news_mutex_);
    stopped_ = true;
    news_.notify_all();
}

void watch_service::wait_for_stop() {
    std::unique_lock held(news_mutex_);
    news_.wait(held, [&] { return stopped_.load(); });
}

std::uint64_t watch_service::wait_for_news(std::uint64_t seen, int most_ms) {
    std::unique_lock held(news_mutex_);
    news_.wait_for(held, std::chrono::milliseconds(most_ms),
                   [&] { return stopped_ || version_ != seen; });
    return version_;
}

void watch_service::run(line_source& source) {
    say_how_all_stand();
    print_said();
    std::string line;
    for (std::uint64_t number = 1; !stopped_ && source.next(line); ++number) {
        if (line.empty()) continue;
        std::optional<taken> const what = take(line, number);
        print_said();  // who asks over HTTP does not wait for who reads this
        if (what) keep_totals(*what);
        tell_news();
    }
    {
        std::lock_guard const held(turn_);
        statistics_.input_ended = true;
    }
    tell_news();
}

void watch_service::tell_news() {
    std::lock_guard const held(news_mutex_);
    ++version_;
    news_.notify_all();
}

/// Of every pool that is not safe and beyond the bands: who hears the lines alone must know of it.
void watch_service::say_how_all_stand() {
    for (std::uint32_t p = 0; p < watch_.verdicts().size(); ++p) {
        pool_verdict const& v = watch_.verdicts()[p];
        if (v.says == verdict::safe && v.near == band::beyond) continue;
        said_ += line_of(watch_, p, nullptr, options_.dry_run);
    }
}

void watch_service::print_said() {
    if (!said_.empty()) print_(said_);
    said_.clear();
}

void watch_service::keep_totals(taken const& what) {
    std::lock_guard const held(turn_);
    std::uint64_t const began = now_ns();
    statistics_.last_line = static_cast<double>(unix_ns()) * 1e-9;
    history_.add({watch_.market_now().now(), watch_.count(), what.verdict_ns});
    if (!what.is_tick) return;
    std::uint64_t const spent = now_ns() - began;
    record(timed::count, spent);
    record(timed::tick, what.ns + spent);
}

void watch_service::refuse(std::uint64_t number, std::string const& reason) {
    if (statistics_.lines_refused++ == 0)
        statistics_.first_refusal = "line " + std::to_string(number) + ": " + reason;
    json_text json(false);
    json.open_object();
    json.integer("refused_line", static_cast<std::int64_t>(number));
    json.text("reason", reason);
    json.close_object();
    said_ += json.take() + "\n";
}

std::optional<watch_service::taken> watch_service::take(std::string const& line,
                                                        std::uint64_t number) {
    std::uint64_t const began = now_ns();
    read_input const read = reader_.read(line);
    std::uint64_t const read_ns = now_ns() - began;
    auto const* t = std::get_if<tick>(&read.input);
    if (t != nullptr && read.fault.empty() && !is_due(t->time)) return {};
    std::uint64_t const due = now_ns();
    std::lock_guard const held(turn_);
    std::uint64_t const wait_ns = now_ns() - due;
    statistics_.marks_unknown += read.instruments_unknown;
    if (!read.fault.empty()) return refuse(number, read.fault), std::nullopt;
    if (t != nullptr) {
        if (std::string const fault = fault_of(*t); !fault.empty()) {
            ++statistics_.ticks_refused;
            return refuse(number, fault), std::nullopt;
        }
        record(timed::parse, read_ns);
        record(timed::wait, wait_ns);
        return take_tick(*t, read_ns + wait_ns);
    }
    ++statistics_.commands;
    std::visit(
        [&](auto const& command) {
            if constexpr (!std::is_same_v<std::decay_t<decltype(command)>, tick>)
                print_changes(watch_.apply(command));
        },
        read.input);
    return taken{false, 0, 0};
}

/// Why the tick cannot follow what was taken; empty: it can.
std::string watch_service::fault_of(tick const& t) const {
    marked_market const& now = watch_.market_now();
    if (now.is_older(t)) return why_too_old(t.time, now.now());
    if (!options_.ahead_ns) return "";
    if (utc_ns const here{unix_ns()}; t.time.value > here.value + *options_.ahead_ns)
        return "the tick is of " + time_text(t.time) + ", and it is " + time_text(here) + " here";
    return "";
}

void watch_service::record(timed what, std::uint64_t ns) {
    statistics_.latency[static_cast<std::size_t>(what)].add(ns);
}

watch_service::taken watch_service::take_tick(tick const& t, std::uint64_t before_ns) {
    stage_clock clock(statistics_);
    std::uint64_t const began = now_ns();
    std::uint64_t verdict_ns = 0;
    tick_report const report = watch_.apply(t, [&](watch_stage stage) {
        clock.end(of(stage));
        if (stage == watch_stage::judge) verdict_ns = before_ns + now_ns() - began;
    });
    ++statistics_.ticks;
    statistics_.prices_refused += report.market.prices_refused;
    statistics_.sets_checked += report.sets_checked;
    statistics_.positions_bounded += report.positions_bounded;
    print_changes(report);
    record(timed::verdict, verdict_ns);
    return {true, verdict_ns, before_ns + now_ns() - began};
}

void watch_service::print_changes(tick_report const& report) {
    statistics_.changes += report.changes.size();
    for (verdict_change const& change : report.changes) {
        if (watch_.verdicts()[change.pool].says == verdict::liquidatable &&
            change.was != verdict::liquidatable)
            ++statistics_.liquidations;
        said_ += line_of(watch_, change.pool, &change, options_.dry_run);
    }
    if (options_.top > 0) {
        std::string const time = time_text(watch_.market_now().now());
        said_ += "{\"time\":\"" + time + "\",\"top\":" + worst_json(watch_, options_.top, true) +
                 (options_.dry_run ? ",\"dry_run\":true}\n" : "}\n");
    }
    digest128 const now = watch_.digest_of_decisions();
    digest_ = digest_word(0, digest_.lo ^ now.lo) + digest_word(1, digest_.hi ^ now.hi);
}

/// Waits until it is; false when the watch is stopped before that.
bool watch_service::is_due(utc_ns time) {
    if (options_.speed <= 0) return true;
    if (!first_tick_) {
        first_tick_ = time;
        started_ns_ = now_ns();
        return true;
    }
    std::int64_t const since = time.value - first_tick_->value;
    if (since <= 0) return true;  // no later than the first: whoever takes it refuses it
    auto const due = static_cast<std::uint64_t>(static_cast<double>(since) / options_.speed);
    std::uint64_t const spent = now_ns() - started_ns_;
    if (due <= spent) return true;
    std::unique_lock held(news_mutex_);
    return !news_.wait_for(held, std::chrono::nanoseconds(due - spent),
                           [&] { return stopped_.load(); });
}

}  // namespace lockstep
