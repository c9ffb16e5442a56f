#include "host/io/own_manifest.h"

#include <simdjson.h>

#include <string_view>
#include <system_error>

namespace lockstep {

namespace {

constexpr std::size_t digest_digits = 64;

bool says(simdjson::dom::object const& in, char const* key, std::string_view word) {
    std::string_view text;
    return in[key].get(text) == simdjson::SUCCESS && text == word;
}

template <class JsonElement>
bool holds_digest(JsonElement const& in, char const* key) {
    std::string_view text;
    return in[key].get(text) == simdjson::SUCCESS && text.size() == digest_digits;
}

bool is_by_lockstep(simdjson::dom::object const& manifest) {
    simdjson::dom::object software;
    return manifest["software"].get(software) == simdjson::SUCCESS &&
           says(software, "name", "lockstep");
}

bool is_of_run(simdjson::dom::object const& manifest) {
    simdjson::dom::object statuses;
    std::uint64_t blocks = 0;
    return manifest["statuses"].get(statuses) == simdjson::SUCCESS &&
           manifest["blocks"].get(blocks) == simdjson::SUCCESS && holds_digest(manifest, "root");
}

bool lists_digests(simdjson::dom::object const& manifest, char const* key) {
    simdjson::dom::array files;
    if (manifest[key].get(files) != simdjson::SUCCESS || files.size() == 0) return false;
    for (simdjson::dom::element const file : files)
        if (!file.is_object() || !holds_digest(file, "sha256")) return false;
    return true;
}

}  // namespace

bool has_own_manifest(std::filesystem::path const& folder) {
    std::filesystem::path const file = folder / "manifest.json";
    std::error_code error;
    if (!std::filesystem::is_regular_file(file, error)) return false;
    simdjson::dom::parser parser;
    simdjson::dom::object manifest;
    if (parser.load(file.string()).get(manifest) != simdjson::SUCCESS) return false;
    // Only risk and surface name the software; the rest are known by what they hold.
    return is_by_lockstep(manifest) || is_of_run(manifest) ||
           says(manifest, "command", "heston fit") ||
           says(manifest, "kind", "synthetic exchange") ||
           (lists_digests(manifest, "inputs") && lists_digests(manifest, "outputs"));
}

}  // namespace lockstep
