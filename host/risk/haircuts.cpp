#include "host/risk/haircuts.h"

#include <algorithm>
#include <array>

#include "host/base/error.h"
#include "host/io/csv_table.h"
#include "pricing/base/checked.h"

namespace lockstep {

namespace {

enum column : std::size_t { asset, maintenance, initial };
constexpr std::array<csv_column, 3> columns{
    {{"asset"}, {"haircut_maintenance"}, {"haircut_initial"}}};

bool take_share(csv_reader& table, column c, std::int64_t& share) {
    if (!table.nanos(c, share)) return false;
    if (share >= 0 && share <= nanos_per_unit) return true;
    table.reject(c, "is not a share between 0 and 1");
    return false;
}

[[noreturn]] void refuse(exception_row const& row) {
    throw input_error(row.file, row.line,
                      (row.field.empty() ? "" : "field '" + row.field + "': ") + row.reason);
}

}  // namespace

std::vector<asset_haircut> read_haircuts(std::string const& path, market const& listed) {
    exception_log rejected;
    std::vector<asset_haircut> haircuts(listed.assets.size());
    std::vector<char> named(listed.assets.size());
    csv_reader table(path, rejected);
    table.choose(columns);
    while (table.next()) {
        auto const at = std::find(listed.assets.begin(), listed.assets.end(), table[asset]);
        auto const a = static_cast<std::size_t>(at - listed.assets.begin());
        asset_haircut read;
        if (at == listed.assets.end())
            table.reject(asset, "is no asset of this market");
        else if (named[a])
            table.reject(asset, "was named before");
        else if (take_share(table, maintenance, read.maintenance) &&
                 take_share(table, initial, read.initial)) {
            haircuts[a] = read;
            named[a] = true;
        }
    }
    if (!rejected.empty()) refuse(rejected.front());
    return haircuts;
}

int128 haircut_of(int128 cash_usd_nanos, std::int64_t share_nanos) {
    return cash_usd_nanos > 0 ? divide(cash_usd_nanos * share_nanos, nanos_per_unit, rounding::up)
                              : 0;
}

}  // namespace lockstep
