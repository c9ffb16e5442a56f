// Reads keys of a JSON object one by one, remembers which were asked for, and says which key is
// missing, there twice, of the wrong type, out of range, or unknown. The twin of toml_reader; JSON
// keeps no line numbers, so that a complaint names the path: "legs[2].size".
#pragma once

#include <fmt/format.h>
#include <simdjson.h>

#include <set>
#include <string>
#include <string_view>

#include "host/base/error.h"

namespace lockstep {

class json_reader {
  public:
    using element = simdjson::dom::element;

    json_reader(element node, std::string file, std::string path = "")
        : file_(std::move(file)), path_(std::move(path)) {
        if (node.get(object_) != simdjson::SUCCESS) fail("", "must be an object");
        refuse_repeats(object_, "");
    }

    /// Whether there is more under the key than null, which is as if it were left out.
    bool has(std::string_view key) {
        ask(key);
        return object_[key].error() == simdjson::SUCCESS && !object_[key].is_null();
    }

    double number(std::string_view key, double low, double high) {
        double value = 0;
        if (node(key).get(value) != simdjson::SUCCESS) fail(key, "must be a number");
        if (!(value >= low && value <= high))
            fail(key, fmt::format("must lie between {} and {}, not {}", low, high, value));
        return value;
    }
    double number(std::string_view key, double low, double high, double otherwise) {
        return has(key) ? number(key, low, high) : otherwise;
    }

    std::string text(std::string_view key) {
        std::string_view value;
        if (node(key).get(value) != simdjson::SUCCESS) fail(key, "must be a text");
        return std::string(value);
    }

    bool boolean(std::string_view key, bool otherwise) {
        if (!has(key)) return otherwise;
        bool value = false;
        if (node(key).get(value) != simdjson::SUCCESS) fail(key, "must be true or false");
        return value;
    }

    /// Where it stands in the document: "legs[2]".
    std::string const& path() const { return path_; }

    json_reader object(std::string_view key) { return {node(key), file_, full(key)}; }

    /// Calls visit(name, reader) for every object inside the object under `key`.
    template <class Visit>
    void objects(std::string_view key, Visit&& visit) {
        simdjson::dom::object inside;
        if (node(key).get(inside) != simdjson::SUCCESS) fail(key, "must be an object");
        refuse_repeats(inside, std::string(key) + ".");
        for (auto const& [name, value] : inside)
            visit(std::string(name),
                  json_reader(value, file_, full(key) + "." + std::string(name)));
    }
    /// Calls visit(reader) for every object of the list under `key`; no list is an empty one.
    template <class Visit>
    void list(std::string_view key, Visit&& visit) {
        if (!has(key)) return;
        simdjson::dom::array inside;
        if (node(key).get(inside) != simdjson::SUCCESS) fail(key, "must be a list");
        std::size_t i = 0;
        for (element const value : inside)
            visit(json_reader(value, file_, fmt::format("{}[{}]", full(key), i++)));
    }

    /// To be called last: a key that nobody asked for is a spelling mistake.
    void expect_no_other_keys() const {
        for (auto const& member : object_)
            if (!asked_.contains(std::string(member.key))) fail(member.key, "is not known");
    }

    [[noreturn]] void fail(std::string_view key, std::string const& why) const {
        std::string const where = key.empty() ? path_ : full(key);
        throw input_error(fmt::format("{}: {} {}", file_,
                                      where.empty() ? "the document" : "'" + where + "'", why));
    }

  private:
    /// A lookup finds the first of two, and nobody would see that there is another.
    void refuse_repeats(simdjson::dom::object const& in, std::string const& before) const {
        std::set<std::string_view> seen;
        for (auto const& member : in)
            if (!seen.insert(member.key).second)
                fail(before + std::string(member.key), "stands twice");
    }
    void ask(std::string_view key) { asked_.emplace(key); }
    element node(std::string_view key) {
        ask(key);
        element found;
        if (object_[key].get(found) != simdjson::SUCCESS) fail(key, "is missing");
        return found;
    }
    std::string full(std::string_view key) const {
        return path_.empty() ? std::string(key) : path_ + "." + std::string(key);
    }

    simdjson::dom::object object_;
    std::string file_, path_;
    std::set<std::string> asked_;
};

}  // namespace lockstep
