// Delivery prices, funding rates, socialised losses and auctions against published figures
// (data/reference/settlement_funding_socialisation.json, derive_liquidation_auctions.json), and the
// properties that no rounding may break.
#include <gtest/gtest.h>
#include <simdjson.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include "margin/ledger/payments.h"
#include "margin/liquidation/auction.h"
#include "margin/settlement/average_price.h"
#include "margin/settlement/funding_rate.h"
#include "margin/settlement/socialise.h"
#include "tests/where.h"

namespace {

using namespace lockstep;
using json = simdjson::dom::element;

std::int64_t nanos(double amount) { return std::llround(amount * 1e9); }
double number(json node, char const* key) { return node[key].get_double().value(); }
constexpr std::int64_t minute = 60'000'000'000;

struct published {
    simdjson::dom::parser parser;
    json root = parser.load(data_path("reference/settlement_funding_socialisation.json"));
};

TEST(settlement, mark_within_the_delivery_window) {
    published p;
    for (json const c : p.root["expiry_mark"].get_array()) {
        std::int64_t const elapsed = 30 - c["minutes_left"].get_int64().value();
        std::int64_t const mark = settling_mark(nanos(number(c, "twap_elapsed")),
                                                nanos(number(c, "forward")), elapsed, 30);
        EXPECT_NEAR(static_cast<double>(mark) * 1e-9, number(c, "expected_mark"), 0.005);
    }
}

TEST(settlement, delta_within_the_delivery_window) {
    published p;
    for (json const c : p.root["delta_decay"].get_array())
        EXPECT_EQ(
            settling_delta(nanos(number(c, "delta")), c["minutes_into_30"].get_int64().value(), 30),
            nanos(number(c, "expected_decayed_delta")));
}

// Prices that hold for a while: 11 for five minutes, 10 and 9 for two each, 8 for one. (The source
// of this walk prints whole numbers and a figure that no reading of its events leads to.)
TEST(settlement, time_weighted_average) {
    published p;
    price_average a = open_average(0, 0);
    for (json const e : p.root["vega_twap"]["mark_events_min"].get_array())
        observe(a, std::llround(e.at(0).get_double().value()) * minute,
                nanos(e.at(1).get_double().value()));
    EXPECT_EQ(average_at(a, 10 * minute), nanos(10.1));
    EXPECT_EQ(average_at(a, 20 * minute), nanos((101 + 80) / 20.0));
}

TEST(settlement, a_price_before_the_window_holds_until_the_first_inside) {
    price_average a = open_average(100, nanos(50));
    EXPECT_EQ(average_at(a, 100), nanos(50));
    observe(a, 150, nanos(60));
    observe(a, 140, nanos(70));  // late: counts from the last on
    EXPECT_EQ(average_at(a, 200), (50 * nanos(50) + 50 * nanos(70)) / 100);
}

listing_row perpetual_at(double mark) {
    listing_row l{};
    l.contract.kind = instrument_kind::perpetual;
    l.contract.settle = settlement::linear;
    l.mark = {nanos(mark)};
    return l;
}

TEST(funding, published_rates_and_payments) {
    published p;
    json const f = p.root["derive_funding"];
    std::int64_t const index = nanos(number(f, "index"));
    auto const rate_of = [](double share) { return std::llround(share * 1e12); };
    for (json const c : f["cases"].get_array()) {
        std::int64_t const premium =
            premium_rate(nanos(number(c, "impact_bid")), nanos(number(c, "impact_ask")), index);
        std::int64_t const rate = hourly_rate(premium, f["convergence_hours"].get_int64().value(),
                                              0, rate_of(number(f, "cap_per_hour")));
        EXPECT_EQ(rate, rate_of(number(c, "rate_per_hour")));
        double paid = 0;
        if (c["payment_long"].get(paid) != simdjson::SUCCESS) continue;
        position_row position{};
        for (int const side : {1, -1}) {
            position.size = {side * nanos_per_unit};
            EXPECT_EQ(static_cast<std::int64_t>(
                          funding_payment(perpetual_at(number(f, "index")), position, rate / 1000)),
                      side * nanos(paid));
        }
    }
}

TEST(funding, an_index_moves_toward_zero) {
    published p;
    for (json const c : p.root["dydx_funding_index_delta"]["cases"].get_array()) {
        int const exponent = static_cast<int>(c["atomic_res"].get_int64().value()) +
                             static_cast<int>(c["exp"].get_int64().value()) + 6;
        // price x 10^exponent quote quantums (1e-6) a base quantum
        int128 top = c["price"].get_int64().value(), bottom = 1;
        for (int i = 0; i < exponent; ++i) top *= 10;
        for (int i = 0; i < -exponent; ++i) bottom *= 10;
        int128 const moved = funding_index_delta(c["rate_ppm"].get_int64().value(),
                                                 c["dt"].get_int64().value(), top, bottom);
        EXPECT_EQ(static_cast<std::int64_t>(moved), c["expected"].get_int64().value());
    }
}

TEST(funding, a_band_around_the_premium_and_a_mean_without_tails) {
    // Interest 1 bp, premium 3 bp, band 5 bp: the rate is the interest; premium 9 bp: 9 - 5.
    EXPECT_EQ(banded_rate(300'000'000, 100'000'000, 500'000'000), 100'000'000);
    EXPECT_EQ(banded_rate(900'000'000, 100'000'000, 500'000'000), 400'000'000);
    EXPECT_EQ(banded_rate(-900'000'000, 100'000'000, 500'000'000), -400'000'000);
    std::vector<std::int64_t> const samples{-1000, 1, 2, 3, 5000};
    EXPECT_EQ(trimmed_mean(view_of(samples), 1), 2);
    EXPECT_EQ(trimmed_mean(view_of(samples), 2), 2);
    EXPECT_EQ(trimmed_mean(view_of(samples), 3), 0);
}

std::vector<std::int64_t> integers(json list) {
    std::vector<std::int64_t> all;
    for (json const x : list.get_array()) all.push_back(x.get_int64().value());
    return all;
}

/// What winners are left with, and what that leaves of what was collected.
struct shares {
    std::vector<std::int64_t> paid;
    int128 rest;
};
shares shares_of(std::vector<std::int64_t> const& won, int128 collected) {
    int128 const expected = std::accumulate(won.begin(), won.end(), int128{0});
    shares out{{}, std::min(collected, expected)};
    for (std::int64_t const gain : won) {
        out.paid.push_back(share_of_gain(gain, std::min(collected, expected), expected));
        out.rest -= out.paid.back();
    }
    return out;
}

// There the last winner is paid the rest: here nobody is.
TEST(socialise, published_cases) {
    published p;
    for (json const c : p.root["vega_loss_socialisation"]["cases"].get_array()) {
        SCOPED_TRACE(std::string(c["id"].get_string().value()));
        int128 collected = c["insurance"].get_int64().value();
        for (json const loser : c["losers"].get_array())
            collected += std::min(loser.at(0).get_int64().value(), loser.at(1).get_int64().value());
        std::vector<std::int64_t> const won = integers(c["winners"]);
        shares found = shares_of(won, collected);
        found.paid.back() += static_cast<std::int64_t>(found.rest);
        json list;
        if (c["paid"].get(list) == simdjson::SUCCESS) {
            EXPECT_EQ(found.paid, integers(list));
        }
        if (c["shortfall"].get(list) == simdjson::SUCCESS) {
            std::vector<std::int64_t> short_of;
            for (std::size_t i = 0; i < won.size(); ++i) short_of.push_back(won[i] - found.paid[i]);
            EXPECT_EQ(short_of, integers(list));
        }
    }
}

// Whatever is collected: nobody is left with more than was won, and less than a unit for each
// winner is not paid.
TEST(socialise, nothing_is_made_and_less_than_a_unit_each_is_left) {
    std::uint64_t state = 7;
    auto const draw = [&state](std::uint64_t below) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        return static_cast<std::int64_t>((state >> 33) % below);
    };
    for (int round = 0; round < 20'000; ++round) {
        std::vector<std::int64_t> won(1 + static_cast<std::size_t>(draw(9)));
        std::int64_t expected = 0;
        for (auto& w : won) expected += w = draw(4) == 0 ? 0 : draw(1'000'000);
        if (expected == 0) continue;
        shares const found = shares_of(won, draw(static_cast<std::uint64_t>(expected) + 2));
        EXPECT_TRUE(found.rest >= 0 && found.rest < static_cast<int128>(won.size()));
        for (std::size_t i = 0; i < won.size(); ++i) {
            EXPECT_GE(found.paid[i], 0);
            EXPECT_LE(found.paid[i], won[i]);
        }
    }
}

