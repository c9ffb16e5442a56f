// What snapshots of a chain say happened between them: the ticks that lead from each to the next,
// as a recording for a watch or for whoever listens. Between two snapshots prices go in straight
// lines, a chosen number of steps each; what is new in a later snapshot is not watched, and what is
// missing from it falls silent until one has it again. Where an instrument expires on the way it is
// settled, at the index on the straight line at that moment.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "host/base/exceptions.h"
#include "host/market/market.h"
#include "host/watch/tick.h"

namespace lockstep {

struct recording_counts {
    std::uint64_t snapshots = 0, ticks = 0, marks = 0, settled = 0;
    std::uint64_t not_listed = 0;  // in a later snapshot and not in the first
};

/// The chain files in a folder, by name, which is by time for what is named after it; or the one
/// file. Throws input_error when there is none.
std::vector<std::string> snapshots_in(std::string const& folder);

/// Hears of the ticks in order of time, in the ids of the first snapshot.
class tick_listener {
  public:
    virtual ~tick_listener() = default;
    virtual void begins(market const& first) = 0;
    virtual void settles(settle_command const& settled) = 0;  // before the tick that it falls in
    virtual void ticks(tick const& t) = 0;
};

/// Throws input_error for a snapshot that cannot be read, or that is not later than the one before.
recording_counts play(std::vector<std::string> const& snapshots, std::uint32_t steps,
                      exception_log& rejected, tick_listener& to);

/// The same as lines.
recording_counts record(std::vector<std::string> const& snapshots, std::uint32_t steps,
                        exception_log& rejected,
                        std::function<void(std::string const& line)> const& write);

}  // namespace lockstep
