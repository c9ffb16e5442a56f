#include "host/price/price_columns.h"

#include "pricing/model/option_names.h"

namespace lockstep {

price_header::price_header(std::string const& file, text_line const& line)
    : table_header(file, line, price_columns, option_value_names) {
    auto const has = [&](price_field field) {
        return layout().has(static_cast<std::size_t>(field));
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
    refuse_without(missing);
}

}  // namespace lockstep
