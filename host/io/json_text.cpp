#include "host/io/json_text.h"

#include <cmath>

#include "host/io/number_text.h"

namespace lockstep {

void json_text::new_line() {
    if (!indented_) return;
    out_ += '\n';
    out_.append(static_cast<std::size_t>(depth_) * 2, ' ');
}

void json_text::before_value() {
    if (std::exchange(after_key_, false)) return;
    if (!std::exchange(first_, false)) out_ += ',';
    if (depth_ > 0) new_line();
}

void json_text::open(char bracket) {
    before_value();
    out_ += bracket;
    ++depth_;
    first_ = true;
}

void json_text::close(char bracket) {
    --depth_;
    if (!first_) new_line();
    out_ += bracket;
    first_ = false;
}

void json_text::key(std::string_view name) {
    before_value();
    quoted(name);
    out_ += indented_ ? ": " : ":";
    after_key_ = true;
}

void json_text::quoted(std::string_view value) {
    constexpr char const* hex = "0123456789abcdef";
    out_ += '"';
    for (char const c : value) {
        auto const byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out_ += '\\';
            out_ += c;
        } else if (byte < 0x20 || c == '<') {  // '<' too, so that no text can end a script
            out_ += "\\u00";
            out_ += hex[byte >> 4];
            out_ += hex[byte & 15];
        } else {
            out_ += c;
        }
    }
    out_ += '"';
}

void json_text::text(std::string_view value) {
    before_value();
    quoted(value);
}

void json_text::integer(std::int64_t value) {
    before_value();
    append_integer(out_, value);
}

void json_text::number(double value) {
    before_value();
    if (std::isfinite(value))
        append_double(out_, value);
    else
        out_ += "null";
}

void json_text::boolean(bool value) {
    before_value();
    out_ += value ? "true" : "false";
}

void json_text::nanos(int128 value) {
    before_value();
    out_ += '"';
    append_nanos(out_, value);
    out_ += '"';
}

void json_text::rough(int128 value) {
    before_value();
    append_scaled(out_, divide(value + 50'000, 100'000, rounding::down), 4);
}

std::string json_text::take() {
    if (indented_) out_ += '\n';
    return std::move(out_);
}

}  // namespace lockstep
