#include "host/report/report_html.h"

#include <algorithm>
#include <map>
#include <string_view>

#include "host/io/embedded.h"
#include "host/io/json_text.h"
#include "host/io/timestamp.h"
#include "host/report/report_exposures.h"

namespace lockstep {

namespace {

std::int64_t whole(std::uint64_t count) { return static_cast<std::int64_t>(count); }

void write_counts(json_text& json, overview const& all) {
    run_counts const& c = all.counts;
    json.open_object("counts");
    json.integer("accounts", whole(c.accounts));
    json.integer("netting_sets", whole(c.netting_sets));
    json.integer("positions", whole(c.positions));
    json.integer("left_out", whole(c.positions_excluded));
    json.integer("instruments", whole(c.instruments));
    json.integer("scenarios", whole(c.scenarios));
    json.integer("exceptions", whole(c.exceptions));
    json.integer("liquidatable", whole(c.liquidatable));
    json.integer("initial_breach", whole(c.initial_breach));
    json.integer("not_valued", whole(c.position_not_valued));
    json.integer("overflowed", whole(c.overflowed));
    json.integer("without_price", whole(c.asset_without_price));
    json.integer("record_rejected", whole(c.record_rejected));
    json.close_object();
    json.open_object("usd");
    json.rough("equity", all.usd.equity);
    json.rough("im", all.usd.initial_margin);
    json.rough("mm", all.usd.maintenance_margin);
    json.close_object();
}

void write_sensitivities(json_text& json, char const* name,
                         std::array<int128, sensitivity_count> const& values) {
    auto const at = [&](sensitivity s) { return values[static_cast<std::size_t>(s)]; };
    json.open_object(name);
    json.rough("delta", at(sensitivity::delta));
    json.rough("gamma", at(sensitivity::gamma));
    json.rough("vega", at(sensitivity::vega));
    json.rough("theta", at(sensitivity::theta));
    json.close_object();
}

void write_groups(json_text& json, char const* name, std::vector<greek_group> const& groups) {
    json.open_array(name);
    for (greek_group const& group : groups) {
        json.open_object();
        json.text("label", group.label);
        write_sensitivities(json, "net", group.net);
        write_sensitivities(json, "gross", group.gross);
        json.close_object();
    }
    json.close_array();
}

void write_books(json_text& json, overview const& all) {
    json.open_array("books");
    for (book_overview const& book : all.books) {
        if (book.netting_sets == 0) continue;
        json.open_object();
        json.text("name", book.name);
        json.text("underlying", book.underlying);
        json.text("asset", book.asset);
        json.integer("sets", whole(book.netting_sets));
        json.open_array("scenarios");
        for (std::size_t s = 0; s < book.scenarios.size(); ++s) {
            book_scenario const& scenario = book.scenarios[s];
            json.open_object();
            json.integer("id", static_cast<std::int64_t>(s));
            json.number("move", scenario.move);
            json.integer("vol", scenario.vol_direction);
            json.boolean("extended", scenario.extended);
            json.rough("net", scenario.net);
            json.rough("losses", scenario.losses);
            json.integer("worst_in", whole(book.worst_in[s]));
            json.close_object();
        }
        json.close_array();
        write_groups(json, "by_expiry", book.by_expiry);
        write_groups(json, "by_strike", book.by_strike);
        json.close_object();
    }
    json.close_array();
}

void write_ladder(json_text& json, std::vector<ladder_step> const& ladder) {
    json.open_array("ladder");
    for (ladder_step const& step : ladder) {
        json.open_object();
        json.number("move", step.move_ppm / 1e6);
        json.integer("liquidatable", whole(step.accounts_liquidatable));
        json.integer("negative", whole(step.accounts_negative));
        json.rough("mm", step.maintenance_margin_usd);
        json.rough("shortfall", step.shortfall_usd);
        json.rough("loss", step.loss_usd);
        json.close_object();
    }
    json.close_array();
}

void write_distance(json_text& json, char const* name, std::int32_t ppm) {
    json.number(name, ppm == no_distance ? not_quoted : ppm / 1e6);
}

void write_accounts(json_text& json, char const* name, std::vector<std::uint32_t> const& ids,
                    risk_result const& run) {
    json.open_array(name);
    for (std::uint32_t const id : ids) {
        account_summary const& account = run.accounts[id];
        json.open_object();
        json.text("account", run.account_names[id]);
        json.rough("equity", account.equity_usd.nanos);
        json.rough("im", account.initial_margin_usd.nanos);
        json.rough("mm", account.maintenance_margin_usd.nanos);
        write_distance(json, "down", account.distance_down);
        write_distance(json, "up", account.distance_up);
        json.open_array("flags");
        std::string flags;
        append_flags(flags, account.flags);
        for (std::size_t at = 0; at < flags.size();) {
            std::size_t const end = std::min(flags.find(' ', at), flags.size());
            json.text(std::string_view(flags).substr(at, end - at));
            at = end + 1;
        }
        json.close_array();
        json.close_object();
    }
    json.close_array();
}

void write_assets_and_scatter(json_text& json, overview const& all) {
    json.open_array("assets");
    for (asset_total const& total : all.assets) {
        json.open_object();
        json.text("asset", total.name);
        json.number("price", total.price_nanos < 0 ? not_quoted
                                                   : static_cast<double>(total.price_nanos) / 1e9);
        json.integer("pools", whole(total.pools));
        json.rough("equity", total.equity);
        json.rough("im", total.initial_margin);
        json.rough("mm", total.maintenance_margin);
        json.close_object();
    }
    json.close_array();
    json.open_array("scatter");
    for (scatter_bin const& bin : all.scatter) {
        json.open_object();
        json.number("e", bin.equity_usd);
        json.number("m", bin.margin_usd);
        json.integer("n", whole(bin.accounts));
        json.close_object();
    }
    json.close_array();
}

/// Reasons as in exceptions.csv, without the text of the record that some of them quote.
void write_exceptions(json_text& json, risk_result const& run) {
    constexpr std::size_t reasons_max = 20;
    struct tally {
        std::uint64_t count = 0;
        std::string first;
    };
    std::map<std::string, tally> tallies;
    auto const add = [&](std::string reason, std::string const& first) {
        tally& entry = tallies[std::move(reason)];
        if (entry.count++ == 0) entry.first = first;
    };
    for (exception_row const& row : run.rejected) {
        std::string what = row.reason.substr(0, row.reason.find(": "));
        // Of "... after line 17" the number stays out, or every row would be a reason of its own.
        if (what.find("line ") != what.npos) what.erase(what.find_last_not_of("0123456789") + 1);
        add(row.field.empty() ? what : row.field + " " + what,
            row.file + ":" + std::to_string(row.line));
    }
    for (excluded_position const& row : run.sets.excluded) {
        bool const instrument = row.fault == position_fault::instrument_cannot_be_valued;
        add(std::string("position left out: ") +
                (instrument ? sentence(run.values.status[row.instrument.value])
                            : sentence(row.fault)),
            run.account_names[row.account.value] + ", " + run.listed.names[row.instrument.value]);
    }
    std::vector<std::pair<std::string, tally>> sorted(tallies.begin(), tallies.end());
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](auto const& a, auto const& b) { return a.second.count > b.second.count; });
    if (sorted.size() > reasons_max) sorted.resize(reasons_max);
    json.open_array("exceptions");
    for (auto const& [reason, entry] : sorted) {
        json.open_object();
        json.text("reason", reason);
        json.integer("count", whole(entry.count));
        json.text("first", entry.first);
        json.close_object();
    }
    json.close_array();
}