constexpr auction::terms published_terms{.start = 980'000'000,
                                         .cut = 800'000'000,
                                         .fast_seconds = 100,
                                         .slow_seconds = 14'400,
                                         .buffer = 200'000'000};

TEST(auction, published_buffers_shares_and_bids) {
    simdjson::dom::parser parser;
    json const root = parser.load(data_path("reference/derive_liquidation_auctions.json"));
    simdjson::dom::object const cases = root["data"];
    int solvent = 0;
    for (auto const& [name, actions] : cases) {
        SCOPED_TRACE(std::string(name));
        double earlier = 0;
        for (json const a : actions.get_array()) {
            auction::account const account{.mark_to_market = nanos(number(a, "PreMtM")),
                                           .maintenance = nanos(number(a, "PreMM")),
                                           .earlier_cash = nanos(earlier)};
            EXPECT_NEAR(static_cast<double>(buffer_margin(account, published_terms)) * 1e-9,
                        number(a, "PreBM"), 3e-9);
            if (account.mark_to_market < 0) {
                EXPECT_EQ(share_max(account, published_terms, published_terms.start), 0);
                continue;
            }
            std::int64_t const d = discount_at(published_terms, a["Time"].get_int64().value());
            std::int64_t const most = share_max(account, published_terms, d);
            EXPECT_NEAR(static_cast<double>(most) * 1e-9, number(a, "PreFMax"), 3e-9);
            std::int64_t const share = std::min(most, nanos(number(a, "Want")));
            double const bid = static_cast<double>(bid_price(account, share, d)) * 1e-9;
            EXPECT_NEAR(bid, number(a, "ExpectedBidPrice"), 2e-7);
            earlier += number(a, "ExpectedBidPrice");
            ++solvent;
        }
    }
    EXPECT_EQ(solvent, 10);
}

