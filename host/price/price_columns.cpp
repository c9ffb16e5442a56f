#include "host/price/price_columns.h"

#include "pricing/model/option_names.h"

namespace lockstep {
namespace {

csv_record split_record(std::string const& file, text_line const& line) {
    csv_record record;
    split_header(file, line, record);
    return record;
}

}  // namespace

price_header::price_header(std::string const& file, text_line const& line)
    : text_(line.text),
      record_(split_record(file, {text_, line.number})),
      layout_(file, line.number, record_, price_columns) {
    require_columns(file, line.number);
    for (std::size_t at = 0; at < record_.size(); ++at) {
        for (char const* name : option_value_names)
            if (record_[at] == name) repeated_.emplace_back(name);
        if (record_[at] == "status" || record_[at] == "reason") repeated_.emplace_back(record_[at]);
    }
}

void price_header::require_columns(std::string const& file, std::uint64_t line) const {
    auto const has = [&](price_field field) {
        return layout_.has(static_cast<std::size_t>(field));
    };
    std::string missing;
    auto const require = [&](bool present, char const* name) {
        if (!present) missing += std::string(missing.empty() ? "" : ", ") + name;
    };
    require(has(price_field::spot) || has(price_field::forward), "spot or forward");
    if (!has(price_field::kind)) {
        for (auto field :
             {price_field::type, price_field::strike, price_field::time, price_field::vol})
            require(has(field),
                    std::string(price_columns[static_cast<std::size_t>(field)].name).c_str());
    }
    if (missing.empty()) return;
    std::string found;
    for (std::size_t at = 0; at < record_.size() && at < 30; ++at) {
        auto const name = in_quotes(record_[at]);
        found += (found.empty() ? "" : ", ") + name.substr(1, name.size() - 2);
    }
    throw input_error(file, line, "the header lacks " + missing + "; it has " + found);
}

}  // namespace lockstep
