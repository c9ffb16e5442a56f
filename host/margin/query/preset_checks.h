// What the TOML parameters of every margin model are held to beyond the range of each key.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "host/margin/query/model.h"
#include "host/margin/toml_reader.h"

namespace lockstep {

/// A preset may have a name of its own, but not that of another model, which it was made for.
inline void expect_name_of(toml_reader& in, std::string_view model) {
    std::string const name = in.text("name");
    for (model_description const& m : margin_models())
        if (name == m.name && name != model)
            in.fail("name", "is that of another model, '" + name + "'");
}

/// Two keys of one table. Whoever is below the maintenance margin is below the initial one.
struct not_below {
    char const *key, *least;
};

inline void expect_ordered(toml_reader& table, std::string const& name,
                           std::vector<not_below> const& pairs) {
    constexpr double any = 1e300;
    for (auto const& [key, least] : pairs)
        if (table.number(key, -any, any) < table.number(least, -any, any))
            table.fail(key, "must be at least '" + name + "." + least + "'");
}

}  // namespace lockstep
