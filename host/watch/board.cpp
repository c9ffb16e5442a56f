#include "host/watch/board.h"

#include <fmt/format.h>

#include <iterator>

#include "host/report/json_text.h"
#include "host/report/number_text.h"
#include "host/watch/distance.h"
#include "host/watch/explain.h"

namespace lockstep {

namespace {

std::int64_t whole(std::uint64_t n) { return static_cast<std::int64_t>(n); }

constexpr verdict verdicts[] = {verdict::safe, verdict::withheld, verdict::reduce_only,
                                verdict::liquidatable};
constexpr band bands[] = {band::beyond, band::within_5, band::within_3, band::within_1,
                          band::breached};

std::uint64_t of(watch_counts const& c, verdict v) {
    return c.by_verdict[static_cast<std::size_t>(v)];
}
std::uint64_t of(watch_counts const& c, band b) { return c.by_band[static_cast<std::size_t>(b)]; }

void write_counts(json_text& json, watch_counts const& counts) {
    json.open_object("accounts");
    for (verdict const v : verdicts) json.integer(word(v), whole(of(counts, v)));
    json.close_object();
    json.open_object("bands");
    for (band const b : bands) json.integer(word(b), whole(of(counts, b)));
    json.close_object();
    json.rough("shortfall_usd", counts.shortfall_usd);
    json.rough("loss_usd", counts.loss_usd);
}

/// How many pools are withheld for each reason; one may be so for several.
void write_withheld(json_text& json, watcher const& watch) {
    std::array<std::uint64_t, 16> pools{};
    for (pool_verdict const& v : watch.verdicts())
        for (std::size_t bit = 0; v.reasons >> bit != 0; ++bit) pools[bit] += v.reasons >> bit & 1u;
    json.open_array("withheld");
    for (std::size_t bit = 0; bit < pools.size(); ++bit) {
        if (pools[bit] == 0) continue;
        json.open_object();
        write_reasons(json, static_cast<std::uint16_t>(1u << bit));
        json.integer("pools", whole(pools[bit]));
        json.close_object();
    }
    json.close_array();
}

template <class OfPoint>
void write_curve(json_text& json, std::string_view name, std::vector<board_point> const& points,
                 OfPoint const& value) {
    json.open_array(name);
    for (board_point const& point : points) value(point);
    json.close_array();
}

void write_history(json_text& json, board_history const& history) {
    std::vector<board_point> const points = history.points();
    json.open_object("history");
    write_curve(json, "time", points,
                [&](board_point const& p) { json.integer(p.time.value / 1'000'000); });
    for (band const b : bands)
        write_curve(json, word(b), points,
                    [&](board_point const& p) { json.integer(whole(of(p.counts, b))); });
    write_curve(json, "withheld", points, [&](board_point const& p) {
        json.integer(whole(of(p.counts, verdict::withheld)));
    });
    write_curve(json, "shortfall_usd", points,
                [&](board_point const& p) { json.rough(p.counts.shortfall_usd); });
    write_curve(json, "loss_usd", points,
                [&](board_point const& p) { json.rough(p.counts.loss_usd); });
    write_curve(json, "verdict_us", points,
                [&](board_point const& p) { json.integer(whole(p.verdict_ns / 1000)); });
    json.close_object();
}

void write_latency(json_text& json, watch_statistics const& statistics) {
    json.open_array("latency");
    for (std::size_t i = 0; i < timed_names.size(); ++i) {
        latency_histogram const& h = statistics.latency[i];
        json.open_object();
        json.text("stage", timed_names[i]);
        json.number("p50", static_cast<double>(h.percentile_ns(0.5)) / 1e3);
        json.number("p99", static_cast<double>(h.percentile_ns(0.99)) / 1e3);
        json.number("p999", static_cast<double>(h.percentile_ns(0.999)) / 1e3);
        json.number("max", static_cast<double>(h.max_ns()) / 1e3);
        json.close_object();
    }
    json.close_array();
}

/// Feeds by underlying: how many of its instruments are in each state, and how old its index is.
struct feed_counts {
    std::array<std::uint64_t, feed_state_count> by_state{};
};
std::vector<feed_counts> count_feeds(marked_market const& now) {
    std::vector<feed_counts> counts(now.listed().underlyings.size());
    for (std::size_t i = 0; i < now.feeds().size(); ++i)
        ++counts[now.listed().instruments[i].underlying.value]
              .by_state[static_cast<std::size_t>(now.feeds()[i])];
    return counts;
}

void write_feeds(json_text& json, marked_market const& now, std::vector<double> const& first) {
    auto const counts = count_feeds(now);
    json.open_array("feeds");
    for (std::uint32_t u = 0; u < counts.size(); ++u) {
        json.open_object();
        json.text("underlying", now.listed().underlyings[u].name);
        json.number("index", now.listed().underlyings[u].index);
        if (u < first.size()) json.number("index_first", first[u]);
        json.number("age_s", static_cast<double>(now.now().value - now.index_time(u).value) / 1e9);
        for (std::size_t s = 0; s < feed_state_count; ++s)
            json.integer(word(static_cast<feed_state>(s)), whole(counts[u].by_state[s]));
        json.close_object();
    }
    json.close_array();
}

void write_worst(json_text& json, watcher const& watch, std::size_t most, bool with_distance) {
    asset_prices const prices = prices_of_assets(watch.market_now().listed());
    for (std::uint32_t const p : watch.worst(most)) {
        pool_row const& pool = watch.pools()[p];
        pool_verdict const& v = watch.verdicts()[p];
        std::int64_t const price = prices[pool.asset.value];
        json.open_object();
        json.text("account", watch.account_names()[pool.account.value]);
        json.text("asset", watch.market_now().listed().assets[pool.asset.value]);
        json.text("verdict", word(v.says));
        json.text("band", word(v.near));
        json.integer("positions", pool.positions);
        json.rough("equity_usd", to_usd(v.equity.nanos, price, rounding::down));
        json.rough("initial_usd", to_usd(v.initial_margin.nanos, price, rounding::up));
        json.rough("maintenance_usd", to_usd(v.maintenance_margin.nanos, price, rounding::up));
        if (with_distance && v.says != verdict::liquidatable) {
            pool_distance const d = distance_of(watch, p);
            if (d.down_ppm != no_distance) json.number("fall_percent", d.down_ppm / 1e4);
            if (d.up_ppm != no_distance) json.number("rise_percent", d.up_ppm / 1e4);
        }
        json.close_object();
    }
}

}  // namespace

std::string board_json(watcher& watch, watch_statistics const& statistics,
                       board_history const& history, std::size_t worst) {
    watch.catch_up();
    json_text json(false);
    json.open_object();
    json.text("time", time_text(watch.market_now().now()));
    json.text("backend", watch.device().name());
    json.text("preset", watch.market_now().preset().name);
    json.integer("total_accounts", whole(watch.account_names().size()));
    json.integer("total_positions", whole(watch.sets().positions()));
    json.integer("total_sets", whole(watch.sets().sets.size()));
    json.integer("instruments", whole(watch.market_now().listed().instruments.size()));
    json.integer("ticks", whole(statistics.ticks));
    json.integer("sets_checked", whole(statistics.sets_checked));
    json.integer("positions_bounded", whole(statistics.positions_bounded));
    json.integer("liquidations", whole(statistics.liquidations));
    json.boolean("input_ended", statistics.input_ended);
    json.integer("refused", whole(statistics.lines_refused + statistics.prices_refused));
    write_counts(json, watch.count());
    json.integer("breached_before", whole(of(history.before().counts, band::breached)));
    write_withheld(json, watch);
    write_history(json, history);
    write_latency(json, statistics);
    write_feeds(json, watch.market_now(), statistics.first_indexes);
    json.open_array("worst");
    write_worst(json, watch, worst, true);
    json.close_array();
    json.close_object();
    return json.take();
}

std::string worst_json(watcher& watch, std::size_t most, bool with_distance) {
    watch.catch_up();
    json_text json(false);
    json.open_array();
    write_worst(json, watch, most, with_distance);
    json.close_array();
    return json.take();
}

std::string bands_json(watcher& watch) {
    json_text json;
    json.open_object();
    json.text("time", time_text(watch.market_now().now()));
    write_counts(json, watch.count());
    json.close_object();
    return json.take();
}

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
    for (verdict const v : verdicts)
        fmt::format_to(to, "lockstep_accounts{{verdict=\"{}\"}} {}\n", word(v), of(counts, v));
    head("lockstep_accounts_in_band", "gauge", "Accounts by distance to liquidation");
    for (band const b : bands)
        fmt::format_to(to, "lockstep_accounts_in_band{{band=\"{}\"}} {}\n", word(b), of(counts, b));
    single("lockstep_shortfall_usd", "gauge", "What pools lack to their maintenance margin",
           static_cast<double>(counts.shortfall_usd) / 1e9);
    single("lockstep_negative_equity_usd", "gauge", "Equity under water",
           static_cast<double>(counts.loss_usd) / 1e9);
    head("lockstep_feeds", "gauge", "Instruments by underlying and state of their feed");
    auto const feeds = count_feeds(watch.market_now());
    for (std::size_t u = 0; u < feeds.size(); ++u)
        for (std::size_t s = 0; s < feed_state_count; ++s)
            fmt::format_to(to, "lockstep_feeds{{underlying=\"{}\",state=\"{}\"}} {}\n",
                           watch.market_now().listed().underlyings[u].name,
                           word(static_cast<feed_state>(s)), feeds[u].by_state[s]);
    single("lockstep_last_line_timestamp_seconds", "gauge",
           "When a line was taken last, by this machine's clock", statistics.last_line);
    single("lockstep_input_ended", "gauge", "1 when no more lines will come",
           statistics.input_ended ? 1 : 0);
    single("lockstep_ticks_total", "counter", "Ticks taken", statistics.ticks);
    single("lockstep_commands_total", "counter", "Commands taken", statistics.commands);
    single("lockstep_lines_refused_total", "counter", "Lines that could not be used",
           statistics.lines_refused);
    single("lockstep_ticks_refused_total", "counter",
           "Lines of them whose tick was older than the one before", statistics.ticks_refused);
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
