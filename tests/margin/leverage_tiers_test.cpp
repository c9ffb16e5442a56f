// The rows of data/reference/dydx_v4_liquidation.csv, exactly, and properties that any liquidation
// must keep.
#include "margin/model/leverage_tiers.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/pricing/reference_table.h"

namespace {

using namespace lockstep;
using namespace lockstep::leverage;

constexpr tier ten_percent{.initial_ppm = 200'000, .maintenance_of_initial_ppm = 500'000};
constexpr std::int64_t btc_quantums = 100'000'000, eth_quantums = 1'000'000'000;
constexpr fraction btc_price{50'000'000'000, btc_quantums};  // 50,000 USDC a coin
constexpr fraction eth_price{3'000'000'000, eth_quantums};

/// "0.004" coins in quantums.
std::int64_t quantums_of(std::string const& coins, std::int64_t per_coin) {
    return static_cast<std::int64_t>(std::stold(coins) * static_cast<long double>(per_coin) +
                                     (coins[0] == '-' ? -0.5L : 0.5L));
}

/// What a row's account holds: "BTC:0.004;ETH:0.1" and USDC.
struct account {
    std::int64_t btc = 0, eth = 0;
    account_risk risk{};

    explicit account(reference_row const& row) {
        std::stringstream in(row.at("positions"));
        for (std::string held; std::getline(in, held, ';');) {
            std::string const coins = held.substr(4);
            if (held.starts_with("BTC")) btc = quantums_of(coins, btc_quantums);
            if (held.starts_with("ETH")) eth = quantums_of(coins, eth_quantums);
        }
        auto const add = [this](position_risk const& r) {
            risk.net_collateral += r.notional;
            risk.maintenance += r.maintenance;
        };
        risk.net_collateral = std::stoll(row.at("usdc")) * int128{1'000'000};
        add(risk_of(btc, btc_price, ten_percent));
        add(risk_of(eth, eth_price, ten_percent));
    }
    std::int64_t size(reference_row const& row) const {
        return row.at("perp") == "ETH" ? eth : btc;
    }
};

fraction price_of(reference_row const& row) {
    return row.at("perp") == "ETH" ? eth_price : btc_price;
}

std::int64_t integer(reference_row const& row, char const* column) {
    return std::stoll(row.at(column));
}

liquidation_quote bankruptcy(reference_row const& row, std::int64_t delta) {
    account const a(row);
    return bankruptcy_quote(a.size(row), delta, price_of(row), ten_percent, a.risk);
}

TEST(leverage_tiers, published_bankruptcy_quotes) {
    int rows = 0;
    for (reference_row const& row : reference_table("dydx_v4_liquidation.csv")) {
        if (row.at("kind") != "bankruptcy") continue;
        SCOPED_TRACE(row.text);
        liquidation_quote const quote = bankruptcy(row, integer(row, "delta_quantums"));
        EXPECT_EQ(quote.status == liquidation_status::computed, row.at("error").empty());
        if (row.at("error").empty()) {
            EXPECT_EQ(static_cast<std::int64_t>(quote.quantums), integer(row, "expected"));
        }
        ++rows;
    }
    EXPECT_EQ(rows, 9);
}

TEST(leverage_tiers, published_fillable_prices) {
    int rows = 0;
    for (reference_row const& row : reference_table("dydx_v4_liquidation.csv")) {
        if (row.at("kind") != "fillable") continue;
        SCOPED_TRACE(row.text);
        account const a(row);
        ++rows;
        bool const refused = refuse_delta(a.size(row), integer(row, "delta_quantums")) !=
                             liquidation_status::computed;
        EXPECT_EQ(refused, !row.at("error").empty());
        if (refused) continue;
        fraction const price = fillable_price(a.size(row), price_of(row), ten_percent, a.risk,
                                              integer(row, "ba_ppm"), integer(row, "smmr_ppm"));
        std::string const expected = row.at("expected");
        std::size_t const bar = expected.find('/');
        std::int64_t const top = std::stoll(expected.substr(0, bar));
        std::int64_t const bottom = std::stoll(expected.substr(bar + 1));
        EXPECT_TRUE(price.numerator * bottom == price.denominator * top)
            << static_cast<double>(price.numerator) / static_cast<double>(price.denominator);
    }
    EXPECT_EQ(rows, 10);
}

TEST(leverage_tiers, published_insurance_fund_deltas) {
    int rows = 0;
    for (reference_row const& row : reference_table("dydx_v4_liquidation.csv")) {
        if (row.at("kind") != "insurance_delta") continue;
        SCOPED_TRACE(row.text);
        bool const buys = row.at("is_buy") == "true";
        std::int64_t const amount = integer(row, "fill_amount");
        int128 const moved = static_cast<int128>(amount) * integer(row, "subticks") / 100'000'000;
        liquidation_quote const delta =
            insurance_delta(buys ? -moved : moved, bankruptcy(row, buys ? amount : -amount),
                            integer(row, "max_fee_ppm"));
        EXPECT_EQ(delta.status, liquidation_status::computed);
        EXPECT_EQ(static_cast<std::int64_t>(delta.quantums), integer(row, "expected"));
        ++rows;
    }
    EXPECT_EQ(rows, 7);
}

// An account that is closed in parts receives what it would at once, but for the rounding: less
// than a quantum (a millionth of a dollar) a step.
TEST(leverage_tiers, closing_in_parts_gains_nothing_but_rounding) {
    for (std::int64_t usdc = -5100; usdc <= -4510; usdc += 7) {
        std::int64_t size = 10'000'000;
        int128 cash = static_cast<int128>(usdc) * 1'000'000;
        auto const risk = [&] {
            position_risk const r = risk_of(size, btc_price, ten_percent);
            return account_risk{cash + r.notional, r.maintenance};
        };
        ASSERT_TRUE(is_liquidatable(risk()));
        int128 const at_once =
            bankruptcy_quote(size, -size, btc_price, ten_percent, risk()).quantums;
        int128 in_parts = 0;
        std::int64_t const part = 1'234'567;
        while (size > 0) {
            std::int64_t const delta = -(part < size ? part : size);
            liquidation_quote const q =
                bankruptcy_quote(size, delta, btc_price, ten_percent, risk());
            int128 const before = risk().maintenance;
            size += delta;
            cash += q.quantums;
            in_parts += q.quantums;
            EXPECT_LT(risk().maintenance, before) << "a part closed asks for less";
        }
        EXPECT_GE(static_cast<std::int64_t>(in_parts - at_once), 0);
        EXPECT_LE(static_cast<std::int64_t>(in_parts - at_once), 9);
    }
}

TEST(leverage_tiers, requirements_are_rounded_up_and_grow_with_open_interest) {
    // 1 quantum at 50000 USDC / 1e8: 500 quote quantums of notional, 100 initial, 50 maintenance.
    position_risk const one = risk_of(1, btc_price, ten_percent);
    EXPECT_EQ(static_cast<int>(one.initial), 100);
    EXPECT_EQ(static_cast<int>(one.maintenance), 50);
    position_risk const odd = risk_of(-1, {3, 2}, {333'333, 500'000});
    EXPECT_EQ(static_cast<int>(odd.notional), -1);
    EXPECT_EQ(static_cast<int>(odd.initial), 1);
    EXPECT_EQ(static_cast<int>(odd.maintenance), 1);
    EXPECT_EQ(scaled_initial_ppm(50'000, 10, 20, 40), 50'000);
    EXPECT_EQ(scaled_initial_ppm(50'000, 30, 20, 40), 525'000);
    EXPECT_EQ(scaled_initial_ppm(50'000, 41, 20, 40), 1'000'000);
}

// A long of 1 coin at 100 with 10 available and 20 x leverage (l = 1/40): 100 - 10 / (39/40).
TEST(leverage_tiers, liquidation_price_of_one_position) {
    EXPECT_NEAR(liquidation_price(100, 1, 10, 20), 100 - 10 / 0.975, 1e-12);
    EXPECT_NEAR(liquidation_price(100, -1, 10, 20), 100 + 10 / 1.025, 1e-12);
}

}  // namespace
