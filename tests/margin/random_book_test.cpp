// Random books of options, futures and perpetuals, linear and inverse, through the whole path,
// against the long-double oracle; and what must not change a single byte: the order of positions,
// a position cut in two, the width of the sums.
#include <gtest/gtest.h>

#include <array>
#include <random>

#include "margin/portfolio_bound.h"
#include "tests/model/margin_book.h"
#include "tests/model/margin_oracle.h"

namespace {

using namespace lockstep;
using namespace lockstep::test;

struct random_source {
    std::mt19937_64 engine;
    double uniform(double a, double b) {
        return a + (b - a) * static_cast<double>(engine() >> 11) * 0x1p-53;
    }
    std::uint64_t below(std::uint64_t n) { return engine() % n; }
};

/// One underlying, one settlement, expiries in buckets 1..8, a perpetual in bucket 0.
struct world {
    margin_preset preset = load_preset("deribit_pm");
    std::string name;
    bool coin;
    double index;
    offset_mode mode;
    std::vector<double> years{0.0};
    margin_book book;
    std::vector<oracle_instrument> twins;

    settlement settle() const { return coin ? settlement::inverse : settlement::linear; }
};

void list_instruments(world& w, random_source& random) {
    for (int e = 0; e < 8; ++e) w.years.push_back(random.uniform(0.5, 500) / 365.0);
    w.book.instruments.push_back(future_of(w.index, w.settle(), 0, 0, instrument_kind::perpetual));
    w.twins.push_back({instrument_kind::perpetual, option_type::call, w.coin, w.index, 0, 0, 0, 0});
    for (std::uint8_t b = 1; b <= 8; ++b) {
        double const forward = w.index * random.uniform(0.97, 1.06);
        w.book.instruments.push_back(future_of(forward, w.settle(), 0, b, instrument_kind::future));
        w.twins.push_back(
            {instrument_kind::future, option_type::call, w.coin, forward, 0, w.years[b], 0, b});
        for (int k = 0; k < 12; ++k) {
            double const strike = w.index * random.uniform(0.3, 2.5);
            double const vol = random.uniform(0.2, 1.8);
            option_type const type = random.below(2) ? option_type::put : option_type::call;
            w.book.instruments.push_back(
                option_of(forward, strike, w.years[b], vol, type, w.settle(), 0, b));
            w.twins.push_back(
                {instrument_kind::option, type, w.coin, forward, strike, w.years[b], vol, b});
        }
    }
}

world make_world(std::string const& name, bool coin, offset_mode mode, std::uint64_t seed) {
    random_source random{std::mt19937_64(seed)};
    world w;
    w.name = name, w.coin = coin, w.mode = mode;
    w.index = name == "BTC" ? random.uniform(2e4, 1.2e5) : random.uniform(500, 6000);
    list_instruments(w, random);
    w.book.sets = {make_scenario_set(w.preset, name, w.settle())};
    w.book.rules = {make_margin_rules(w.preset, name, w.settle(), w.index, w.years, mode)};
    return w;
}

oracle_rule rule_of(world const& w) {
    preset_offset const& offset = offset_of(w.preset, w.name, w.mode);
    return {&w.preset, &underlying_of(w.preset, w.name), w.coin ? &offset.coin : &offset.usd,
            w.coin, w.index};
}

/// Tenths of a coin, or tens of USD for inverse futures: as exchanges list them.
std::vector<held> random_positions(world const& w, random_source& random) {
    std::vector<held> positions;
    std::uint64_t const count = 1 + random.below(20);
    std::int64_t const most = random.below(4) == 0 ? 20000 : 50;
    for (std::uint64_t i = 0; i < count; ++i) {
        auto const id = static_cast<std::uint32_t>(random.below(w.twins.size()));
        auto const units = static_cast<std::int64_t>(random.below(2 * most + 1)) - most;
        bool const usd = w.coin && w.twins[id].kind != instrument_kind::option;
        positions.push_back({id, units * (usd ? 10'000'000'000 : 100'000'000)});
    }
    return positions;
}

void expect_near(money ours, long double theirs, long double slack, char const* what) {
    EXPECT_NEAR(static_cast<double>(static_cast<long double>(ours.nanos) * 1e-9L),
                static_cast<double>(theirs), static_cast<double>(slack))
        << what;
}

void expect_agreement(margin_row const& row, oracle_answer const& a) {
    long double const slack = 2e-9L + a.gross * 4e-14L;
    long double const greek_slack = 2e-9L + a.gross * 1e-8L;  // the oracle's are differences
    EXPECT_EQ(row.flags, 0);
    expect_near(row.worst_loss, a.worst_loss, slack, "worst loss");
    expect_near(row.second_worst_loss, a.second_loss, slack, "second worst loss");
    expect_near(row.roll_shock, a.roll, greek_slack, "roll");
    expect_near(row.delta_shock, a.delta_shock, greek_slack * 100, "delta shock");
    expect_near(row.risk_matrix_margin, a.matrix, greek_slack * 100, "matrix");
    expect_near(row.initial_margin, a.initial, greek_slack * 100, "IM");
    expect_near(row.maintenance_margin, a.maintenance, greek_slack * 100, "MM");
    auto const greek = [&](sensitivity s) { return row.sensitivities[static_cast<int>(s)]; };
    expect_near(greek(sensitivity::value), a.value, slack, "value");
    expect_near(greek(sensitivity::delta), a.delta, greek_slack, "delta");
    expect_near(greek(sensitivity::vega), a.vega, greek_slack, "vega");
    expect_near(greek(sensitivity::theta), a.theta, greek_slack, "theta");
    bool const decided = a.gains[a.second] - a.gains[a.worst] > slack;
    EXPECT_TRUE(!decided || row.worst_scenario == a.worst) << a.worst;
}

void compare_with_oracle(std::string const& name, bool coin, offset_mode mode) {
    world w = make_world(name, coin, mode, 11);
    random_source random{std::mt19937_64(23)};
    std::vector<std::vector<oracle_position>> books;
    for (int set = 0; set < 200; ++set) {
        std::vector<held> const positions = random_positions(w, random);
        w.book.add_set(0, positions);
        books.emplace_back();
        for (held const& p : positions)
            books.back().push_back(
                {&w.twins[p.instrument], static_cast<long double>(p.quantity_nanos) * 1e-9L});
    }
    auto const backend = cpu_backend();
    std::vector<margin_row> const rows = w.book.run(*backend).rows;
    for (std::size_t i = 0; i < books.size(); ++i) {
        SCOPED_TRACE(name + (coin ? " coin" : " usd") + " set " + std::to_string(i));
        expect_agreement(rows[i], oracle_margin(books[i], rule_of(w)));
        if (testing::Test::HasFailure()) return;
    }
}

TEST(random_book, agrees_with_the_oracle_in_coin) {
    compare_with_oracle("BTC", true, offset_mode::segregated);
    compare_with_oracle("ETH", true, offset_mode::cross);
}

TEST(random_book, agrees_with_the_oracle_in_quote_currency) {
    compare_with_oracle("BTC", false, offset_mode::cross);
    compare_with_oracle("SOL", false, offset_mode::segregated);
}

TEST(random_book, order_and_splitting_of_positions_change_no_byte) {
    world w = make_world("BTC", true, offset_mode::cross, 5);
    world shuffled = w, split = w;
    random_source random{std::mt19937_64(29)};
    for (int set = 0; set < 300; ++set) {
        std::vector<held> positions = random_positions(w, random);
        // A coin that is not a whole lot of the others keeps the lots' size from moving.
        positions.push_back({0, 1 + static_cast<std::int64_t>(random.below(9))});
        w.book.add_set(0, positions);
        std::shuffle(positions.begin(), positions.end(), random.engine);
        shuffled.book.add_set(0, positions);
        held& cut = positions[random.below(positions.size())];
        std::int64_t const part = cut.quantity_nanos / 3;
        cut.quantity_nanos -= part;
        positions.push_back({cut.instrument, part});
        split.book.add_set(0, positions);
    }
    auto const backend = cpu_backend();
    std::vector<margin_row> const rows = w.book.run(*backend).rows;
    EXPECT_TRUE(same_bytes(rows, shuffled.book.run(*backend).rows));
    std::vector<margin_row> other = split.book.run(*backend).rows;
    for (margin_row& row : other) row.positions -= 1;
    EXPECT_TRUE(same_bytes(rows, other));
}

TEST(random_book, wide_sums_equal_narrow_ones) {
    for (bool coin : {true, false}) {
        world w = make_world("ETH", coin, offset_mode::cross, 7);
        random_source random{std::mt19937_64(31)};
        for (int set = 0; set < 500; ++set) {
            std::vector<held> positions = random_positions(w, random);
            // Every fourth set outgrows 64 bits, some by single positions.
            if (set % 4 == 0)
                for (held& p : positions)
                    p.quantity_nanos += static_cast<std::int64_t>(random.below(1'000'000'000'000));
            w.book.add_set(0, positions);
        }
        auto const narrow = cpu_backend(), wide = cpu_backend("", 1, sum_lanes::wide);
        EXPECT_TRUE(same_bytes(w.book.run(*narrow).rows, w.book.run(*wide).rows));
    }
}

/// How far apart two answers to one set are, at most, of what is compared with equity.
double decisions_apart(margin_row const& a, margin_row const& b) {
    auto const of = [](margin_row const& r) {
        std::int64_t const value = r.sensitivities[0].nanos;
        return std::array{r.initial_margin.nanos, r.maintenance_margin.nanos,
                          value - r.initial_margin.nanos, value - r.maintenance_margin.nanos};
    };
    double most = 0;
    for (std::size_t i = 0; i < 4; ++i)
        most = std::max(most, std::fabs(static_cast<double>(of(a)[i] - of(b)[i])));
    return most;
}

/// Some of the market moves: an instrument, a few, the index, or all.
void move_market(world& w, random_source& random) {
    double const share = random.below(3) == 0 ? random.uniform(0, 1) : 0.02;
    for (risk_inputs& inputs : w.book.instruments) {
        if (random.uniform(0, 1) > share) continue;
        inputs.underlying *= random.uniform(0.97, 1.03);
        inputs.vol *= random.uniform(0.9, 1.1);
        inputs.time *= random.uniform(0.99, 1);
    }
    if (random.below(2) == 0) return;
    w.index *= random.uniform(0.98, 1.02);
    for (double& years : w.years) years *= random.uniform(0.99, 1);
}

/// As the preset has it, but for a delta shock that many sets are in.
margin_rules rules_with_delta_shock(world const& w) {
    margin_rules rules = make_margin_rules(w.preset, w.name, w.settle(), w.index, w.years, w.mode);
    rules.delta_shock_threshold_nanos = 1'000'000 * nanos_per_unit;
    rules.delta_shock_increment_1e12 = 50'000'000;
    return rules;
}

/// What the bounds of its positions and of its rule allow a set, in nanos.
double allowed_of(margin_book const& book, std::size_t set, std::vector<double> const& bounds,
                  double of_rule) {
    double allowed = of_rule + rounding_allowance(book.rules[0]);
    for (std::uint32_t p = book.begin[set]; p < book.begin[set + 1]; ++p) {
        double const nanos = std::fabs(static_cast<double>(book.lots[p])) *
                             static_cast<double>(power_of_ten(book.lot_exponent[set]));
        allowed += nanos * bounds[book.instrument[p]] + rounding_per_contract * nanos * 1e-9;
    }
    return allowed;
}

/// The largest share of what is allowed by which any set's decisions moved, in many moves.
double share_of_bounds(std::string const& name, bool coin) {
    world w = make_world(name, coin, offset_mode::segregated, 17);
    random_source random{std::mt19937_64(29)};
    for (int set = 0; set < 300; ++set) w.book.add_set(0, random_positions(w, random));
    auto const backend = cpu_backend();
    double largest = 0;
    margin_rules rules = w.book.rules[0] = rules_with_delta_shock(w);
    margin_answer was = w.book.run(*backend);
    for (int move = 0; move < 60; ++move) {
        move_market(w, random);
        margin_rules const rules_was = std::exchange(rules, rules_with_delta_shock(w));
        w.book.rules[0] = rules;
        margin_answer now = w.book.run(*backend);
        risk_matrix const a = was.table.matrix(), b = now.table.matrix();
        std::vector<double> bounds;
        for (std::size_t i = 0; i < w.book.instruments.size(); ++i)
            bounds.push_back(movement_bound(a.row(i), b.row(i), a.scenario_columns,
                                            b.expiry_bucket[i], rules_was, rules));
        for (std::size_t s = 0; s < was.rows.size(); ++s) {
            double const apart = decisions_apart(was.rows[s], now.rows[s]);
            double const allowed = allowed_of(w.book, s, bounds, rule_bound(rules_was, rules));
            EXPECT_LE(apart, allowed) << "set " << s << ", move " << move;
            largest = std::max(largest, apart / allowed);
        }
        was = std::move(now);
    }
    return largest;
}

TEST(random_book, a_move_of_the_market_moves_no_decision_further_than_its_bounds) {
    for (bool const coin : {true, false})
        for (char const* name : {"BTC", "ETH"})
            EXPECT_GT(share_of_bounds(name, coin), 0.5) << "no bound worth having";
}

}  // namespace
