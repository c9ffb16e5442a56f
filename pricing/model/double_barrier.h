// Options between two barriers: Ikeda and Kunitomo, "Pricing Options with Curved Boundaries"
// (1992), for flat ones.
//
// Between L and U the density of the paths that end alive is a sum of images: one starts at
// S (U/L)^(2n) with weight (U/L)^(2 n mu), one at L^2/S (U/L)^(2n) with weight
// -(L/S (U/L)^n)^(2 mu), for every integer n. Terms whose image lies further out than the vol
// reaches are below rounding; the rest are at most 65 on a side. A corridor narrower than that many
// reach is worth nothing: the chance to stay inside is below exp(-1000).
#pragma once

#include "pricing/model/barrier.h"

namespace lockstep {

struct double_barrier_inputs {
    asset_inputs asset;
    double strike;
    double lower, upper;
    double monitoring;  // dates on which the barriers are watched; 0: always
    bool knock_in;
};

namespace detail {

inline constexpr int images_max = 64;

LOCKSTEP_HD payoff_status double_barrier_refusal(double_barrier_inputs const& in) {
    using enum payoff_status;
    payoff_status const asset = asset_refusal(in.asset);
    if (asset == underlying_is_not_positive) return asset;
    if (!is_positive(in.strike)) return strike_is_not_positive;
    if (asset != computed) return asset;
    payoff_status const lower = barrier_refusal(in.lower, in.monitoring);
    if (lower != computed) return lower;
    if (!is_positive(in.upper)) return barrier_is_not_positive;
    return in.lower < in.upper ? computed : barriers_are_not_in_order;
}

/// How many images on a side matter.
LOCKSTEP_HD int image_count(double width, double total_vol, double drift) {
    double const reach = 9.0 * total_vol + (drift < 0.0 ? -drift : drift);
    double const needed = reach / (2.0 * width) + 1.0;
    return needed < images_max ? static_cast<int>(needed) + 1 : images_max + 1;
}

}  // namespace detail

/// A knock-out without rebate; the spot is between the barriers.
template <class NumberT>
LOCKSTEP_HD NumberT double_knock_out_price(lognormal_asset<NumberT> const& a, bool put,
                                           double strike, NumberT const& lower,
                                           NumberT const& upper) {
    double const side = put ? -1.0 : 1.0;
    NumberT const s = total_vol_of(a);
    NumberT const mu = a.carry / (a.vol * a.vol) - 0.5;
    NumberT const width = logarithm(upper / lower);
    NumberT const to_lower = logarithm(lower / a.spot);
    NumberT const log_spot = logarithm(a.spot);
    bool const worthless = put ? strike <= value_of(lower) : strike >= value_of(upper);
    double const drift = value_of(mu) * value_of(s) * value_of(s);
    int const images = detail::image_count(value_of(width), value_of(s), drift);
    if (worthless || images > detail::images_max) return NumberT(0.0);
    bool const cut = strike > value_of(lower) && strike < value_of(upper);
    NumberT const k(strike);
    detail::level_range<NumberT> const range{!put && cut ? k : lower, put && cut ? k : upper, true,
                                             true};
    NumberT sum(0.0);
    for (int n = -images; n <= images; ++n) {
        NumberT const shift = (2.0 * n) * width;
        NumberT const mirrored = 2.0 * to_lower + shift;
        NumberT const direct =
            detail::payoff_between(a, side, strike, mu * shift, log_spot + shift, range);
        NumberT const image =
            detail::payoff_between(a, side, strike, mu * mirrored, log_spot + mirrored, range);
        sum = sum + (direct - image);
    }
    return detail::not_below_zero(sum);
}

LOCKSTEP_HD payoff_value value_double_barrier(double_barrier_inputs const& in) {
    payoff_status const status = detail::double_barrier_refusal(in);
    if (status != payoff_status::computed) return detail::refused(status);
    lognormal_asset<asset_number> const a = detail::asset_of(in.asset);
    bool const put = (in.asset.flags & option_flag::put) != 0;
    double const spot = in.asset.underlying;
    asset_number alive(0.0);
    if (spot > in.lower && spot < in.upper) {
        auto const lower = detail::watched_always(a, in.lower, in.monitoring, barrier_side::below);
        auto const upper = detail::watched_always(a, in.upper, in.monitoring, barrier_side::above);
        alive = double_knock_out_price(a, put, in.strike, lower, upper);
    }
    if (!in.knock_in) return detail::value_from(alive);
    return detail::value_from(
        detail::not_below_zero(detail::plain_option(a, in.strike, put) - alive));
}

}  // namespace lockstep
