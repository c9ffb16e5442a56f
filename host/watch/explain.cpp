#include "host/watch/explain.h"

#include <fmt/format.h>

#include <cmath>
#include <cstring>
#include <map>
#include <string>

#include "host/io/json_text.h"
#include "host/io/number_text.h"
#include "host/io/timestamp.h"
#include "host/watch/distance.h"
#include "margin/portfolio_rule.h"
#include "margin/portfolio_sums.h"

namespace lockstep {

namespace {

/// What an account holds as its records say it, by instrument.
using held_positions = std::map<std::uint32_t, holding_row>;

held_positions held_by(watcher const& watch, account_id account) {
    held_positions held;
    std::size_t const instruments = watch.market_now().listed().instruments.size();
    for (std::uint32_t i = 0; i < instruments; ++i)
        if (holding_row const* row = watch.held_by(account, {i})) held.emplace(i, *row);
    return held;
}

void write_position(json_text& json, watcher const& watch, std::uint32_t set, std::uint32_t p,
                    held_positions const& held) {
    marked_market const& now = watch.market_now();
    netting_sets const& sets = watch.sets();
    std::uint32_t const i = sets.instrument[p];
    instrument_row const& row = now.listed().instruments[i];
    risk_inputs const& in = now.inputs()[i];
    risk_matrix const m = now.matrix(0);
    int const places = risk_places_of(row.settle);
    json.open_object();
    json.text("instrument", now.listed().names[i]);
    auto const lot = static_cast<std::int64_t>(power_of_ten(sets.lot_exponent[set]));
    json.nanos("quantity", static_cast<int128>(sets.lots[p]) * lot);
    json.number("forward", in.underlying);
    if (row.kind == instrument_kind::option)
        json.number("vol", in.vol);
    else
        json.nanos("entry_price", held.at(i).entry.nanos);
    json.number("years", in.time);
    json.text("quoted", time_text(now.listed().quotes[i].time));
    json.text("feed", word(now.feeds()[i]));
    std::string value, delta;
    append_scaled(value, m.of(i, sensitivity::value), places);
    append_scaled(delta, m.of(i, sensitivity::delta), places);
    json.text("value_each", value);
    json.text("delta_each", delta);
    json.close_object();
}

/// To nine significant digits: a coin may cost a hundred thousandth of a dollar.
double rounded_price(double price) { return std::stod(fmt::format("{:.9g}", price)); }

/// The set's sums and its row, by the specification.
struct specified {
    wide_sums sums;
    margin_row row;
};

specified specify(watcher const& watch, std::uint32_t set) {
    marked_market const& now = watch.market_now();
    netting_sets const& sets = watch.sets();
    risk_matrix const m = now.matrix(0);
    auto const columns = static_cast<std::uint32_t>(m.stride());
    margin_rules const& rules = now.rules(0).rules[sets.rule[set]];
    specified result;
    clear(result.sums, columns);
    for (std::uint32_t p = sets.begin[set]; p < sets.begin[set + 1]; ++p) {
        std::uint32_t const i = sets.instrument[p];
        std::uint16_t const refusal = refusal_of(true, sets.lots[p], m.row_max[i]);
        result.sums.flags |= refusal;
        if (refusal == 0)
            add_position(result.sums, m.row(i), columns, sets.lots[p], m.expiry_bucket[i]);
    }
    portfolio_sums<int128> const sums{
        result.sums.columns,   result.sums.columns + m.scenario_columns, result.sums.bucket_deltas,
        result.sums.buckets,   sets.begin[set + 1] - sets.begin[set],    result.sums.flags,
        sets.lot_exponent[set]};
    result.row = portfolio_margin(sums, rules, margin_addons{});
    return result;
}

void write_scenarios(json_text& json, watcher const& watch, std::uint32_t set,
                     specified const& known) {
    netting_sets const& sets = watch.sets();
    book_rules const& all = watch.market_now().rules(0);
    margin_rules const& rules = all.rules[sets.rule[set]];
    dampener_scale const scale = dampener_scale_of(sets.lot_exponent[set]);
    int const places = places_below_nano(rules, sets.lot_exponent[set]) + 9;
    json.open_array("scenarios");
    for (std::uint32_t s = 0; s < rules.scenarios; ++s) {
        int128 const gain = known.sums.columns[s];
        int128 const counted =
            s < rules.extended_begin
                ? gain
                : dampen(gain, dampener_in_sums<int128>(rules.dampener[s], scale));
        std::string exact, dampened;
        append_scaled(exact, gain, places);
        append_scaled(dampened, counted, places);
        json.open_object();
        json.integer("id", s);
        json.text("what", describe_scenario(all.sets[sets.rule[set]], s));
        json.text("gain", exact);
        if (counted != gain) {
            std::string dampener;
            append_scaled(dampener, dampener_in_sums<int128>(rules.dampener[s], scale), places);
            json.text("dampener", dampener);
            json.text("dampened", dampened);
        }
        json.close_object();
    }
    json.close_array();
}

void write_set(json_text& json, watcher const& watch, std::uint32_t set,
               held_positions const& held) {
    marked_market const& now = watch.market_now();
    netting_sets const& sets = watch.sets();
    margin_rules const& rules = now.rules(0).rules[sets.rule[set]];
    specified const known = specify(watch, set);
    check_row const expected = check_of(known.row);
    json.open_object();
    json.text("book", name_of_book(now.listed(), now.books().rows[sets.rule[set]]));
    json.nanos("index", rules.index_nanos);
    json.text("index_quoted",
              time_text(now.index_time(now.books().rows[sets.rule[set]].underlying.value)));
    json.open_array("positions");
    for (std::uint32_t p = sets.begin[set]; p < sets.begin[set + 1]; ++p)
        write_position(json, watch, set, p, held);
    json.close_array();
    write_scenarios(json, watch, set, known);
    margin_row const& row = known.row;
    json.open_object("requirement");
    json.integer("worst_scenario", row.worst_scenario);
    json.nanos("worst_loss", row.worst_loss.nanos);
    json.nanos("roll_shock", row.roll_shock.nanos);
    json.nanos("delta_shock", row.delta_shock.nanos);
    json.nanos("risk_matrix_margin", row.risk_matrix_margin.nanos);
    json.nanos("initial_margin", row.initial_margin.nanos);
    json.nanos("maintenance_share", rules.maintenance_ppb);
    json.nanos("maintenance_margin", row.maintenance_margin.nanos);
    json.nanos("value", row.sensitivities[0].nanos);
    json.nanos("net_delta", row.sensitivities[1].nanos);
    json.nanos("entry", sets.sets[set].entry_nanos);
    json.boolean("agrees_with_the_watch",
                 std::memcmp(&expected, &watch.checks()[set], sizeof expected) == 0);
    json.close_object();
    json.close_object();
}

void write_prices(json_text& json, watcher const& watch, pool_row const& pool, double move) {
    json.open_object();
    json.number("move_percent", std::round(move * 1e6) / 1e4);
    json.open_object("index_at_liquidation");
    std::uint32_t last = ~0u;
    for (std::uint32_t s = pool.set_begin; s < pool.set_end; ++s) {
        if (watch.sets().positions_of(s) == 0) continue;
        market const& listed = watch.market_now().listed();
        std::uint32_t const u =
            watch.market_now().books().rows[watch.sets().rule[s]].underlying.value;
        if (u == last) continue;
        last = u;
        json.number(listed.underlyings[u].name,
                    rounded_price(listed.underlyings[u].index * (1 + move)));
    }
    json.close_object();
    json.close_object();
}

/// Positions that no sum can count: their pool's verdict is withheld.
void write_not_counted(json_text& json, watcher const& watch, pool_row const& pool,
                       held_positions held) {
    netting_sets const& sets = watch.sets();
    for (std::uint32_t p = sets.begin[pool.set_begin]; p < sets.begin[pool.set_end]; ++p)
        held.erase(sets.instrument[p]);
    market const& listed = watch.market_now().listed();
    std::erase_if(held, [&](auto const& row) {
        return !(listed.instruments[row.first].settle_asset == pool.asset);
    });
    if (held.empty()) return;
    json.open_array("positions_not_counted");
    for (auto const& [instrument, row] : held) {
        json.open_object();
        json.text("instrument", listed.names[instrument]);
        json.nanos("quantity", row.size.nanos);
        json.nanos("entry_price", row.entry.nanos);
        json.close_object();
    }
    json.close_array();
}

void write_pool(json_text& json, watcher const& watch, std::uint32_t p,
                held_positions const& held) {
    pool_row const& pool = watch.pools()[p];
    pool_verdict const& v = watch.verdicts()[p];
    json.open_object();
    json.text("asset", watch.market_now().listed().assets[pool.asset.value]);
    json.text("verdict", word(v.says));
    json.text("band", word(v.near));
    write_reasons(json, v.reasons);
    json.nanos("cash", pool.cash.nanos);
    json.nanos("entry", pool.entry.nanos);
    if ((v.reasons & withheld_reason::amount_overflowed) == 0)  // else equity is what fits
        json.nanos("value", int128{v.equity.nanos} - pool.cash.nanos - pool.entry.nanos);
    json.nanos("equity", v.equity.nanos);
    json.nanos("initial_margin", v.initial_margin.nanos);
    json.nanos("maintenance_margin", v.maintenance_margin.nanos);
    pool_distance const d = v.says == verdict::withheld ? pool_distance{} : distance_of(watch, p);
    if (d.down_ppm != no_distance) {
        json.key("fall");
        write_prices(json, watch, pool, -d.down_ppm / 1e6);
    }
    if (d.up_ppm != no_distance) {
        json.key("rise");
        write_prices(json, watch, pool, d.up_ppm / 1e6);
    }
    json.open_array("netting_sets");
    for (std::uint32_t s = pool.set_begin; s < pool.set_end; ++s)
        if (watch.sets().positions_of(s) > 0) write_set(json, watch, s, held);
    json.close_array();
    write_not_counted(json, watch, pool, held);
    json.close_object();
}

}  // namespace

void write_reasons(json_text& json, std::uint16_t reasons) {
    constexpr char const* names[] = {"feed_is_stale",          "instrument_is_quarantined",
                                     "instrument_has_expired", "position_is_not_counted",
                                     "amount_overflowed",      "model_is_not_watched",
                                     "record_is_rejected"};
    if (reasons == 0) return;
    json.open_array("withheld_because");
    for (std::size_t bit = 0; bit < std::size(names); ++bit)
        if ((reasons >> bit & 1u) != 0) json.text(names[bit]);
    json.close_array();
}

std::string explain(watcher& watch, account_id account) {
    watch.catch_up(account);
    json_text json;
    json.open_object();
    json.text("account", watch.account_names()[account.value]);
    json.text("time", time_text(watch.market_now().now()));
    json.text("preset", watch.market_now().preset().name);
    json.open_array("pools");
    auto const [first, last] = watch.pools_of(account);
    held_positions const held = held_by(watch, account);
    for (std::uint32_t p = first; p < last; ++p) write_pool(json, watch, p, held);
    json.close_array();
    json.close_object();
    return json.take();
}

}  // namespace lockstep