TEST(auction, a_second_published_contract) {
    published p;
    json const c = p.root["derive_solvent_auction"];
    auction::terms const terms{.start = nanos(number(c, "start_discount")),
                               .cut = nanos(number(c, "fast_cutoff")),
                               .fast_seconds = c["fast_s"].get_int64().value(),
                               .slow_seconds = c["slow_s"].get_int64().value(),
                               .buffer = nanos(number(c, "buffer_pct"))};
    auction::account const account{.mark_to_market = nanos(number(c, "MtM")),
                                   .maintenance = nanos(number(c, "MM")),
                                   .earlier_cash = 0};
    EXPECT_EQ(static_cast<std::int64_t>(buffer_margin(account, terms)), nanos(number(c, "BM")));
    for (json const at : c["cases"].get_array()) {
        std::int64_t const d = discount_at(terms, at["t"].get_int64().value());
        double expected = 0;
        if (at["bid"].get(expected) == simdjson::SUCCESS) {
            EXPECT_EQ(bid_price(account, auction::whole, d), nanos(expected));
        }
        if (at["f_max_floor_milli"].get(expected) == simdjson::SUCCESS) {
            EXPECT_EQ(share_max(account, terms, d) / 1'000'000, std::llround(expected));
        }
        if (at["pct"].get(expected) == simdjson::SUCCESS) {
            EXPECT_EQ(bid_price(account, nanos(expected), d), nanos(number(at, "cash")));
        }
    }
}

TEST(auction, prices_never_rise_with_time_and_payouts_never_fall) {
    auction::account const account{nanos(100), nanos(-50), 0};
    auction::account const broke{nanos(-20), nanos(-50), 0};
    std::int64_t bid = nanos(1000), payout = -1;
    for (std::int64_t t = 0; t <= 15'000; t += 7) {
        std::int64_t const d = discount_at(published_terms, t);
        std::int64_t const now = bid_price(account, auction::whole, d);
        EXPECT_LE(now, bid);
        bid = now;
        std::int64_t const due = insolvent_payout(broke, auction::whole, t, 3600);
        EXPECT_GE(due, payout);
        payout = due;
    }
    EXPECT_EQ(bid, 0);
    EXPECT_EQ(insolvent_payout(broke, auction::whole, 0, 3600), nanos(20));
    EXPECT_EQ(payout, nanos(50));
}

}  // namespace
