#include "host/store/known_blocks.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "host/base/error.h"
#include "host/block/liquidator.h"
#include "host/store/journal_reader.h"

namespace lockstep {

namespace {

template <class Rows>
bool begins_with(Rows const& whole, Rows const& front) {
    return front.size() <= whole.size() &&
           (front.empty() ||
            std::memcmp(whole.data(), front.data(), front.size() * sizeof front[0]) == 0);
}

/// A block without signatures is one of which no command has any.
std::vector<signature_row> one_each(block const& b) {
    std::vector<signature_row> rows = b.signatures;
    rows.resize(b.commands.size());
    return rows;
}

bool is_same(block const& known, block const& b) {
    return known.time == b.time && begins_with(known.commands, b.commands) &&
           begins_with(one_each(known), one_each(b)) &&
           std::all_of(known.commands.begin() + static_cast<std::ptrdiff_t>(b.commands.size()),
                       known.commands.end(),
                       [](transaction_row const& t) { return liquidator::worded(t); });
}

}  // namespace

std::uint64_t skip_known(block_source& log, ledger_store const& store) {
    journal_reader journal(store, 1);
    block known;
    for (block b; journal.next(known) && log.next(b);) {
        if (is_same(known, b)) continue;
        throw input_error(fmt::format(
            "block {} of the log is not the one in the journal of {}: it has {} commands at time "
            "{}, the journal {} at {}",
            journal.number(), store.files().folder().string(), b.commands.size(), b.time,
            known.commands.size(), known.time));
    }
    return store.blocks();
}

}  // namespace lockstep
