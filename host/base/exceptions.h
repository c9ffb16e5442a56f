// Records that were read but could not be used. Each becomes one row of exceptions.csv, so that
// rows read = rows used + rows here, and nothing is dropped without a word.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace lockstep {

struct exception_row {
    std::string file;    // as the user named it
    std::uint64_t line;  // 1-based, counting the header
    std::string field;   // the column at fault; empty when the whole record is
    std::string reason;  // a sentence without a full stop: "is not a number: 'abc'"
};

/// One rejected record may be named once only, under its first fault.
using exception_log = std::vector<exception_row>;

}  // namespace lockstep
