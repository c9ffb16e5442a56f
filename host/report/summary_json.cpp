#include "host/io/json_text.h"
#include "host/io/timestamp.h"
#include "host/report/summary.h"

namespace lockstep {

namespace {

std::int64_t whole(std::uint64_t count) { return static_cast<std::int64_t>(count); }

void write_counts(json_text& json, run_counts const& c) {
    json.open_object("counts");
    auto const records = [&](char const* name, std::uint64_t read, std::uint64_t used,
                             std::uint64_t superseded, std::uint64_t rejected) {
        json.open_object(name);
        json.integer("read", whole(read));
        json.integer("used", whole(used));
        json.integer("superseded", whole(superseded));
        json.integer("rejected", whole(rejected));
        json.close_object();
    };
    records("market_records", c.market_rows_read, c.market_rows_used, c.market_rows_superseded,
            c.market_rows_rejected);
    records("portfolio_records", c.portfolio_rows_read, c.portfolio_rows_used, 0,
            c.portfolio_rows_rejected);
    json.integer("instruments", whole(c.instruments));
    json.integer("instruments_valued", whole(c.instruments_valued));
    json.integer("options_off_their_mark", whole(c.options_off_their_mark));
    json.integer("options", whole(c.options));
    json.integer("futures", whole(c.futures));
    json.integer("perpetuals", whole(c.perpetuals));
    json.integer("scenarios", whole(c.scenarios));
    json.integer("accounts", whole(c.accounts));
    json.integer("accounts_with_positions", whole(c.accounts_with_positions));
    json.integer("cash_rows", whole(c.cash_rows));
    json.integer("positions", whole(c.positions));
    json.integer("positions_valued", whole(c.positions_valued));
    json.integer("positions_left_out", whole(c.positions_excluded));
    json.integer("netting_sets", whole(c.netting_sets));
    json.integer("pools", whole(c.pools));
    json.integer("exceptions", whole(c.exceptions));
    json.close_object();
    json.open_object("accounts_flagged");
    json.integer("liquidatable", whole(c.liquidatable));
    json.integer("initial_breach", whole(c.initial_breach));
    json.integer("overflowed", whole(c.overflowed));
    json.integer("position_not_valued", whole(c.position_not_valued));
    json.integer("asset_without_price", whole(c.asset_without_price));
    json.integer("record_rejected", whole(c.record_rejected));
    json.integer("model_does_not_serve", whole(c.model_does_not_serve));
    json.close_object();
}

void write_totals(json_text& json, overview const& all) {
    json.open_object("totals_usd");
    json.nanos("equity", all.usd.equity);
    json.nanos("initial_margin", all.usd.initial_margin);
    json.nanos("maintenance_margin", all.usd.maintenance_margin);
    json.nanos("excess_initial", all.usd.equity - all.usd.initial_margin);
    json.nanos("excess_maintenance", all.usd.equity - all.usd.maintenance_margin);
    json.close_object();
    json.open_array("assets");
    for (asset_total const& total : all.assets) {
        json.open_object();
        json.text("asset", total.name);
        if (total.price_nanos >= 0) json.nanos("price_usd", total.price_nanos);
        json.integer("pools", whole(total.pools));
        json.nanos("cash", total.cash);
        json.nanos("equity", total.equity);
        json.nanos("initial_margin", total.initial_margin);
        json.nanos("maintenance_margin", total.maintenance_margin);
        json.close_object();
    }
    json.close_array();
}

void write_ranking(json_text& json, char const* name, std::vector<std::uint32_t> const& ids,
                   risk_result const& run) {
    json.open_array(name);
    for (std::uint32_t const id : ids) {
        account_summary const& account = run.accounts[id];
        json.open_object();
        json.text("account", run.account_names[id]);
        json.nanos("equity_usd", account.equity_usd.nanos);
        json.nanos("initial_margin_usd", account.initial_margin_usd.nanos);
        json.nanos("maintenance_margin_usd", account.maintenance_margin_usd.nanos);
        if (account.distance_down != no_distance)
            json.number("distance_down", account.distance_down / 1e6);
        if (account.distance_up != no_distance)
            json.number("distance_up", account.distance_up / 1e6);
        std::string flags;
        append_flags(flags, account.flags);
        json.text("flags", flags);
        json.close_object();
    }
    json.close_array();
}

}  // namespace

std::string summary_json(risk_result const& run) {
    json_text json;
    std::string const time = time_text(run.all.time);
    json.open_object();
    json.text("market", run.all.market_source);
    json.text("market_time", time);
    json.text("portfolio", run.all.portfolio_source);
    json.text("preset", run.all.preset_name);
    json.open_object("accounts_by_model");
    for (used_model const& model : run.models.used(""))
        json.integer(model.name, whole(model.accounts));
    json.close_object();
    write_counts(json, run.all.counts);
    if (!run.all.farthest_from_mark.empty())
        json.text("farthest_from_mark", run.all.farthest_from_mark);
    write_totals(json, run.all);
    write_ranking(json, "largest_requirements", run.all.largest, run);
    write_ranking(json, "nearest_to_liquidation", run.all.nearest, run);
    write_ranking(json, "under_water", run.all.under_water, run);
    json.close_object();
    return json.take();
}

std::string circumstances_json(run_circumstances const& how) {
    json_text json;
    json.open_object();
    json.text("backend", how.backend);
    json.integer("threads", how.threads);
    json.number("peak_memory_mib", how.peak_memory_mib);
    double sum = 0;
    json.open_object("seconds");
    for (stage_time const& stage : how.stages) {
        json.number(stage.name, stage.seconds);
        sum += stage.seconds;
    }
    json.number("all stages", sum);
    json.close_object();
    json.close_object();
    return json.take();
}

}  // namespace lockstep
