// Text as a cell of a CSV line.
#pragma once

#include <string>
#include <string_view>

namespace lockstep {

/// Quoted where it holds a comma, a quote or the end of a line.
inline void append_cell(std::string& out, std::string_view text) {
    if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
        out += text;
        return;
    }
    out += '"';
    for (char const c : text) {
        if (c == '"') out += '"';
        out += c;
    }
    out += '"';
}

}  // namespace lockstep
