// The time that a chain is valued at. It is the latest of its records' times; so that the wrong
// clock of one record does not move the time to expiry of every option, a record that is far ahead
// of the others is left out, and is none of them.
#pragma once

#include <string>
#include <vector>

#include "pricing/base/time.h"

namespace lockstep {

class chain_clock {
  public:
    /// Of all records that can be used otherwise.
    explicit chain_clock(std::vector<utc_ns> seen);

    /// The latest time of those that are not ahead; zero without a record.
    utc_ns time() const { return time_; }
    /// Why a record of this time is left out: it is one of a few (one in twenty, or one of at least
    /// three) between which and all others lies more than an hour. Empty when it is not; old
    /// records stay.
    std::string fault_of(utc_ns seen) const;

  private:
    utc_ns time_{};
};

}  // namespace lockstep
