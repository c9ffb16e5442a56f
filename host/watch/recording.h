// What snapshots of a chain say happened between them: the ticks that lead from each to the next,
// as a recording for a watch or for whoever listens. Between two snapshots prices go in straight
// lines, a chosen number of steps each; what is new in a later snapshot is not watched, and what is
// missing from it falls silent until one has it again. What expires on the way is settled, and
// perpetuals have their funding, as these ticks fix it (host/watch/fixings.h).
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "host/base/exceptions.h"
#include "host/market/market.h"
#include "host/watch/fixings.h"

namespace lockstep {

struct recording_counts {
    std::uint64_t snapshots = 0, ticks = 0, marks = 0, settled = 0;
    std::uint64_t not_listed = 0;  // in a later snapshot and not in the first
};

/// What a recording is made of.
struct recorded_snapshots {
    std::vector<std::string> files;
    std::uint32_t steps = 1;      // from each to the next
    std::string perpetuals = {};  // a file of their prices; none: they are priced at the index
};

/// The chain files in a folder, by name, which is by time for what is named after it; or the one
/// file. Throws input_error when there is none.
std::vector<std::string> snapshots_in(std::string const& folder);

/// Hears of the ticks in order of time, in the ids of the first snapshot.
class tick_listener {
  public:
    virtual ~tick_listener() = default;
    virtual void begins(market const& first) = 0;
    virtual void settles(settle_command const& settled) = 0;   // before the tick that it falls in
    virtual void funds(std::vector<funding_fixing> const&) {}  // so too
    virtual void ticks(tick const& t) = 0;
};

/// Throws input_error for a snapshot that cannot be read, or that is not later than the one before.
recording_counts play(recorded_snapshots const& snapshots, exception_log& rejected,
                      tick_listener& to);

/// The same as lines, but for the funding: a watch is told what that comes to as cash.
recording_counts record(recorded_snapshots const& snapshots, exception_log& rejected,
                        std::function<void(std::string const& line)> const& write);

}  // namespace lockstep
