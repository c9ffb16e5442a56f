#include "host/store/known_blocks.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "host/base/error.h"
#include "host/block/liquidator.h"
#include "host/store/journal_reader.h"

namespace lockstep {

namespace {

/// Whether `whole` is `part` with so many rows more from `place` on.
template <class Rows>
bool is_with_more_at(std::size_t place, std::size_t more, Rows const& whole, Rows const& part) {
    auto const same = [&](std::size_t at, std::size_t in_whole, std::size_t rows) {
        return rows == 0 ||
               std::memcmp(whole.data() + in_whole, part.data() + at, rows * sizeof part[0]) == 0;
    };
    return same(0, 0, place) && same(place, place + more, part.size() - place);
}

/// A block without signatures is one of which no command has any.
std::vector<signature_row> one_each(block const& b) {
    std::vector<signature_row> rows = b.signatures;
    rows.resize(b.commands.size());
    return rows;
}

/// A liquidator may have put its words in.
bool is_same(block const& known, block const& b) {
    if (known.time != b.time || known.commands.size() < b.commands.size()) return false;
    std::size_t const place = liquidator::place_among(b.commands);
    std::size_t const more = known.commands.size() - b.commands.size();
    auto const words = std::span(known.commands.begin(), known.commands.end()).subspan(place, more);
    return is_with_more_at(place, more, known.commands, b.commands) &&
           is_with_more_at(place, more, one_each(known), one_each(b)) &&
           std::all_of(words.begin(), words.end(), liquidator::worded);
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
