// The rows of a block that may be exercised early, or whose spot pays cash dividends, on their way
// through the backend; see price_block.h.
#pragma once

#include <vector>

#include "host/price/exercise_rows.h"
#include "host/price/gathered_options.h"
#include "kernels/backend.h"

namespace lockstep {

/// Options exercised at any time, whose yield is all that the asset pays: price to rho.
class american_block {
  public:
    void clear() { rows_.clear(); }
    void add(std::size_t place, option_inputs const& in) { rows_.add(place, in); }
    /// Values the rows and puts their results at their places; statuses are option_status.
    void value(backend& with, std::vector<double> (&columns)[option_value_count],
               std::vector<std::uint8_t>& status);

  private:
    gathered_options rows_;
    std::vector<double> values_[american_value_count];
    std::vector<std::uint8_t> status_;
};

/// Options with a schedule: price, delta, gamma and theta.
class schedule_block {
  public:
    void clear();
    void add(std::size_t place, option_inputs const& in, exercise_terms const& terms);
    /// As above; statuses are schedule_status.
    void value(backend& with, std::vector<double> (&columns)[option_value_count],
               std::vector<std::uint8_t>& status);

    static constexpr option_value given[] = {option_value::price, option_value::delta,
                                             option_value::gamma, option_value::theta};

  private:
    gathered_options rows_;
    std::vector<std::uint8_t> styles_, status_;
    std::vector<std::uint64_t> first_event_{0};
    std::vector<schedule_event> events_;
    std::vector<double> values_[std::size(given)];
};

}  // namespace lockstep
