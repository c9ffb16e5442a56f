// What a watch has counted and measured, as text: for Prometheus, and for a terminal.
#include <fmt/format.h>

#include <iterator>

#include "host/watch/board.h"

namespace lockstep {

namespace {

void write_stages(std::back_insert_iterator<std::string> to, watch_statistics const& statistics) {
    for (std::size_t i = 0; i < timed_names.size(); ++i) {
        latency_histogram const& h = statistics.latency[i];
        for (double const share : {0.5, 0.99, 0.999})
            fmt::format_to(to, "lockstep_stage_seconds{{stage=\"{}\",quantile=\"{}\"}} {:.9f}\n",
                           timed_names[i], share,
                           static_cast<double>(h.percentile_ns(share)) / 1e9);
        fmt::format_to(to,
                       "lockstep_stage_seconds_sum{{stage=\"{0}\"}} {1:.9f}\n"
                       "lockstep_stage_seconds_count{{stage=\"{0}\"}} {2}\n",
                       timed_names[i], static_cast<double>(h.sum_ns()) / 1e9, h.count());
    }
}

}  // namespace

std::string metrics_text(watcher& watch, watch_statistics const& statistics) {
    std::string out;
    auto const to = std::back_inserter(out);
    auto const head = [&](char const* name, char const* type, char const* help) {
        fmt::format_to(to, "# HELP {0} {1}\n# TYPE {0} {2}\n", name, help, type);
    };
    auto const single = [&](char const* name, char const* type, char const* help, auto value) {
        head(name, type, help);
        fmt::format_to(to, "{} {}\n", name, value);
    };
    watch_counts const counts = watch.count();
    head("lockstep_accounts", "gauge", "Accounts by verdict");
    for (std::size_t v = 0; v < verdict_count; ++v)
        fmt::format_to(to, "lockstep_accounts{{verdict=\"{}\"}} {}\n",
                       word(static_cast<verdict>(v)), counts.by_verdict[v]);
    head("lockstep_accounts_in_band", "gauge", "Accounts by distance to liquidation");
    for (std::size_t b = 0; b < band_count; ++b)
        fmt::format_to(to, "lockstep_accounts_in_band{{band=\"{}\"}} {}\n",
                       word(static_cast<band>(b)), counts.by_band[b]);
    single("lockstep_shortfall_usd", "gauge", "What pools lack to their maintenance margin",
           static_cast<double>(counts.shortfall_usd) / 1e9);
    single("lockstep_negative_equity_usd", "gauge", "Equity under water",
           static_cast<double>(counts.loss_usd) / 1e9);
    head("lockstep_feeds", "gauge", "Instruments by underlying and state of their feed");
    for (board_feed const& feed : feeds_of(watch.market_now()))
        for (std::size_t s = 0; s < feed_state_count; ++s)
            fmt::format_to(to, "lockstep_feeds{{underlying=\"{}\",state=\"{}\"}} {}\n",
                           feed.underlying, word(static_cast<feed_state>(s)), feed.by_state[s]);
    single("lockstep_last_line_timestamp_seconds", "gauge",
           "When a line was taken last, by this machine's clock", statistics.last_line);
    single("lockstep_input_ended", "gauge", "1 when no more lines will come",
           statistics.input_ended ? 1 : 0);
    single("lockstep_ticks_total", "counter", "Ticks taken", statistics.ticks);
    single("lockstep_commands_total", "counter", "Commands taken", statistics.commands);
    single("lockstep_lines_refused_total", "counter", "Lines that could not be used",
           statistics.lines_refused);
    single("lockstep_ticks_refused_total", "counter",
           "Lines of them whose tick was older than the one before, or ahead of the clock",
           statistics.ticks_refused);
    single("lockstep_prices_refused_total", "counter", "Prices that cannot be one",
           statistics.prices_refused);
    single("lockstep_marks_unknown_total", "counter", "Marks of what is not listed",
           statistics.marks_unknown);
    single("lockstep_sets_checked_total", "counter", "Netting sets checked by the rule",
           statistics.sets_checked);
    single("lockstep_positions_bounded_total", "counter",
           "Positions that moved and were looked at by a bound", statistics.positions_bounded);
    single("lockstep_changes_total", "counter", "Verdicts and bands that changed",
           statistics.changes);
    single("lockstep_liquidations_total", "counter", "Verdicts that turned to liquidatable",
           statistics.liquidations);
    head("lockstep_stage_seconds", "summary", "Time of each stage of a tick");
    write_stages(to, statistics);
    return out;
}

std::string latency_text(watch_statistics const& statistics) {
    std::string out = fmt::format("{:<10}{:>12}{:>12}{:>12}{:>12}   microseconds\n", "stage", "p50",
                                  "p99", "p99.9", "longest");
    for (std::size_t i = 0; i < timed_names.size(); ++i) {
        latency_histogram const& h = statistics.latency[i];
        auto const us = [](std::uint64_t ns) { return static_cast<double>(ns) / 1e3; };
        out += fmt::format("{:<10}{:>12.1f}{:>12.1f}{:>12.1f}{:>12.1f}\n", timed_names[i],
                           us(h.percentile_ns(0.5)), us(h.percentile_ns(0.99)),
                           us(h.percentile_ns(0.999)), us(h.max_ns()));
    }
    return out;
}

}  // namespace lockstep
