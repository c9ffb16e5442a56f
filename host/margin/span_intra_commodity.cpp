#include "host/margin/span_intra_commodity.h"

#include <algorithm>
#include <cmath>

namespace lockstep {

namespace {

/// Whether a leg has another one in its own tier on the other side: such a spread is between
/// months of the tier, whose long and short deltas stand against each other.
bool is_inner(span_spread const& spread, span_spread::leg const& leg) {
    return std::any_of(spread.legs.begin(), spread.legs.end(), [&leg](auto const& other) {
        return other.place == leg.place && other.side != leg.side;
    });
}
bool has_inner_legs(span_spread const& spread) {
    return std::any_of(spread.legs.begin(), spread.legs.end(),
                       [&spread](auto const& leg) { return is_inner(spread, leg); });
}

std::vector<std::size_t> months_of(span_commodity const& c, span_spread const& spread,
                                   span_spread::leg const& leg,
                                   std::vector<span_month> const& held) {
    span_month first = leg.place, last = leg.place;
    if (!spread.by_month) {
        auto const tier = std::find_if(c.tiers.begin(), c.tiers.end(),
                                       [&leg](auto const& t) { return t.number == leg.place; });
        if (tier == c.tiers.end()) return {};
        first = tier->first;
        last = tier->last;
    }
    std::vector<std::size_t> found;
    for (std::size_t m = 0; m < held.size(); ++m)
        if (held[m] >= first && held[m] <= last) found.push_back(m);
    return found;
}

/// Takes a delta from the months of a tier, those of its own sign, nearest first.
void use_up(std::vector<double>& left, std::vector<std::size_t> const& months, double delta) {
    for (std::size_t const m : months) {
        if (!(left[m] * delta > 0)) continue;
        bool const all = std::abs(left[m]) <= std::abs(delta);
        double const taken = all ? left[m] : delta;
        left[m] -= taken;
        delta -= taken;
    }
}

/// Forms what the deltas left allow and uses these up. `first_is_long` says which of its
/// tier's deltas an inner leg of the first side takes; others take the net one either way.
double form(span_commodity const& c, span_spread const& spread, std::vector<span_month> const& held,
            bool first_is_long, std::vector<double>& left) {
    std::vector<double> deltas;
    std::vector<std::vector<std::size_t>> members;  // months behind each leg
    std::vector<span::spread_leg> legs;
    for (span_spread::leg const& leg : spread.legs) {
        bool const opposite = leg.side != spread.legs.front().side;
        bool const inner = is_inner(spread, leg);
        members.push_back(months_of(c, spread, leg, held));
        double sum = 0;
        for (std::size_t const m : members.back())
            if (!inner || (left[m] > 0) == (opposite != first_is_long)) sum += left[m];
        deltas.push_back(sum);
        legs.push_back({static_cast<std::uint32_t>(legs.size()), leg.ratio, opposite});
    }
    std::vector<double> const before = deltas;
    double const formed = span::form_spreads(view_of(deltas), {legs.data(), legs.size()});
    for (std::size_t k = 0; k < legs.size(); ++k) use_up(left, members[k], before[k] - deltas[k]);
    return formed;
}

}  // namespace

int128 spread_charges(span_commodity const& c, std::vector<span_month> const& months,
                      std::vector<double> left) {
    int128 total = 0;
    for (span_spread const& spread : c.spreads) {
        double formed = form(c, spread, months, true, left);
        if (!(formed > 0) && has_inner_legs(spread)) formed = form(c, spread, months, false, left);
        total += span::spread_charge(formed, spread.charge);
    }
    return total;
}

}  // namespace lockstep
