// Every number of data/reference/deribit_pme.json (the exchange's API example of 2024-06-17 and a
// captured production answer of 2026-02-15), through the path that the command takes: preset, risk
// arrays, sums, rule.
#include <gtest/gtest.h>
#include <simdjson.h>

#include "margin/portfolio_rule.h"
#include "margin/portfolio_sums.h"
#include "tests/model/margin_book.h"
#include "tests/where.h"

namespace {

using namespace lockstep;
using namespace lockstep::test;
using json = simdjson::dom::element;

constexpr double tolerance = 1e-9;

struct published {
    json node;
    std::string currency;
    double index;
};

double number(json node, char const* key) { return node[key].get_double().value(); }
bool has(json node, char const* key) { return node[key].error() == simdjson::SUCCESS; }

struct priced_case {
    margin_preset preset = load_preset("deribit_pm");
    margin_book book;
    std::vector<std::int64_t> usd_nanos;  // by position
};

priced_case price_case(published const& p) {
    priced_case c;
    bool const cross = p.currency == "ETH";
    std::vector<double> const bucket_years{0.0, 11.0 / 365.0};
    c.book.sets = {make_scenario_set(c.preset, p.currency, settlement::inverse)};
    c.book.rules = {make_margin_rules(c.preset, p.currency, settlement::inverse, p.index,
                                      bucket_years,
                                      cross ? offset_mode::cross : offset_mode::segregated)};
    char const* const size_key = p.currency == "BTC" ? "size_btc" : "size_eth";
    std::vector<held> positions;
    for (json position : p.node["positions"].get_array()) {
        double const mark = number(position, "mark");
        bool const perpetual =
            std::string_view(position["instr"].get_string()).ends_with("PERPETUAL");
        auto const kind = perpetual ? instrument_kind::perpetual : instrument_kind::future;
        auto const id = static_cast<std::uint32_t>(c.book.instruments.size());
        std::uint8_t const bucket = perpetual ? 0 : 1;
        c.book.instruments.push_back(future_of(mark, settlement::inverse, 0, bucket, kind));
        // Sizes are published in coins at the mark; the book counts an inverse future in USD.
        long double const size = number(position, size_key);
        positions.push_back({id, nanos_of(size * mark)});
        c.usd_nanos.push_back(positions.back().quantity_nanos);
    }
    margin_addons addons{};
    json const expected = p.node["expected"];
    if (has(expected, "open_orders_margin"))
        addons.open_orders = {nanos_of(number(expected, "open_orders_margin"))};
    if (has(expected, "mmp_margin")) addons.mmp = {nanos_of(number(expected, "mmp_margin"))};
    c.book.add_set(0, positions, addons);
    return c;
}

std::vector<published> cases(simdjson::dom::parser& parser) {
    std::vector<published> all;
    json const root = parser.load(data_path("reference/deribit_pme.json"));
    for (json node : root["cases"].get_array())
        all.push_back(
            {node, std::string(node["currency"].get_string().value()), number(node, "index")});
    return all;
}

TEST(deribit_pme, preset_holds_the_published_parameters) {
    simdjson::dom::parser parser;
    margin_preset const preset = load_preset("deribit_pm");
    for (published const& p : cases(parser)) {
        json const params = p.node["params"];
        preset_underlying const& u = underlying_of(preset, p.currency);
        EXPECT_EQ(u.price_range, number(params, "price_range"));
        EXPECT_EQ(u.volatility_range_up, number(params, "volatility_range_up"));
        EXPECT_EQ(preset.volatility.range_down, number(params, "volatility_range_down"));
        EXPECT_EQ(preset.volatility.power_short, number(params, "short_term_vega_power"));
        EXPECT_EQ(preset.volatility.power_long, number(params, "long_term_vega_power"));
        EXPECT_EQ(preset.volatility.vol_floor_up, number(params, "min_volatility_for_shock_up"));
        EXPECT_EQ(preset.extended_factor, number(params, "extended_table_factor"));
        EXPECT_EQ(u.delta_increment, number(params, "m_inc"));
        EXPECT_EQ(preset.delta_shock_share_max, number(params, "max_delta_shock"));
        EXPECT_EQ(preset.delta_shock_threshold_usd,
                  number(params, "delta_total_liq_shock_threshold"));
        EXPECT_EQ(preset.maintenance_factor, number(params, "mm_factor"));
        bool const btc = p.currency == "BTC";
        preset_offset const& offset =
            offset_of(preset, p.currency, btc ? offset_mode::segregated : offset_mode::cross);
        json const coin = params[btc ? "btc" : "eth"], usd = params["usd"];
        EXPECT_EQ(u.coin.annualised_move, number(coin, "annualised_move_risk"));
        EXPECT_EQ(u.coin.annualised_move_min, number(coin, "min_annualised_move"));
        EXPECT_EQ(u.coin.extended_dampener_usd, number(coin, "extended_dampener"));
        EXPECT_EQ(offset.coin.share, number(coin, "pnl_offset"));
        EXPECT_EQ(offset.coin.gain_max_usd, number(coin, "max_offsetable_pnl"));
        EXPECT_EQ(u.usd.annualised_move, number(usd, "annualised_move_risk"));
        EXPECT_EQ(u.usd.annualised_move_min, number(usd, "min_annualised_move"));
        EXPECT_EQ(u.usd.extended_dampener_usd, number(usd, "extended_dampener"));
        EXPECT_EQ(offset.usd.share, number(usd, "pnl_offset"));
    }
}

/// One position's published vector against its row of the matrix; `per_bucket` scenarios share one
/// published number.
void expect_vector(json values, risk_matrix const& m, std::size_t row, std::int64_t quantity_nanos,
                   std::uint32_t first, std::uint32_t per_bucket) {
    std::uint32_t s = first;
    for (double value : values.get_array())
        for (std::uint32_t k = 0; k < per_bucket; ++k, ++s) {
            long double const gain = static_cast<long double>(m.gain(row, s)) *
                                     static_cast<long double>(quantity_nanos) * 1e-24L;
            EXPECT_NEAR(static_cast<double>(gain), value, tolerance)
                << "row " << row << " scenario " << s;
        }
}

TEST(deribit_pme, vectors_of_positions) {
    simdjson::dom::parser parser;
    for (published const& p : cases(parser)) {
        priced_case c = price_case(p);
        auto const backend = cpu_backend();
        margin_answer answer = c.book.run(*backend);
        risk_matrix const m = answer.table.matrix();
        ASSERT_EQ(m.scenarios, 35u);
        json const expected = p.node["expected"];
        expect_vector(expected["perp_vector"], m, 0, c.usd_nanos[0], 0, 3);
        if (has(expected, "fut_vector"))
            expect_vector(expected["fut_vector"], m, 1, c.usd_nanos[1], 0, 3);
        if (has(expected, "perp_extended"))
            expect_vector(expected["perp_extended"], m, 0, c.usd_nanos[0], 27, 1);
    }
}

TEST(deribit_pme, aggregated_vectors) {
    simdjson::dom::parser parser;
    for (published const& p : cases(parser)) {
        priced_case c = price_case(p);
        auto const backend = cpu_backend();
        margin_answer answer = c.book.run(*backend);
        risk_matrix const m = answer.table.matrix();
        margin_rules const& rules = c.book.rules[0];
        int const lot = c.book.lot_exponent[0];
        auto const columns = static_cast<std::uint32_t>(m.stride());
        wide_sums sums;
        clear(sums, columns);
        for (std::size_t i = 0; i < c.book.instrument.size(); ++i)
            add_position(sums, m.row(i), columns, c.book.lots[i], m.expiry_bucket[i]);
        auto const counted = [&](std::uint32_t s) {
            int128 const gain =
                dampen(sums.columns[s],
                       dampener_in_sums<int128>(rules.dampener[s], dampener_scale_of(lot)));
            return static_cast<double>(counted_gain_1e12(gain, rules, lot).value) * 1e-12;
        };
        std::uint32_t s = 0;
        for (double value : p.node["expected"]["aggregated"].get_array())
            for (int k = 0; k < 3; ++k, ++s) EXPECT_NEAR(counted(s), value, tolerance) << s;
        if (!has(p.node["expected"], "aggregated_extended")) continue;
        for (double value : p.node["expected"]["aggregated_extended"].get_array())
            EXPECT_NEAR(counted(s++), value, tolerance);
    }
}

/// Published amounts are rounded to the nearest nano or not at all, ours up: within one nano.
void expect_amount(json expected, char const* key, money ours) {
    if (!has(expected, key)) return;
    long double const published_nanos = static_cast<long double>(number(expected, key)) * 1e9L;
    auto const nanos = static_cast<long double>(ours.nanos);
    EXPECT_GE(nanos, published_nanos - 0.5L) << key;
    EXPECT_LE(nanos, published_nanos + 1.000001L) << key;
}

TEST(deribit_pme, requirements) {
    simdjson::dom::parser parser;
    for (published const& p : cases(parser)) {
        SCOPED_TRACE(p.currency);
        priced_case const c = price_case(p);
        for (sum_lanes lanes : {sum_lanes::automatic, sum_lanes::wide}) {
            auto const backend = cpu_backend("", 1, lanes);
            margin_row const row = c.book.run(*backend).rows.at(0);
            json const expected = p.node["expected"];
            EXPECT_EQ(row.flags, 0);
            EXPECT_EQ(row.worst_scenario / 3 + 1, number(expected, "worst_bucket"));
            expect_amount(expected, "worst_case", row.worst_loss);
            expect_amount(expected, "delta_shock", row.delta_shock);
            expect_amount(expected, "roll_shock", row.roll_shock);
            expect_amount(expected, "risk_matrix_margin", row.risk_matrix_margin);
            expect_amount(expected, "initial_margin", row.initial_margin);
            expect_amount(expected, "maintenance_margin", row.maintenance_margin);
        }
    }
}

}  // namespace
