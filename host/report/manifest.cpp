#include "host/report/manifest.h"

#include <filesystem>

#include "host/io/json_text.h"
#include "host/io/timestamp.h"
#include "host/report/tables.h"

namespace lockstep {

namespace {

namespace fs = std::filesystem;

void list_files(json_text& json, char const* name, std::vector<file_record> const& files,
                bool with_rows) {
    json.open_array(name);
    for (file_record const& file : files) {
        json.open_object();
        json.text("file", file.name);
        json.text("sha256", file.sha256);
        json.integer("bytes", static_cast<std::int64_t>(file.bytes));
        if (with_rows) json.integer("rows", static_cast<std::int64_t>(file.rows));
        json.close_object();
    }
    json.close_array();
}

void name_software(json_text& json, utc_ns market_time) {
    std::string const time = time_text(market_time);
    json.open_object("software");
    json.text("name", "lockstep");
    json.text("version", LOCKSTEP_VERSION);
    json.text("commit", LOCKSTEP_COMMIT);
    json.close_object();
    json.text("market_time", time);
}

/// All that the tails depend on besides the files: with these they can be computed again.
void name_tail(json_text& json, tail_request const& tail) {
    if (tail.history.empty()) return;
    json.open_object("tail");
    json.text("method", name_of(tail.method));
    json.open_array("levels");
    for (std::uint32_t const ppm : tail.tails_ppm) json.text(level_name(ppm));
    json.close_array();
    if (tail.method == tail_method::filtered) json.number("decay", tail_decay);
    if (tail.method == tail_method::monte_carlo) {
        json.integer("draws", static_cast<std::int64_t>(tail.draws));
        json.text("seed", std::to_string(tail.seed));
    }
    json.close_object();
}

}  // namespace

std::string manifest_json(manifest_parts const& parts, risk_result const& run) {
    json_text json;
    json.open_object();
    name_software(json, run.all.time);
    json.open_object("preset");
    json.text("name", parts.preset_name);
    json.text("sha256", parts.preset_sha256);
    json.close_object();
    json.open_array("models");
    for (used_model const& model : run.models.used(parts.preset_sha256)) {
        json.open_object();
        json.text("name", model.name);
        json.text("parameters_sha256", model.parameters_sha256);
        json.integer("accounts", static_cast<std::int64_t>(model.accounts));
        json.close_object();
    }
    json.close_array();
    json.text("vols", parts.vols);
    name_tail(json, parts.tail);
    list_files(json, "inputs", parts.inputs, false);
    list_files(json, "outputs", parts.outputs, true);
    json.text("not_listed", "run.json: the backend that ran and its times differ between machines");
    json.close_object();
    return json.take();
}

std::string manifest_json(utc_ns market_time,
                          std::vector<std::pair<std::string, std::string>> const& settings,
                          std::vector<file_record> const& inputs,
                          std::vector<file_record> const& outputs) {
    json_text json;
    json.open_object();
    name_software(json, market_time);
    json.open_object("settings");
    for (auto const& [name, value] : settings) json.text(name, value);
    json.close_object();
    list_files(json, "inputs", inputs, false);
    list_files(json, "outputs", outputs, true);
    json.close_object();
    return json.take();
}

std::vector<std::string> tables_of_portfolio(std::string const& folder) {
    std::vector<std::string> found;
    for (char const* name : {"accounts.csv", "cash.csv", "positions.csv"})
        for (char const* ending : {"", ".gz"})
            if (fs::path const path = fs::path(folder) / (std::string(name) + ending);
                fs::exists(path))
                found.push_back(path.string());
    return found;
}

std::vector<file_record> digest_inputs(std::vector<std::string> const& paths) {
    std::vector<file_record> records;
    auto const add = [&](std::string const& path) {
        file_digest digest = digest_file(path);
        records.push_back(
            {fs::path(path).filename().string(), std::move(digest.sha256), digest.bytes, 0});
    };
    for (std::string const& path : paths) {
        if (path.empty()) continue;
        if (!fs::is_directory(path)) {
            add(path);
            continue;
        }
        for (std::string const& table : tables_of_portfolio(path)) add(table);
    }
    return records;
}

}  // namespace lockstep
