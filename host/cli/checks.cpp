#include "host/cli/checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>

#include "host/base/error.h"
#include "host/io/own_manifest.h"
#include "host/margin/query/model.h"
#include "host/report/manifest.h"

namespace lockstep {
namespace fs = std::filesystem;
namespace {

/// Without links and dots; nothing where a name is none of a file.
std::optional<fs::path> place_of(std::string const& name) {
    if (name.empty()) return std::nullopt;
    std::error_code error;
    fs::path place = fs::weakly_canonical(fs::absolute(name, error), error);
    if (error) return std::nullopt;
    if (!place.has_filename()) place = place.parent_path();  // "out/" and "out" are one folder
    return place;
}

bool is_or_holds(fs::path const& folder, fs::path const& place) {
    return std::mismatch(folder.begin(), folder.end(), place.begin(), place.end()).first ==
           folder.end();
}

[[noreturn]] void refuse_place(char const* option, std::string const& out, char const* how,
                               std::string const& other, char const* what) {
    throw CLI::ValidationError(
        option, fmt::format("{} {} {}, {}; choose another place", out, how, other, what));
}

/// A process that was killed while it made a store leaves some of these and no CURRENT.
bool is_of_unfinished_store(std::string const& name) {
    for (char const* whole : {"IDENTITY", "LOCK", "LOG"})
        if (name == whole) return true;
    return name.starts_with("LOG.old.") || name.starts_with("MANIFEST-") ||
           name.ends_with(".dbtmp");
}

bool holds_something_else(fs::path const& folder) {
    std::error_code error;
    for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error))
        if (!is_of_unfinished_store(at->path().filename().string())) return true;
    return false;
}

/// The output that a place lies in; empty where it lies in none.
fs::path output_around(fs::path place) {
    while (place.has_relative_path()) {
        place = place.parent_path();
        if (has_own_manifest(place)) return place;
    }
    return {};
}

/// The store that a place lies in, as its checkpoints do; empty where it lies in none.
fs::path store_around(fs::path place) {
    std::error_code error;
    while (place.has_relative_path()) {
        place = place.parent_path();
        if (fs::exists(place / "CURRENT", error) && fs::exists(place / "IDENTITY", error))
            return place;
    }
    return {};
}

/// Calls visit(option) for each option of a type whose name has this in it (N:UINT and the like,
/// too), of this command and those under it.
template <class Visit>
void each_option_of(char const* type, CLI::App& app, Visit const& visit) {
    for (CLI::Option* option : app.get_options())
        if (option->get_type_name().find(type) != std::string::npos) visit(*option);
    for (CLI::App* command : app.get_subcommands({})) each_option_of(type, *command, visit);
}

/// "1e6" and "2.5e3" in digits, where that is a whole number; any other text as it is.
std::string in_digits(std::string const& text) {
    std::size_t const power = text.find_first_of("eE");
    if (power == text.npos || text.find_first_not_of("0123456789.eE+") != text.npos) return text;
    char* end = nullptr;
    double const value = std::strtod(text.c_str(), &end);
    bool const whole = *end == 0 && value < 9e15 && value == std::floor(value);
    return whole ? fmt::format("{:.0f}", value) : text;
}

/// Makes the text one that CLI11 reads as meant; what is wrong with it, else nothing.
std::string read_whole_number(std::string& text, bool counts) {
    if (text.find_first_of(" \t\r\n\v\f") == 0)
        return fmt::format("'{}' begins with a blank", text);
    text = in_digits(text);
    std::size_t const first = text.starts_with('-') || text.starts_with('+') ? 1 : 0;
    bool const decimal = text.find_first_not_of("0123456789", first) == text.npos;
    if (decimal && text.size() > first) {
        std::size_t const digit = std::min(text.find_first_not_of('0', first), text.size() - 1);
        text.erase(first, digit - first);
    }
    char* end = nullptr;
    errno = 0;
    counts ? void(std::strtoull(text.c_str(), &end, 0)) : void(std::strtoll(text.c_str(), &end, 0));
    if (end == text.c_str() || *end != 0) return fmt::format("'{}' is no whole number", text);
    if (counts && first == 1 && text.front() == '-') return fmt::format("{} is below zero", text);
    return errno == ERANGE ? fmt::format("{} does not fit into 64 bits", text) : std::string();
}

}  // namespace

