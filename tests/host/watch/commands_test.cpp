// What the ledger says of an account, and settlement, worked out by hand.
#include <gtest/gtest.h>

#include <optional>

#include "host/market/load.h"
#include "host/portfolio/load.h"
#include "host/watch/distance.h"
#include "host/watch/explain.h"
#include "tests/contract/backends.h"
#include "tests/host/risk/risk_fixture.h"

namespace lockstep {
namespace {

constexpr std::int64_t unit = nanos_per_unit;

/// One account with a call, one that wrote it, one with a short perpetual of 10,000 USD at 40,000,
/// and one with nothing.
struct watched_world {
    small_world world;
    exception_log rejected;
    market listed;
    std::unique_ptr<backend> device = plainest_backend();
    std::optional<watcher> watch;
    instrument_id call, perpetual;
    asset_id btc{0};

    watched_world() {
        world.portfolio("long\nwriter\nshort\nbare\n", "long,BTC,1\nwriter,BTC,2\nshort,BTC,0.1\n",
                        "long,BTC-15MAR26-55000-C,1,\nwriter,BTC-15MAR26-55000-C,-1,\n"
                        "short,BTC-PERPETUAL,-10000,40000\n");
        listed = load_market(world.chain(), rejected);
        call = {listed.by_name.at("BTC-15MAR26-55000-C")};
        perpetual = {listed.by_name.at("BTC-PERPETUAL")};
        for (std::uint32_t a = 0; a < listed.assets.size(); ++a)
            if (listed.assets[a] == "BTC") btc = {a};
        portfolio held = load_portfolio(world.book(), listed, rejected);
        watch.emplace(listed, std::move(held), load_preset("deribit_pm"), feed_limits{}, *device);
    }
    pool_verdict const& of(std::uint32_t account) const {
        return watch->verdicts()[watch->pools_of({account}).first];
    }
    std::int64_t cash(std::uint32_t account) const {
        return watch->pools()[watch->pools_of({account}).first].cash.nanos;
    }
};

/// Half an hour before the expiry of a spread bought at 49,500 and sold at 49,000: a fall of 1 %
/// asks for what a fall of 2.5 % does not, and as it stands nothing is asked.
TEST(watch_distance, is_no_farther_than_a_band) {
    small_world world;
    put(world.chain(),
        "timestamp,instrument_name,underlying,mark_price,implied_volatility,index_price\n"
        "2026-01-02T07:40:00Z,BTC-2JAN26-49500-P,50000,,0.2,50000\n"
        "2026-01-02T07:40:00Z,BTC-2JAN26-49000-P,50000,,0.2,50000\n");
    world.portfolio("idle\nspread\n", "idle,BTC,1\nspread,BTC,0.01092989\n",
                    "spread,BTC-2JAN26-49500-P,4,\nspread,BTC-2JAN26-49000-P,-4,\n");
    exception_log rejected;
    market const listed = load_market(world.chain(), rejected);
    auto const device = plainest_backend();
    watcher watch(listed, load_portfolio(world.book(), listed, rejected), load_preset("deribit_pm"),
                  {}, *device);
    std::uint32_t const pool = watch.pools_of({1}).first;
    ASSERT_EQ(watch.verdicts()[pool].near, band::within_1);
    pool_distance const d = distance_of(watch, pool);
    EXPECT_LE(d.down_ppm, 10'000);
    EXPECT_EQ(watch.worst(10), std::vector<std::uint32_t>{pool});
}

TEST(watch_explanation, has_what_was_paid_and_what_is_not_counted) {
    watched_world w;
    w.watch->apply(position_command{{0}, w.perpetual, {-3000 * unit}, {0}});
    std::string const counted = explain(*w.watch, {2});
    EXPECT_NE(counted.find(R"("entry_price": "40000")"), std::string::npos) << counted;
    EXPECT_NE(counted.find(R"("index_quoted": "2026-01-01T08:00:00Z")"), std::string::npos);
    EXPECT_EQ(counted.find("positions_not_counted"), std::string::npos);
    std::string const other = explain(*w.watch, {0});
    auto const at = other.find("positions_not_counted");
    ASSERT_NE(at, std::string::npos) << other;
    EXPECT_NE(other.find(R"("quantity": "-3000")", at), std::string::npos) << other;
}

TEST(watch_explanation, names_prices_of_cheap_coins_to_nine_digits) {
    small_world world;
    put(world.chain(),
        "timestamp,instrument_name,underlying,mark_price,implied_volatility,index_price\n"
        "2026-01-01T08:00:00Z,XRP_USDC-16JAN26-0d5-C,0.00001,,0.6,0.00001\n");
    world.portfolio("a\n", "a,USDC,5\n", "a,XRP_USDC-PERPETUAL,1000000,0.00001\n");
    exception_log rejected;
    market const listed = load_market(world.chain(), rejected);
    auto const device = plainest_backend();
    watcher watch(listed, load_portfolio(world.book(), listed, rejected), load_preset("deribit_pm"),
                  {}, *device);
    std::string const text = explain(watch, {0});
    auto const at = text.find(R"("XRP": )");
    ASSERT_NE(at, std::string::npos) << text;
    pool_distance const d = distance_of(watch, 0);
    EXPECT_NEAR(std::stod(text.substr(at + 7)), 0.00001 * (1 - d.down_ppm / 1e6), 1e-14) << text;
}

TEST(watch_commands, settlement_pays_the_option_and_rounds_against_the_holder) {
    watched_world w;
    w.watch->apply(settle_command{{{w.call, {60'000 * unit}}}});
    EXPECT_EQ(w.cash(0), unit + 83'333'333);      // 5,000 / 60,000, down
    EXPECT_EQ(w.cash(1), 2 * unit - 83'333'334);  // and down
    EXPECT_EQ(w.of(0).equity.nanos, w.cash(0)) << "the position is gone";
    EXPECT_EQ(w.of(0).maintenance_margin.nanos, 0);
    EXPECT_EQ(w.watch->sets().positions(), 1u);
}

TEST(watch_commands, settlement_pays_a_future_its_gain_on_the_entry_price) {
    watched_world w;
    w.watch->apply(settle_command{{{w.perpetual, {50'000 * unit}}}});
    EXPECT_EQ(w.cash(2), unit / 10 - 250'000'000 + 200'000'000);  // -10,000/40,000 + 10,000/50,000
}

TEST(watch_commands, a_position_without_a_usable_entry_price_is_withheld_and_not_settled) {
    watched_world w;
    w.watch->apply(position_command{{2}, w.perpetual, {-3000 * unit}, {0}});
    EXPECT_EQ(w.of(2).reasons, withheld_reason::position_is_not_counted);
    w.watch->apply(settle_command{{{w.perpetual, {70'000 * unit}}}});
    EXPECT_EQ(w.cash(2), unit / 10) << "what it gained is not known";
    EXPECT_EQ(w.of(2).reasons, withheld_reason::position_is_not_counted);
}

TEST(watch_commands, a_payment_that_does_not_fit_withholds_the_verdict_until_the_cash_is_said) {
    watched_world w;
    w.watch->apply(cash_command{{0}, w.btc, {int64_max - 10}});
    w.watch->apply(settle_command{{{w.call, {60'000 * unit}}}});
    EXPECT_EQ(w.of(0).says, verdict::withheld);
    EXPECT_EQ(w.of(0).reasons, withheld_reason::amount_overflowed);
    w.watch->apply(position_command{{0}, w.perpetual, {-1000 * unit}, {50'000 * unit}});
    EXPECT_EQ(w.of(0).reasons, withheld_reason::amount_overflowed) << "whatever else happens";
    auto const says_its_value = [&w] {
        std::string const all = explain(*w.watch, {0});
        return all.substr(0, all.find("netting_sets")).find("\"value\"") != std::string::npos;
    };
    EXPECT_FALSE(says_its_value()) << "equity less cash, and equity is what fits";
    w.watch->apply(cash_command{{0}, w.btc, {unit}});
    EXPECT_EQ(w.of(0).says, verdict::safe);
    EXPECT_TRUE(says_its_value());
}

TEST(watch_commands, a_pool_without_cash_is_safe_once_its_last_position_is_gone) {
    watched_world w;
    w.watch->apply(position_command{{3}, w.perpetual, {-10'000 * unit}, {40'000 * unit}});
    ASSERT_EQ(w.of(3).says, verdict::liquidatable);
    tick_report const report =
        w.watch->apply(position_command{{3}, w.perpetual, {0}, {40'000 * unit}});
    ASSERT_EQ(report.changes.size(), 1u);
    EXPECT_EQ(report.changes[0].was, verdict::liquidatable);
    EXPECT_EQ(report.changes[0].was_near, band::breached);
    EXPECT_EQ(report.changes[0].pool, w.watch->pools_of({3}).first);
    EXPECT_EQ(w.of(3).says, verdict::safe);
    EXPECT_EQ(w.cash(3), 0);
}

TEST(watch_commands, cash_decides_at_once) {
    watched_world w;
    EXPECT_EQ(w.of(1).says, verdict::safe);
    std::int64_t const value = w.of(1).equity.nanos - 2 * unit;
    tick_report const report =
        w.watch->apply(cash_command{{1}, w.btc, {w.of(1).maintenance_margin.nanos - value - 1}});
    EXPECT_EQ(w.of(1).says, verdict::liquidatable);
    EXPECT_EQ(w.of(1).near, band::breached);
    ASSERT_EQ(report.changes.size(), 1u);
    EXPECT_EQ(report.changes[0].was, verdict::safe);
    w.watch->apply(cash_command{{1}, w.btc, {w.of(1).maintenance_margin.nanos - value}});
    EXPECT_EQ(w.of(1).says, verdict::reduce_only) << "equal to maintenance is enough";
}

TEST(watch_commands, positions_come_and_go) {
    watched_world w;
    digest128 const before = w.watch->digest();
    w.watch->apply(position_command{{0}, w.perpetual, {-1000 * unit}, {50'000 * unit}});
    EXPECT_EQ(w.watch->sets().positions(), 4u);
    EXPECT_FALSE(w.watch->digest() == before);
    w.watch->apply(position_command{{0}, w.perpetual, {0}, {0}});
    EXPECT_EQ(w.watch->digest(), before);
}

TEST(watch_commands, what_has_lost_its_last_position_is_explained_as_cash_alone) {
    watched_world w;
    std::uint32_t const pool = w.watch->pools_of({2}).first;
    w.watch->apply(position_command{{2}, w.perpetual, {0}, {0}});
    w.watch->apply(cash_command{{2}, w.btc, {-unit}});
    EXPECT_EQ(w.of(2).equity.nanos, -unit);
    EXPECT_EQ(distance_of(*w.watch, pool).down_ppm, no_distance);
    EXPECT_EQ(distance_of(*w.watch, pool).up_ppm, no_distance);
    EXPECT_NE(explain(*w.watch, {2}).find(R"("netting_sets": [])"), std::string::npos)
        << explain(*w.watch, {2});
}

TEST(watch_feeds, what_is_stale_or_broken_or_expired_gets_no_verdict) {
    watched_world w;
    utc_ns const start = w.listed.time;
    auto const later = [&](std::int64_t seconds) {
        return utc_ns{start.value + seconds * 1'000'000'000};
    };
    w.watch->apply(tick{later(60), {{{0}, 50'000.0}}, {{w.perpetual, 50'000.0, 0}}});
    EXPECT_EQ(w.of(0).reasons, 0) << "a minute is not too old";
    w.watch->apply(tick{later(61), {}, {}});
    EXPECT_EQ(w.of(0).says, verdict::withheld);
    EXPECT_EQ(w.of(0).reasons, withheld_reason::feed_is_stale);
    EXPECT_EQ(w.of(2).reasons, 0) << "the perpetual was quoted";
    w.watch->apply(tick{later(62), {}, {{w.call, not_quoted, 0.6}}});
    EXPECT_EQ(w.of(0).reasons, withheld_reason::instrument_is_quarantined);
    w.watch->apply(tick{later(63), {}, {{w.call, 50'000.0, 0.6}}});
    EXPECT_EQ(w.of(0).says, verdict::safe);
    w.watch->apply(tick{later(64), {{{0}, -1.0}}, {}});
    EXPECT_EQ(w.of(2).reasons, withheld_reason::instrument_is_quarantined)
        << "no index, no verdict";
    w.watch->apply(tick{{w.listed.instruments[w.call.value].expiry}, {{{0}, 50'000.0}}, {}});
    EXPECT_EQ(w.of(0).reasons, withheld_reason::instrument_has_expired);
}

TEST(watch_distance, is_the_last_move_that_the_pool_survives) {
    watched_world w;
    auto const poorer = [](watched_world& of) {  // a whole coin would cover any rise
        of.watch->apply(cash_command{{1}, of.btc, {4 * unit / 10}});
    };
    poorer(w);
    for (std::uint32_t account : {1u, 2u}) {
        std::uint32_t const pool = w.watch->pools_of({account}).first;
        pool_distance const d = distance_of(*w.watch, pool);
        ASSERT_NE(d.up_ppm, no_distance) << "both lose when the coin rises";
        std::int32_t const steps[] = {d.up_ppm, d.up_ppm + 1};
        for (int dies : {0, 1}) {
            // The market really moved there, in a watch of its own.
            watched_world moved;
            poorer(moved);
            double const factor = 1 + steps[dies] / 1e6;
            moved.watch->apply(tick{
                moved.listed.time,
                {{{0}, 50'000.0 * factor}},
                {{moved.call, 50'000.0 * factor, 0.6}, {moved.perpetual, 50'000.0 * factor, 0}}});
            EXPECT_EQ(moved.of(account).says == verdict::liquidatable, dies == 1)
                << "account " << account << " at " << steps[dies];
        }
    }
}

TEST(watch_explanation, says_every_part_and_agrees_with_the_verdict) {
    watched_world w;
    std::string const text = explain(*w.watch, {1});
    EXPECT_NE(text.find(R"("account": "writer")"), std::string::npos);
    EXPECT_NE(text.find(R"("instrument": "BTC-15MAR26-55000-C")"), std::string::npos);
    EXPECT_NE(text.find(R"("quantity": "-1")"), std::string::npos);
    EXPECT_NE(text.find(R"("agrees_with_the_watch": true)"), std::string::npos);
    EXPECT_EQ(text.find(R"("agrees_with_the_watch": false)"), std::string::npos);
    std::size_t scenarios = 0;
    for (std::size_t at = 0; (at = text.find("\"what\"", at)) != std::string::npos; ++at)
        ++scenarios;
    EXPECT_EQ(scenarios, 35u);
}

}  // namespace
}  // namespace lockstep
