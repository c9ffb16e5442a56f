// JSON as text: keys in the order they are written, two spaces of indentation, numbers without
// detours. Amounts of money go in as strings, because readers of JSON keep only 53 bits of a
// number.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "pricing/base/checked.h"

namespace lockstep {

class json_text {
  public:
    explicit json_text(bool indented = true) : indented_(indented) {}

    void open_object() { open('{'); }
    void open_object(std::string_view name) { key(name), open('{'); }
    void open_array() { open('['); }
    void open_array(std::string_view name) { key(name), open('['); }
    void close_object() { close('}'); }
    void close_array() { close(']'); }

    void key(std::string_view name);
    void text(std::string_view value);
    void integer(std::int64_t value);
    void number(double value);  // null when not finite
    void boolean(bool value);
    void nanos(int128 value);  // a string: "12.5"
    /// A number for drawing: nanos rounded to four decimals.
    void rough(int128 nanos);

    void text(std::string_view name, std::string_view value) { key(name), text(value); }
    void integer(std::string_view name, std::int64_t value) { key(name), integer(value); }
    void number(std::string_view name, double value) { key(name), number(value); }
    void boolean(std::string_view name, bool value) { key(name), boolean(value); }
    void nanos(std::string_view name, int128 value) { key(name), nanos(value); }
    void rough(std::string_view name, int128 value) { key(name), rough(value); }

    /// The finished text, with a line end when it is indented.
    std::string take();

  private:
    void open(char bracket);
    void close(char bracket);
    void before_value();
    void new_line();
    void quoted(std::string_view value);

    std::string out_;
    int depth_ = 0;
    bool indented_;
    bool first_ = true;       // nothing stands in the open bracket yet
    bool after_key_ = false;  // the next value belongs to a key
};

}  // namespace lockstep