CLI::Validator known_margin_model() {
    return {[](std::string& name) {
                for (model_description const& m : margin_models())
                    if (name == m.name) return std::string();
                return fmt::format("there is no margin model '{}'; there are: {}", name,
                                   margin_model_names());
            },
            ""};
}

void read_whole_numbers(CLI::App& app) {
    each_option_of("INT", app, [](CLI::Option& option) {
        bool const counts = option.get_type_name().find("UINT") != std::string::npos;
        option.transform(CLI::Validator(
            [counts](std::string& text) { return read_whole_number(text, counts); }, ""));
    });
}

void refuse_empty_text(CLI::App& app) {
    each_option_of("TEXT", app, [](CLI::Option& option) {
        option.check([](std::string const& text) {
            return text.empty() ? std::string("has to be given a name or a value; it is empty")
                                : std::string();
        });
    });
}

void expect_files(char const* command, std::vector<std::string> const& inputs) {
    for (std::string const& name : inputs) {
        if (name == "-")
            throw input_error(fmt::format(
                "{} reads its inputs from files: the manifest has to name their digests", command));
        std::error_code error;
        if (fs::is_directory(name, error)) {
            expect_files(command, tables_of_portfolio(name));
            continue;
        }
        if (fs::exists(name, error) && !fs::is_regular_file(name, error))
            throw input_error(
                name + ": is no regular file: the manifest has to name its digest, for which " +
                command + " reads it twice");
    }
}

void keep_apart(std::string const& out, std::vector<std::string> const& inputs,
                char const* option) {
    if (out.empty()) throw CLI::ValidationError(option, "has to be given a name");
    auto const target = place_of(out);
    for (std::string const& name : inputs) {
        bool const standard = name == "-";  // it may be a file as well
        auto const place = place_of(standard ? "/dev/stdin" : name);
        std::error_code error;
        if (!target || !place || !fs::exists(*place, error)) continue;
        if (is_or_holds(*target, *place))
            refuse_place(option, out, *target == *place ? "is" : "holds",
                         standard ? "standard input" : name,
                         "which this command reads and would replace");
    }
}

void keep_out_of_store(std::string const& out, std::string const& store) {
    auto const target = place_of(out), place = place_of(store);
    if (!target || !place) return;
    if (is_or_holds(*target, *place))
        refuse_place("--out", out, *target == *place ? "is" : "holds", store,
                     "a store that would be replaced");
    if (is_or_holds(*place, *target))
        refuse_place("--out", out, "lies in", store, "which is a store");
}

void keep_out_of_folder(std::string const& out, std::string const& folder) {
    auto const target = place_of(out), place = place_of(folder);
    std::error_code error;
    if (target && place && fs::is_directory(*place, error) && is_or_holds(*place, *target))
        refuse_place("--out", out, "lies in", folder, "where the next run would read it");
}

void expect_printed() {
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0)
        throw machine_error("standard output cannot be written");
}

void keep_in_own_folder(std::string const& store) {
    auto const place = place_of(store);
    if (!place) return;
    auto const refuse = [&](std::string const& why) {
        throw CLI::ValidationError("--store", store + " " + why + "; choose another place");
    };
    if (fs::path const around = store_around(*place); !around.empty())
        refuse("lies in the store " + around.string());
    std::error_code error;
    // Without CURRENT it is a damaged store, which says so when it is opened.
    for (char const* mark : {"CURRENT", "ACKNOWLEDGED"})
        if (fs::exists(*place / mark, error)) return;
    if (fs::exists(*place, error) && !fs::is_directory(*place, error)) refuse("is not a folder");
    if (holds_something_else(*place)) refuse("is not empty and holds no store");
    if (fs::path const output = output_around(*place); !output.empty())
        refuse("lies in " + output.string() + ", an output that the next run replaces");
}

}  // namespace lockstep
