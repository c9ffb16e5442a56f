#include "host/watch/board.h"

#include "host/io/json_text.h"
#include "host/io/timestamp.h"
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
void write_withheld(json_text& json, watch_counts const& counts) {
    json.open_array("withheld");
    for (std::size_t bit = 0; bit < counts.pools_withheld.size(); ++bit) {
        if (counts.pools_withheld[bit] == 0) continue;
        json.open_object();
        write_reasons(json, static_cast<std::uint16_t>(1u << bit));
        json.integer("pools", whole(counts.pools_withheld[bit]));
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

void write_history(json_text& json, std::vector<board_point> const& points) {
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

void write_feeds(json_text& json, std::vector<board_feed> const& feeds,
                 std::vector<double> const& first) {
    json.open_array("feeds");
    for (std::size_t u = 0; u < feeds.size(); ++u) {
        json.open_object();
        json.text("underlying", feeds[u].underlying);
        json.number("index", feeds[u].index);
        if (u < first.size()) json.number("index_first", first[u]);
        json.number("age_s", feeds[u].age_s);
        for (std::size_t s = 0; s < feed_state_count; ++s)
            json.integer(word(static_cast<feed_state>(s)), whole(feeds[u].by_state[s]));
        json.close_object();
    }
    json.close_array();
}

void write_pools(json_text& json, std::vector<board_pool> const& pools) {
    for (board_pool const& pool : pools) {
        pool_verdict const& v = pool.says;
        json.open_object();
        json.text("account", pool.account);
        json.text("asset", pool.asset);
        json.text("verdict", word(v.says));
        json.text("band", word(v.near));
        json.integer("positions", pool.positions);
        json.rough("equity_usd", to_usd(v.equity.nanos, pool.price, rounding::down));
        json.rough("initial_usd", to_usd(v.initial_margin.nanos, pool.price, rounding::up));
        json.rough("maintenance_usd", to_usd(v.maintenance_margin.nanos, pool.price, rounding::up));
        pool_distance const& d = pool.distance;
        if (d.down_ppm != no_distance) json.number("fall_percent", d.down_ppm / 1e4);
        if (d.up_ppm != no_distance) json.number("rise_percent", d.up_ppm / 1e4);
        json.close_object();
    }
}

}  // namespace

std::string board_json(board_facts const& facts) {
    watch_statistics const& statistics = facts.statistics;
    json_text json(false);
    json.open_object();
    json.text("time", facts.time);
    json.text("backend", facts.backend);
    json.text("preset", facts.preset);
    json.integer("total_accounts", whole(facts.accounts));
    json.integer("total_positions", whole(facts.positions));
    json.integer("total_sets", whole(facts.sets));
    json.integer("instruments", whole(facts.instruments));
    json.integer("ticks", whole(statistics.ticks));
    json.integer("sets_checked", whole(statistics.sets_checked));
    json.integer("positions_bounded", whole(statistics.positions_bounded));
    json.integer("liquidations", whole(statistics.liquidations));
    json.boolean("input_ended", statistics.input_ended);
    json.integer("refused", whole(statistics.lines_refused + statistics.prices_refused));
    write_counts(json, facts.counts);
    json.integer("breached_before", whole(facts.breached_before));
    write_withheld(json, facts.counts);
    write_history(json, facts.history);
    write_latency(json, statistics);
    write_feeds(json, facts.feeds, statistics.first_indexes);
    json.open_array("worst");
    write_pools(json, facts.worst);
    json.close_array();
    json.close_object();
    return json.take();
}

std::string worst_json(watcher& watch, std::size_t most, bool with_distance) {
    json_text json(false);
    json.open_array();
    write_pools(json, worst_of(watch, most, with_distance));
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

}  // namespace lockstep
