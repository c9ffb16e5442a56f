// The worst payoff of an expiry without one of its legs, for every leg in turn, to the last bit
// what the payoffs of the others give when they are added up again. Adding them up again at every
// corner would cost the cube of the legs. Here the leg is taken off the sums of the whole, which is
// right but for rounding, and rounding is bounded: a sum of n terms is off by less than n 2^-53 of
// the sum of their magnitudes (Higham, Accuracy and Stability of Numerical Algorithms,
// section 4.2). Only corners that may be the worst within that bound are added up again.
#pragma once

#include "margin/model/srm.h"

namespace lockstep::srm {

/// At one corner: the payoff of all legs, and the sum of the magnitudes of what it is made of.
struct corner_sum {
    double payoff, reach;
};

LOCKSTEP_HD double payoff_of(option_leg const& leg, double at) { return payoff({&leg, 1}, at); }

/// `sums` is caller's memory of one for each corner.
LOCKSTEP_HD void sum_corners(view<option_leg const> legs, view<corner_sum> sums) {
    for (std::size_t i = 0; i < corner_count(legs); ++i) {
        double const at = corner(legs, i);
        sums[i] = {payoff(legs, at), 0};
        for (option_leg const& leg : legs) {
            double const one = payoff_of(leg, at);
            sums[i].reach += one < 0 ? -one : one;
        }
    }
}

/// `gone` is a leg taken out of `legs`, where one of size zero stands in its place; `sums` are
/// those of the legs with it.
LOCKSTEP_HD double worst_payoff_without(view<option_leg const> legs, std::size_t place,
                                        option_leg const& gone, view<corner_sum const> sums) {
    // Two sums, a difference, and the comparisons here: well within eight times the bound.
    double const share = static_cast<double>(legs.size()) * 0x1p-50;
    double worst = payoff(legs, 0.0), least = worst;
    for (std::size_t i = 1; i < corner_count(legs); ++i) {
        if (i == 1 + place) continue;
        double const most =
            sums[i].payoff - payoff_of(gone, corner(legs, i)) + share * sums[i].reach;
        least = most < least ? most : least;
    }
    for (std::size_t i = 1; i < corner_count(legs); ++i) {
        double const at = corner(legs, i);
        if (i == 1 + place || sums[i].payoff - payoff_of(gone, at) - share * sums[i].reach > least)
            continue;
        double const there = payoff(legs, at);
        worst = there < worst ? there : worst;
    }
    return worst;
}

}  // namespace lockstep::srm
