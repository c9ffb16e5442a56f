// What a bench says: a table for people as each case finishes, or one JSON document at the end.
#pragma once

#include <string>
#include <vector>

#include "bench/harness.h"

namespace lockstep::bench {

class report {
  public:
    report(std::string bench, settings chosen, machine_limits limits, bool json);

    /// Prints the machine's limits that fractions refer to.
    void begin() const;
    /// Takes the rows of one case; prints them unless the report is JSON.
    void add(std::vector<bench_row> const& rows);
    /// Prints the JSON document.
    void end() const;

  private:
    std::string json() const;

    std::string bench_;
    settings chosen_;
    machine_limits limits_;
    bool json_;
    std::vector<bench_row> rows_;
};

/// "1.23 ms": a time with three digits and the unit that fits.
std::string readable_time(double seconds);

}  // namespace lockstep::bench
