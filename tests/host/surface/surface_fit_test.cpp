// Surfaces fitted to quotes whose surface is known, and to quotes that are not so good.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "host/surface/fit.h"
#include "pricing/base/digest.h"
#include "tests/host/surface/quoted_surface.h"

namespace lockstep {
namespace {

surface_fit fit(quote_table const& table, surface_options const& options = {}) {
    static auto const device = make_backend({.kind = backend_kind::cpu});
    return fit_surfaces(table, options, *device);
}

std::size_t count_of(surface_slice const& slice, quote_use use) {
    return static_cast<std::size_t>(std::ranges::count(slice.quotes, use, &surface_quote::use));
}

double worst_vol_error(surface_slice const& slice, svi_raw const& truth) {
    double worst = 0;
    for (surface_quote const& q : slice.quotes) {
        double const vol = std::sqrt(svi_at(truth, q.k).variance / slice.time);
        worst = std::max(worst, std::abs(q.fitted - vol));
    }
    return worst;
}

TEST(surface_fit, known_surfaces_come_back_linear_and_inverse) {
    auto table = empty_table(2);
    double const days[] = {0.25, 1, 7, 30, 180, 365};
    for (double const d : days) {
        add_smile(table, 0, {.curve = ordinary_curve(d), .days = d});
        add_smile(
            table, 1,
            {.curve = ordinary_curve(d, 0.8, 0.1), .days = d, .forward = 65000, .inverse = true});
    }
    surface_fit const f = fit(table);
    ASSERT_EQ(f.slices.size(), 12u);
    ASSERT_EQ(f.books.size(), 2u);
    for (std::size_t i = 0; i < 12; ++i) {
        surface_slice const& s = f.slices[i];
        EXPECT_EQ(s.status, slice_status::fitted) << i;
        EXPECT_EQ(s.remaining, 0);
        EXPECT_EQ(s.used, 21u);
        EXPECT_EQ(s.inside, 21u);
        EXPECT_EQ(count_of(s, quote_use::other_side_is_used), 21u);
        svi_raw const truth =
            i < 6 ? ordinary_curve(days[i]) : ordinary_curve(days[i - 6], 0.8, 0.1);
        // The middle of two prices is not the price of the middle vol: that is all that is left.
        EXPECT_LT(worst_vol_error(s, truth), 2e-3) << i;
    }
    EXPECT_EQ(f.books[0].curves.size(), 6u);
    // On marks it is the vol itself.
    for (surface_slice const& s : fit(table, {fitted_price::mark}).slices) EXPECT_LT(s.rmse, 1e-7);
}

TEST(surface_fit, forwards_and_discounts_come_from_parity_where_there_are_none) {
    auto table = empty_table();
    svi_raw const near = ordinary_curve(30, 0.2), far = ordinary_curve(365, 0.2);
    add_smile(
        table, 0,
        {.curve = near, .days = 30, .forward = 1287, .discount = 0.999, .tells_forward = false});
    add_smile(table, 0,
              {.curve = far,
               .days = 365,
               .forward = 1271,
               .discount = 0.985,
               .strikes = 41,
               .tells_forward = false});
    surface_fit const f = fit(table);
    for (auto const& [i, forward, discount] :
         {std::tuple{0, 1287.0, 0.999}, std::tuple{1, 1271.0, 0.985}}) {
        surface_slice const& s = f.slices[static_cast<std::size_t>(i)];
        EXPECT_TRUE(s.by_parity);
        EXPECT_NEAR(s.forward, forward, 1e-6 * forward);
        EXPECT_NEAR(s.discount, discount, 1e-5);
        EXPECT_EQ(s.status, slice_status::fitted);
        EXPECT_LT(worst_vol_error(s, i == 0 ? near : far), 2e-3);
    }
}

TEST(surface_fit, an_expiry_without_pairs_has_no_forward_and_says_so) {
    auto table = empty_table();
    add_smile(table, 0, {.curve = ordinary_curve(30), .days = 30, .tells_forward = false});
    std::erase_if(table.quotes, [](option_quote const& q) { return q.type == option_type::put; });
    add_smile(table, 0, {.curve = ordinary_curve(60), .days = 60});
    surface_fit const f = fit(table);
    EXPECT_EQ(f.slices[0].status, slice_status::no_forward);
    EXPECT_EQ(f.slices[0].parity.status, parity_status::too_few_strikes);
    EXPECT_EQ(count_of(f.slices[0], quote_use::has_no_forward), 21u);
    EXPECT_EQ(f.slices[1].status, slice_status::fitted);
    EXPECT_EQ(f.books[0].curves.size(), 1u);
}

TEST(surface_fit, every_quote_that_does_not_count_says_why) {
    auto table = empty_table();
    add_smile(table, 0, {.curve = ordinary_curve(30), .days = 30});
    // Both options of a strike each, so that the other side cannot stand in.
    auto const spoil = [&](std::size_t strike, auto const& how) {
        how(table.quotes[2 * strike]), how(table.quotes[2 * strike + 1]);
    };
    spoil(0, [](option_quote& q) { q.bid = q.ask = not_quoted; });
    spoil(1, [](option_quote& q) { q.bid = not_quoted; });
    spoil(2, [](option_quote& q) { q.ask = not_quoted; });
    spoil(3, [](option_quote& q) { std::swap(q.bid, q.ask); });
    spoil(4, [](option_quote& q) { q.bid = 1e6, q.ask = 2e6; });
    spoil(10, [](option_quote& q) { q.bid *= 0.3, q.ask *= 3; });
    surface_slice const s = fit(table).slices[0];
    EXPECT_EQ(count_of(s, quote_use::is_not_quoted), 2u);
    EXPECT_EQ(count_of(s, quote_use::has_no_bid), 2u);
    EXPECT_EQ(count_of(s, quote_use::has_no_ask), 2u);
    EXPECT_EQ(count_of(s, quote_use::is_crossed), 2u);
    EXPECT_EQ(count_of(s, quote_use::has_no_vol), 2u);
    EXPECT_EQ(count_of(s, quote_use::is_too_wide), 2u);
    EXPECT_EQ(s.used, 15u);
    EXPECT_EQ(s.quotes.size(), 42u);
    EXPECT_EQ(s.status, slice_status::fitted);
    EXPECT_LT(worst_vol_error(s, ordinary_curve(30)), 3e-3);
    // Without the option that is out of the money, the one in the money is used.
    for (auto& q : table.quotes)
        if (q.type == option_type::put) q.bid = not_quoted;
    EXPECT_EQ(fit(table).slices[0].used, 15u);
}

TEST(surface_fit, an_expiry_of_few_quotes_takes_the_ssvi_curve) {
    auto table = empty_table();
    add_smile(table, 0, {.curve = ordinary_curve(7), .days = 7, .strikes = 3});
    add_smile(table, 0, {.curve = ordinary_curve(30), .days = 30});
    add_smile(table, 0, {.curve = ordinary_curve(90), .days = 90});
    add_smile(table, 0, {.curve = ordinary_curve(180), .days = 180, .strikes = 1});
    for (auto& q : table.quotes)
        if (q.expiry == table.quotes.back().expiry) q.bid = q.ask = not_quoted;
    surface_fit const f = fit(table);
    EXPECT_EQ(f.slices[0].status, slice_status::borrowed_for_few_quotes);
    EXPECT_EQ(f.slices[0].remaining, 0);
    EXPECT_LT(f.slices[0].rmse, 0.05);
    EXPECT_EQ(f.slices[3].status, slice_status::no_usable_quotes);
    EXPECT_EQ(f.books[0].curves.size(), 3u);
}

TEST(surface_fit, expiries_that_cross_are_put_beneath_each_other) {
    auto table = empty_table();
    // A week dearer than a month, by far: free money in the quotes, none in the surface.
    add_smile(table, 0, {.curve = ordinary_curve(7, 1.4), .days = 7, .noise = 0.3});
    add_smile(table, 0, {.curve = ordinary_curve(30, 0.6), .days = 30, .noise = 0.3});
    add_smile(table, 0, {.curve = ordinary_curve(60, 0.55, 0.2), .days = 60, .noise = 0.3});
    surface_fit const f = fit(table);
    EXPECT_NE(f.slices[0].found & svi_arbitrage::calendar, 0);
    for (surface_slice const& s : f.slices) {
        EXPECT_TRUE(s.has_curve());
        EXPECT_EQ(s.remaining, 0) << word(s.status);
        EXPECT_GE(s.butterfly.value, 0);
        EXPECT_GE(s.calendar.value, 0);
    }
    // One of the two gives way, not both.
    EXPECT_LT(std::min(f.slices[0].rmse, f.slices[1].rmse), 0.01);
}

TEST(surface_fit, hours_to_expiry_with_wide_and_few_quotes) {
    auto table = empty_table();
    for (double const hours : {0.3, 1.0, 6.0, 20.0})
        add_smile(table, 0,
                  {.curve = ordinary_curve(hours / 24),
                   .days = hours / 24,
                   .low = -1.5,
                   .high = 2.5,
                   .strikes = 7,
                   .half_spread = 0.08,
                   .noise = 0.5});
    add_smile(table, 0, {.curve = ordinary_curve(7), .days = 7});
    for (surface_slice const& s : fit(table).slices) {
        EXPECT_TRUE(s.has_curve()) << word(s.status);
        EXPECT_EQ(s.remaining, 0);
        EXPECT_LT(s.rmse, 0.08);
    }
}

/// Numbers drawn by dice: whatever comes out is a curve without arbitrage, or a status.
TEST(surface_fit, quotes_without_sense_end_in_a_curve_or_a_status) {
    std::size_t curves = 0;
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        std::uint64_t at = 0;
        auto const drawn = [&](double low, double high) {
            return low + (high - low) * uniform_open(philox4x32(at++, seed, 3).first);
        };
        auto table = empty_table();
        double const wild = drawn(0, 3);  // how far prices are from those of a flat vol
        for (double days = drawn(0.001, 1); days < 800; days *= drawn(1.1, 6)) {
            utc_ns const expiry{quoted_at.value + static_cast<std::int64_t>(days * 86400e9)};
            double const vol = drawn(0.05, 2), unit = vol * std::sqrt(days / 365);
            for (int i = 0; i < static_cast<int>(drawn(1, 30)); ++i) {
                option_quote q;
                q.name = std::to_string(table.quotes.size());
                q.expiry = expiry;
                q.type = drawn(0, 1) < 0.5 ? option_type::put : option_type::call;
                q.strike = 100 * std::exp(unit * drawn(-4, 4));
                if (drawn(0, 1) < 0.9) q.forward = 100;
                double const fair =
                    price_of(100, q.strike, days / 365, vol, q.type == option_type::put);
                q.bid = fair * std::exp(wild * drawn(-1, 0.5));
                q.ask = q.bid * std::exp(wild * drawn(-0.1, 1));
                q.mark = drawn(q.bid, q.ask);
                table.quotes.push_back(std::move(q));
            }
        }
        for (fitted_price const price : {fitted_price::mid, fitted_price::mark})
            for (surface_slice const& s : fit(table, {price}).slices) {
                if (!s.has_curve()) continue;
                ++curves;
                EXPECT_EQ(s.remaining, 0)
                    << seed << ' ' << word(s.status) << " g " << s.butterfly.value << " gap "
                    << s.calendar.value << " days " << s.time * 365;
                for (surface_quote const& q : s.quotes)
                    EXPECT_EQ(std::isnan(q.fitted), std::isnan(q.k));
            }
    }
    EXPECT_GT(curves, 1000u);
}

TEST(surface_fit, the_bits_do_not_depend_on_who_computes) {
    auto table = empty_table();
    for (double const d : {1.0, 7.0, 30.0, 90.0})
        add_smile(table, 0, {.curve = ordinary_curve(d), .days = d, .noise = 1});
    auto const digest = [&](backend_options const& options) {
        auto const device = make_backend(options);
        digest128 sum{0, 0};
        std::uint64_t at = 0;
        for (surface_slice const& s : fit_surfaces(table, {}, *device).slices)
            for (double const x : {s.curve.a, s.curve.b, s.curve.rho, s.curve.m, s.curve.sigma,
                                   s.theta, s.rmse, s.butterfly.value, s.calendar.value})
                sum = sum + digest_double(at++, x);
        return sum;
    };
    auto const base = digest({backend_kind::cpu, 1, "base"});
    EXPECT_EQ(digest({backend_kind::cpu, 0, ""}), base);
    EXPECT_EQ(digest({backend_kind::cpu, 2, ""}), base);
}

}  // namespace
}  // namespace lockstep
