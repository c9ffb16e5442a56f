#include "host/portfolio/repeats.h"

#include <tbb/blocked_range.h>
#include <tbb/enumerable_thread_specific.h>
#include <tbb/parallel_for.h>

#include <algorithm>

namespace lockstep {
namespace {

std::uint32_t key_of(holding_row const& row) { return row.instrument.value; }
std::uint32_t key_of(cash_row const& row) { return row.asset.value; }

/// Rows by account, each account's in file order: a counting sort.
struct by_account {
    std::vector<std::uint32_t> begin;  // of each account, and the end of the last
    std::vector<std::uint32_t> rows;
};

template <class Row>
by_account sorted_by_account(std::span<Row const> rows, std::size_t accounts) {
    by_account out;
    out.begin.assign(accounts + 1, 0);
    for (auto const& row : rows) ++out.begin[row.account.value + 1];
    for (std::size_t a = 0; a < accounts; ++a) out.begin[a + 1] += out.begin[a];
    out.rows.resize(rows.size());
    auto next = out.begin;
    for (std::uint32_t at = 0; at < rows.size(); ++at)
        out.rows[next[rows[at].account.value]++] = at;
    return out;
}

template <class Row>
std::vector<repeat> find(std::span<Row const> rows, std::size_t accounts) {
    auto const sorted = sorted_by_account(rows, accounts);
    struct local {
        std::vector<repeat> found;
        std::vector<std::uint64_t> keys;  // key and row, so that sorting keeps file order
    };
    tbb::enumerable_thread_specific<local> locals;
    tbb::parallel_for(
        tbb::blocked_range<std::size_t>(0, accounts, 4096), [&](auto const& accounts_here) {
            auto& [found, keys] = locals.local();
            for (std::size_t a = accounts_here.begin(); a < accounts_here.end(); ++a) {
                if (sorted.begin[a + 1] - sorted.begin[a] < 2) continue;
                keys.clear();
                for (auto at = sorted.begin[a]; at < sorted.begin[a + 1]; ++at) {
                    std::uint64_t const row = sorted.rows[at];
                    keys.push_back(static_cast<std::uint64_t>(key_of(rows[row])) << 32 | row);
                }
                std::ranges::sort(keys);
                for (std::size_t at = 1, first = 0; at < keys.size(); ++at) {
                    if (keys[at] >> 32 != keys[first] >> 32)
                        first = at;
                    else
                        found.push_back({static_cast<std::uint32_t>(keys[at]),
                                         static_cast<std::uint32_t>(keys[first])});
                }
            }
        });
    std::vector<repeat> all;
    for (auto const& l : locals) all.insert(all.end(), l.found.begin(), l.found.end());
    std::ranges::sort(all, {}, &repeat::row);
    return all;
}

}  // namespace

std::vector<repeat> repeats(std::span<holding_row const> rows, std::size_t accounts) {
    return find(rows, accounts);
}

std::vector<repeat> repeats(std::span<cash_row const> rows, std::size_t accounts) {
    return find(rows, accounts);
}

}  // namespace lockstep
