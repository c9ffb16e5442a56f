#include "host/price/price_columns.h"

#include "host/price/payoff_rows.h"
#include "pricing/model/option_names.h"

namespace lockstep {
namespace {

/// What the command adds to a table with this header.
std::vector<char const*> results_of(std::string const& file, text_line const& line) {
    std::vector<char const*> names(std::begin(option_value_names), std::end(option_value_names));
    csv_record record;
    split_header(file, line, record);
    if (has_pairs(csv_layout(file, line.number, record, price_columns)))
        names.insert(names.end(), std::begin(pair_value_names), std::end(pair_value_names));
    return names;
}

}  // namespace

price_header::price_header(std::string const& file, text_line const& line)
    : table_header(file, line, price_columns, results_of(file, line)) {
    auto const has = [&](price_field field) {
        return layout().has(static_cast<std::size_t>(field));
    };
    std::string missing;
    auto const require = [&](bool present, char const* name) {
        if (!present) missing += std::string(missing.empty() ? "" : ", ") + name;
    };
    require(has(price_field::spot) || has(price_field::forward), "spot or forward");
    if (!has(price_field::kind) && !has(price_field::payoff)) {
        for (auto field :
             {price_field::type, price_field::strike, price_field::time, price_field::vol})
            require(has(field),
                    std::string(price_columns[static_cast<std::size_t>(field)].name).c_str());
    }
    refuse_without(missing);
}

}  // namespace lockstep
