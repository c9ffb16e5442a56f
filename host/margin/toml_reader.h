// Reads keys of a TOML table one by one, remembers which were asked for, and says which key of
// which line is missing, of the wrong type, out of range, or unknown.
#pragma once

#include <fmt/format.h>
#include <toml++/toml.h>
#include <cmath>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/error.h"

namespace lockstep {

/// Throws input_error with the line at which the text stops being TOML.
inline toml::table parse_toml(std::string_view text, std::string const& origin) try {
    return toml::parse(text, origin);
} catch (toml::parse_error const& error) {
    throw input_error(origin, error.source().begin.line, std::string(error.description()));
}

class toml_reader {
  public:
    toml_reader(toml::table const& table, std::string file, std::string path = "")
        : table_(table), file_(std::move(file)), path_(std::move(path)) {}

    double number(std::string_view key, double low, double high) {
        toml::node const& found = node(key);
        if (!found.is_number()) fail(found, key, "must be a number");
        return in_range(found, key, *found.value<double>(), low, high);
    }

    /// Bounds within 2^53, where every whole number is a double.
    std::int64_t whole(std::string_view key, double low, double high) {
        double const value = number(key, low, high);
        if (value != std::floor(value)) fail(key, "must be a whole number");
        return static_cast<std::int64_t>(value);
    }

    std::vector<double> numbers(std::string_view key, double low, double high) {
        std::vector<double> values;
        for (toml::node const& item : array(key)) {
            if (!item.is_number()) fail(item, key, "must hold numbers alone");
            values.push_back(in_range(item, key, *item.value<double>(), low, high));
        }
        return values;
    }

    std::string text(std::string_view key) {
        toml::node const& found = node(key);
        if (!found.is_string()) fail(found, key, "must be a text");
        return *found.value<std::string>();
    }

    std::vector<std::string> texts(std::string_view key) {
        std::vector<std::string> values;
        for (toml::node const& item : array(key)) {
            if (!item.is_string()) fail(item, key, "must hold texts alone");
            values.push_back(*item.value<std::string>());
        }
        return values;
    }

    bool has(std::string_view key) const { return table_.contains(key); }

    /// Where the key stands, or the table where it does not.
    std::uint64_t line(std::string_view key) const {
        toml::node const* found = table_.get(key);
        return (found ? *found : table_).source().begin.line;
    }
    std::string const& file() const { return file_; }

    toml_reader table(std::string_view key) {
        toml::node const& found = node(key);
        if (!found.is_table()) fail(found, key, "must be a table");
        return {*found.as_table(), file_, full(key)};
    }

    /// Calls visit(reader) for every table of a list of tables.
    template <class Visit>
    void tables(std::string_view key, Visit&& visit) {
        std::size_t i = 0;
        for (toml::node const& item : array(key)) {
            if (!item.is_table()) fail(item, key, "must hold tables alone");
            visit(
                toml_reader(*item.as_table(), file_, full(key) + "[" + std::to_string(i++) + "]"));
        }
    }

    /// The names of the tables inside this one.
    std::vector<std::string> names() const {
        std::vector<std::string> found;
        for (auto const& [key, value] : table_) found.emplace_back(key.str());
        return found;
    }

    /// To be called last: a key that nobody asked for is a spelling mistake.
    void expect_no_other_keys() const {
        for (auto const& [key, value] : table_)
            if (!asked_.contains(std::string(key.str()))) fail(value, key.str(), "is not known");
    }

    [[noreturn]] void fail(std::string_view key, std::string const& why) const {
        toml::node const* found = table_.get(key);
        fail(found ? *found : table_, key, why);
    }

  private:
    toml::node const& node(std::string_view key) {
        asked_.emplace(key);
        toml::node const* found = table_.get(key);
        if (found == nullptr) fail(table_, key, "is missing");
        return *found;
    }

    toml::array const& array(std::string_view key) {
        toml::node const& found = node(key);
        if (!found.is_array()) fail(found, key, "must be a list");
        return *found.as_array();
    }

    double in_range(toml::node const& at, std::string_view key, double value, double low,
                    double high) const {
        bool const inside = value >= low && value <= high;
        if (!inside) fail(at, key, "must lie between " + shown(low) + " and " + shown(high));
        return value;
    }

    static std::string shown(double x) {
        std::string text = std::to_string(x);
        text.erase(text.find_last_not_of('0') + 1);
        if (text.back() == '.') text.pop_back();
        return text == "0" && x != 0 ? fmt::format("{}", x) : text;
    }

    std::string full(std::string_view key) const {
        return path_.empty() ? std::string(key) : path_ + "." + std::string(key);
    }

    [[noreturn]] void fail(toml::node const& at, std::string_view key,
                           std::string const& why) const {
        throw input_error(file_, at.source().begin.line, "key '" + full(key) + "' " + why);
    }

    toml::table const& table_;
    std::string file_, path_;
    std::set<std::string> asked_;
};

}  // namespace lockstep
