#include "host/price/table_header.h"

#include "host/base/error.h"

namespace lockstep {
namespace {

csv_record split_record(std::string const& file, text_line const& line) {
    csv_record record;
    split_header(file, line, record);
    return record;
}

}  // namespace

table_header::table_header(std::string const& file, text_line const& line,
                           std::span<csv_column const> columns,
                           std::span<char const* const> results)
    : file_(file),
      line_(line.number),
      text_(line.text),
      record_(split_record(file, {text_, line.number})),
      layout_(file, line.number, record_, columns) {
    for (char const* name : results) results_ += std::string(",") + name;
    results_ += ",status,reason";
    for (std::size_t at = 0; at < record_.size(); ++at) {
        for (char const* name : results)
            if (record_[at] == name) repeated_.emplace_back(name);
        if (record_[at] == "status" || record_[at] == "reason") repeated_.emplace_back(record_[at]);
    }
}

void table_header::refuse_without(std::string const& missing) const {
    if (missing.empty()) return;
    std::string found;
    for (std::size_t at = 0; at < record_.size() && at < 30; ++at) {
        auto const name = in_quotes(record_[at]);
        found += (found.empty() ? "" : ", ") + name.substr(1, name.size() - 2);
    }
    throw input_error(file_, line_, "the header lacks " + missing + "; it has " + found);
}

}  // namespace lockstep
