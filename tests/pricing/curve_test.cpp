// Forwards and discount factors: out of option prices by parity, and between dates.
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "pricing/base/random.h"
#include "pricing/market/forward_curve.h"
#include "pricing/market/put_call_parity.h"

namespace lockstep {
namespace {

struct quoted_expiry {
    double forward = 1287.5, discount = 0.985;
    std::vector<parity_pair> pairs;

    explicit quoted_expiry(int strikes, double noise = 0) {
        for (int i = 0; i < strikes; ++i) {
            double const strike = 1000 + 20.0 * i, spread = 0.5 + 0.02 * i;
            auto const drawn = philox4x32(static_cast<std::uint64_t>(i), 3, 11);
            pairs.push_back(
                {strike,
                 discount * (forward - strike) + noise * spread * standard_normal(drawn.first),
                 spread});
        }
    }
    parity_line fit(bool robust = true) const {
        return fit_parity({pairs.data(), pairs.size()}, robust);
    }
};

TEST(put_call_parity, exact_pairs_give_forward_and_discount) {
    for (bool const robust : {false, true}) {
        quoted_expiry const q(30);
        parity_line const line = q.fit(robust);
        EXPECT_EQ(line.status, parity_status::computed);
        EXPECT_NEAR(line.forward, q.forward, 1e-9);
        EXPECT_NEAR(line.discount, q.discount, 1e-12);
        EXPECT_EQ(line.pairs, 30);
    }
}

TEST(put_call_parity, stale_pairs_hardly_move_it) {
    quoted_expiry q(40, 0.3);
    double const clean = q.fit().forward;
    for (std::size_t const i : {2, 9, 20, 33}) q.pairs[i].call_less_put += i % 2 ? 45 : -60;
    parity_line const robust = q.fit(), plain = q.fit(false);
    EXPECT_EQ(robust.pairs, 36);
    EXPECT_NEAR(robust.forward, clean, 0.1);
    EXPECT_NEAR(robust.discount, q.discount, 1e-3);
    EXPECT_GT(std::abs(plain.forward - clean), 1);
    EXPECT_LT(robust.residual, 1);
}

/// All on one side and at one end, where they tilt the first line so far that what is good looks
/// bad.
TEST(put_call_parity, a_stale_end_does_not_tilt_it) {
    quoted_expiry q(40, 0.3);
    for (std::size_t i = 34; i < 40; ++i) q.pairs[i].call_less_put += 300;
    parity_line const line = q.fit();
    EXPECT_EQ(line.pairs, 34);
    EXPECT_NEAR(line.discount, q.discount, 2e-3);
}

/// Spreads much too small for the noise: every pair is an outlier, and still there is a line.
TEST(put_call_parity, spreads_that_promise_too_much_are_survived) {
    quoted_expiry q(40, 0.3);
    for (parity_pair& p : q.pairs) p.spread *= 1e-4;
    parity_line const line = q.fit();
    EXPECT_EQ(line.status, parity_status::computed);
    EXPECT_NEAR(line.forward, q.forward, 0.5);
}

TEST(put_call_parity, says_why_there_is_none) {
    EXPECT_EQ(quoted_expiry(2).fit().status, parity_status::too_few_strikes);
    EXPECT_EQ(quoted_expiry(0).fit().status, parity_status::too_few_strikes);
    quoted_expiry q(10);
    for (parity_pair& p : q.pairs) p.call_less_put = -p.call_less_put;
    EXPECT_EQ(q.fit().status, parity_status::discount_is_not_positive);
    for (parity_pair& p : q.pairs) p.strike = 100;
    EXPECT_EQ(q.fit().status, parity_status::discount_is_not_positive);
}

TEST(forward_curve, goes_through_what_is_known_and_grows_evenly_between) {
    std::vector<dated_forward> const known{{0.25, 102}, {1.0, 105}};
    view<dated_forward const> const all{known.data(), known.size()};
    EXPECT_EQ(forward_at(all, 100, 0), 100);
    EXPECT_NEAR(forward_at(all, 100, 0.25), 102, 1e-13);
    EXPECT_NEAR(forward_at(all, 100, 1.0), 105, 1e-13);
    EXPECT_NEAR(forward_at(all, 100, 0.125), std::sqrt(100 * 102.0), 1e-12);
    EXPECT_NEAR(forward_at(all, 100, 0.625), std::sqrt(102 * 105.0), 1e-12);
    EXPECT_NEAR(forward_at(all, 100, 2.0), 105 * 1.05, 1e-12);
    EXPECT_EQ(forward_at({}, 100, 0.7), 100);
    EXPECT_NEAR(yearly_growth(100, 105, 0.5), 2 * std::log(1.05), 1e-15);
}

}  // namespace
}  // namespace lockstep
