// Curves to fit to the quotes of many expiries, as they cross the seam.
#pragma once

#include "pricing/market/svi_fit.h"

namespace lockstep {

/// Expiry i has the quotes [begin[i], begin[i + 1]), in order of k.
struct svi_batch {
    view<variance_quote const> quotes;
    view<std::uint32_t const> begin;  // expiries + 1
    LOCKSTEP_HD std::size_t size() const { return begin.count == 0 ? 0 : begin.count - 1; }
    LOCKSTEP_HD view<variance_quote const> quotes_of(std::size_t i) const {
        return quotes.slice(begin[i], begin[i + 1] - begin[i]);
    }
};

}  // namespace lockstep
