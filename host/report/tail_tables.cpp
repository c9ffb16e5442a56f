// The tail of every account: tail.csv, tail_components.csv, and tail.json with the backtests.
#include <algorithm>

#include "host/io/json_text.h"
#include "host/report/table_cells.h"
#include "host/report/tables.h"

namespace lockstep {

std::string level_name(std::uint32_t tail_ppm) {
    std::string name;
    append_scaled(name, int128{tail_ppm_whole - tail_ppm}, 4);
    return name;
}

namespace {

std::string columns_by_level(tail_result const& tail, std::vector<char const*> const& names) {
    std::string text;
    for (std::uint32_t const ppm : tail.tails_ppm)
        for (char const* name : names) text += std::string(",") + name + level_name(ppm) + "_usd";
    return text + "\n";
}

file_record write_account_tails(std::filesystem::path const& folder, risk_result const& run) {
    tail_result const& tail = *run.tail;
    result_file file(folder, "tail.csv");
    file.write("account,worst_scenario,worst_loss_usd" + columns_by_level(tail, {"var_", "es_"}));
    write_rows(file, tail.worst.size(), [&](std::string& out, std::size_t i) {
        tail_extreme const& worst = tail.worst[i];
        row_text line(out);
        line.text(run.account_names[i]).integer(worst.scenario).nanos(worst.loss);
        for (std::size_t l = 0; l < tail.tails_ppm.size(); ++l) {
            tail_loss const& loss = tail.loss(i, l);
            line.nanos(loss.value_at_risk).nanos(loss.expected_shortfall);
        }
    });
    return file.finish();
}

file_record write_components(std::filesystem::path const& folder, risk_result const& run) {
    tail_result const& tail = *run.tail;
    std::size_t const levels = tail.tails_ppm.size();
    result_file file(folder, "tail_components.csv");
    file.write("account,underlying,asset" +
               columns_by_level(tail, {"component_var_", "component_es_", "incremental_var_"}));
    write_rows(file, run.sets.sets.size(), [&](std::string& out, std::size_t i) {
        netting_set const& set = run.sets.sets[i];
        row_text line(out);
        line.text(run.account_names[set.account.value])
            .text(run.listed.underlyings[run.books.rows[set.book].underlying.value].name)
            .text(run.listed.assets[set.asset.value]);
        for (std::size_t l = 0; l < levels; ++l) {
            component_loss const& part = tail.components[i * levels + l];
            line.nanos(part.value_at_risk).nanos(part.expected_shortfall).nanos(part.incremental);
        }
    });
    return file.finish();
}

void describe_test(json_text& json, std::uint32_t tail_ppm, tail_backtest const& test) {
    json.open_object();
    json.text("level", level_name(tail_ppm));
    json.integer("days", test.days);
    json.integer("exceedances", test.exceedances);
    json.number("kupiec_ratio", test.coverage);
    json.number("kupiec_p", test.coverage_p);
    json.number("independence_ratio", test.independence);
    json.number("independence_p", test.independence_p);
    json.number("christoffersen_ratio", test.conditional);
    json.number("christoffersen_p", test.conditional_p);
    json.close_object();
}

file_record write_backtests(std::filesystem::path const& folder, risk_result const& run) {
    tail_result const& tail = *run.tail;
    json_text json;
    json.open_object();
    json.text("method", run.tail_method_name);
    json.text("convention", "var: inverse of the empirical distribution; es: Acerbi-Tasche");
    json.integer("scenarios", static_cast<std::int64_t>(tail.times.size()));
    json.open_array("backtests");
    for (tested_account const& tested : tail.tested) {
        json.open_object();
        json.text("account", run.account_names[tested.account.value]);
        json.open_array("levels");
        for (std::size_t l = 0; l < tested.levels.size(); ++l)
            describe_test(json, tail.tails_ppm[l], tested.levels[l]);
        json.close_array();
        json.close_object();
    }
    json.close_array();
    json.close_object();
    std::string const text = json.take();
    result_file file(folder, "tail.json");
    file.write(text);
    file.count_rows(static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n')));
    return file.finish();
}

}  // namespace

std::vector<file_record> write_tail(std::filesystem::path const& folder, risk_result const& run) {
    return {write_account_tails(folder, run), write_components(folder, run),
            write_backtests(folder, run)};
}

}  // namespace lockstep