/// Puts `value` where the template says {{name}}.
void fill(std::string& page, std::string_view name, std::string_view value) {
    std::string const place = "{{" + std::string(name) + "}}";
    std::size_t const at = page.find(place);
    if (at != std::string::npos) page.replace(at, place.size(), value);
}

}  // namespace

std::string report_page(std::string const& data_json) {
    std::string page(embedded_report_html());
    // The data goes in last, so that nothing in it can be taken for a place to fill.
    fill(page, "css", embedded_report_css());
    fill(page, "chart", embedded_chart_library());
    fill(page, "script", embedded_report_script());
    fill(page, "data", data_json);
    return page;
}

std::string report_html(risk_result const& run) {
    json_text json(false);
    std::string const time = time_text(run.all.time);
    json.open_object();
    json.text("software", "Lockstep " LOCKSTEP_VERSION);
    json.text("market", run.all.market_source);
    json.text("portfolio", run.all.portfolio_source);
    json.text("time", time);
    json.text("preset", run.all.preset_name);
    write_counts(json, run.all);
    write_books(json, run.all);
    write_ladder(json, run.all.ladder);
    write_accounts(json, "nearest", run.all.nearest, run);
    write_accounts(json, "largest", run.all.largest, run);
    write_accounts(json, "under_water", run.all.under_water, run);
    write_report_stress(json, run);
    write_report_concentration(json, run);
    write_report_tail(json, run);
    write_assets_and_scatter(json, run.all);
    write_exceptions(json, run);
    json.close_object();
    return report_page(json.take());
}

}  // namespace lockstep
