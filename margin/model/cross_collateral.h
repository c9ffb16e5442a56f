// Cross-collateral portfolio margin, Deribit style: the books of one underlying that settle in its
// coin and in USD are looked at scenario by scenario together, in USD. A currency's gain counts in
// part and up to a cap, its loss whole (margin/portfolio_rule.h counts them); what is held in other
// currencies is collateral after a haircut.
//
// Source: the exchange's own description and two published answers (data/reference/
// deribit_pme.json), which show one currency each: that the counted amounts of several are added up
// scenario by scenario, and that underlyings are not set against each other, is our reading. The
// correlation contingency is not described anywhere that we know, and is left to add-ons.
#pragma once

#include <cstdint>

#include "pricing/base/view.h"

namespace lockstep::cross {

/// One settlement currency of an underlying, in USD.
struct currency {
    view<double const> counted;  // by scenario: losses whole, gains as they count
    double roll_shock, delta_shock;
};

/// max(0, -worst sum) and the shocks: the risk matrix margin of one underlying.
LOCKSTEP_HD double matrix_margin(view<currency const> currencies, std::uint32_t scenarios) {
    double worst = 0, shocks = 0;
    for (std::uint32_t s = 0; s < scenarios; ++s) {
        double sum = 0;
        for (currency const& c : currencies) sum += c.counted[s];
        worst = sum < worst ? sum : worst;
    }
    for (currency const& c : currencies) shocks += c.roll_shock + c.delta_shock;
    return shocks - worst;
}

/// What an amount of a currency is worth as collateral: a debt counts whole.
LOCKSTEP_HD double after_haircut(double value, double haircut) {
    return value > 0 ? value * (1.0 - haircut) : value;
}

}  // namespace lockstep::cross
