// Options under Heston's or Bates' model as they cross the seam: grouped by expiry, because the
// strikes of an expiry share nearly all of the work.
#pragma once

#include "pricing/base/view.h"
#include "pricing/model/heston.h"

namespace lockstep {

/// Strikes in compressed rows: expiry i has the rows [begin[i], begin[i + 1]).
struct heston_batch {
    view<heston_expiry const> expiries;
    view<std::uint32_t const> begin;  // expiries + 1
    view<double const> strike;
    view<std::uint8_t const> flags;  // option_flag::put; other bits are not looked at
    LOCKSTEP_HD std::size_t size() const { return strike.count; }
};

/// Results: a column for each heston_value, each as long as the rows. A null column is not wanted;
/// when only price and error are, the derivatives are not computed either. A row whose status is
/// not `computed` holds zeros.
struct heston_values {
    double* columns[heston_value_count];
    std::uint8_t* status;  // heston_status
    std::size_t count;
};

LOCKSTEP_HD bool wants_derivatives(heston_values const& values) {
    bool wanted = false;
    for (std::size_t k = 2; k < heston_value_count; ++k)
        wanted = wanted || values.columns[k] != nullptr;
    return wanted;
}

}  // namespace lockstep
