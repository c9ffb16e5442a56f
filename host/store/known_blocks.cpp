#include "host/store/known_blocks.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <span>
#include <string>
#include <vector>

#include "host/base/error.h"
#include "host/block/liquidator.h"
#include "host/log/json_log.h"
#include "host/log/names.h"
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

/// Of two blocks that are not the same.
std::string first_difference(block const& known, block const& b) {
    if (known.time != b.time)
        return fmt::format("its time is {}, that of the journal {}", b.time, known.time);
    std::vector<signature_row> const ours = one_each(b), theirs = one_each(known);
    std::size_t const place = liquidator::place_among(b.commands);
    std::size_t const more = std::max(known.commands.size(), b.commands.size()) - b.commands.size();
    for (std::size_t i = 0; i < b.commands.size(); ++i) {
        std::size_t const at = i < place ? i : i + more;
        if (at >= known.commands.size()) break;
        transaction_row const& here = b.commands[i];
        transaction_row const& there = known.commands[at];
        if (std::memcmp(&here, &there, sizeof here) != 0)
            return fmt::format("its command {}, {} with id {}, is not {} with id {} there", i + 1,
                               name_of(here.kind), text_of(here.id), name_of(there.kind),
                               text_of(there.id));
        if (std::memcmp(&ours[i], &theirs[at], sizeof ours[i]) != 0)
            return fmt::format("its command {}, {} with id {}, is signed otherwise there", i + 1,
                               name_of(here.kind), text_of(here.id));
    }
    return fmt::format("it has {} commands, the journal {}", b.commands.size(),
                       known.commands.size());
}

}  // namespace

std::uint64_t skip_known(block_source& log, ledger_store const& store) {
    journal_reader journal(store, 1);
    block known;
    for (block b; journal.next(known) && log.next(b);) {
        if (is_same(known, b)) continue;
        throw input_error(fmt::format("block {} of the log is not the one in the journal of {}: {}",
                                      journal.number(), store.files().folder().string(),
                                      first_difference(known, b)));
    }
    return store.blocks();
}

}  // namespace lockstep
