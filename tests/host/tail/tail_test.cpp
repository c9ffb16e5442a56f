// The tail of a book: histories as files, scenarios made of them, accounts against a plain sum.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <random>

#include "host/base/error.h"
#include "host/market/load.h"
#include "host/tail/account_tail.h"
#include "host/tail/scenarios.h"
#include "tests/host/real_data.h"
#include "tests/host/scratch.h"

namespace lockstep {
namespace {

tail_history random_history(std::size_t scenarios) {
    std::mt19937_64 random(3);
    auto const move = [&](double size) {
        return size * (static_cast<double>(random() >> 11) * 0x1p-52 - 1);
    };
    tail_history h{{"BTC", "ETH"}, {}, {}};
    for (std::size_t s = 0; s < scenarios; ++s) {
        h.times.push_back({static_cast<std::int64_t>(s + 1) * ns_per_day});
        for (std::size_t t = 0; t < h.tenors(); ++t)
            h.moves.push_back(
                {move(0.05), {move(0.1), move(0.1), move(0.1), move(0.1), move(0.1)}});
    }
    return h;
}

std::string written(std::string const& text) {
    std::string const path = scratch_file("tail_history.csv");
    std::ofstream(path) << text;
    return path;
}

TEST(tail_history, comes_back_as_it_was_written) {
    tail_history const h = random_history(5);
    tail_history const back = read_tail_history(written(history_text(h)));
    ASSERT_EQ(back.scenarios(), 5u);
    EXPECT_EQ(back.underlyings, h.underlyings);
    for (std::size_t i = 0; i < h.moves.size(); ++i) {
        EXPECT_NEAR(back.moves[i].forward, h.moves[i].forward, 1e-15);
        for (std::size_t k = 0; k < tail_strikes.size(); ++k)
            EXPECT_NEAR(back.moves[i].vol[k], h.moves[i].vol[k], 1e-15);
    }
}

TEST(tail_history, faults_name_their_line) {
    std::string const text = history_text(random_history(2));
    auto const fault = [&](std::string const& changed) {
        try {
            read_tail_history(written(changed));
        } catch (input_error const& error) {
            return std::string(error.what());
        }
        return std::string("none");
    };
    auto const replaced = [&](std::string const& from, std::string const& to) {
        std::string changed = text;
        return changed.replace(changed.find(from), from.size(), to);
    };
    EXPECT_NE(fault(replaced("BTC,7,", "BTC,8,")).find(":3: days must be 7"), std::string::npos);
    EXPECT_NE(fault(replaced("ETH,0,", "SOL,0,")).find("none"), 0u);
    struct {
        std::size_t column;
        char const *text, *said;
    } const ratios[] = {
        {3, "-0.98", ":2: forward_ratio is not above zero: '-0.98'"},
        {4, "0", ":2: vol_ratio_low_2 is not above zero: '0'"},
        {8, "-1", ":2: vol_ratio_high_2 is not above zero: '-1'"},
    };
    for (auto const& [column, number, said] : ratios) {
        std::string const first = text.substr(text.find('\n') + 1);
        std::size_t begin = 0;
        for (std::size_t c = 0; c < column; ++c) begin = first.find(',', begin) + 1;
        std::string changed = text;
        changed.replace(text.find('\n') + 1 + begin, first.find_first_of(",\n", begin) - begin,
                        number);
        EXPECT_NE(fault(changed).find(said), std::string::npos) << fault(changed);
    }
    EXPECT_NE(fault(text.substr(0, text.rfind("\n", text.size() - 2) + 1)).find("complete"),
              std::string::npos);
}

// A second block of an underlying would never be read.
TEST(tail_history, an_underlying_is_named_once_in_a_scenario) {
    std::string const text = history_text(random_history(1));
    std::string const block = text.substr(text.find('\n') + 1);
    std::size_t const half = block.find("ETH") - block.find("BTC");
    std::string const bitcoin = block.substr(0, half);
    for (std::string const& twice : {text + block, text + bitcoin}) try {
            (void)read_tail_history(written(twice));
            ADD_FAILURE() << "taken";
        } catch (input_error const& error) {
            EXPECT_NE(std::string(error.what()).find(":14: underlying BTC is named twice"),
                      std::string::npos)
                << error.what();
        }
}

TEST(tail_history, goes_in_straight_lines_between_tenors_and_strikes) {
    tail_history h = random_history(1);
    EXPECT_EQ(h.between(0, 1, 0, 0).forward, h.at(0, 1, 0).forward);
    EXPECT_NEAR(h.between(0, 1, 60, 1).vol, 0.5 * (h.at(0, 1, 2).vol[3] + h.at(0, 1, 3).vol[3]),
                1e-15);
    EXPECT_NEAR(h.between(0, 1, 30, -1.25).vol,
                0.25 * h.at(0, 1, 2).vol[0] + 0.75 * h.at(0, 1, 2).vol[1], 1e-15);
    EXPECT_EQ(h.between(0, 0, 5000, 0).forward, h.at(0, 0, 5).forward);
    EXPECT_EQ(h.between(0, 0, 5000, 9).vol, h.at(0, 0, 5).vol[4]);
    EXPECT_EQ(h.between(0, 0, 7, -9).vol, h.at(0, 0, 1).vol[0]);
}

/// Two expiries, at 0.1 and 0.4 years; strikes e^4, e^5, e^6 and forwards e^5 and e^5.3.
TEST(underlying_smile, goes_in_straight_lines_of_log_strikes_and_total_variances) {
    underlying_smile const u{
        "X", 4.9, {{0.1, 5.0, {4, 5, 6}, {0.8, 0.5, 0.6}}, {0.4, 5.3, {4, 5, 6}, {0.7, 0.6, 0.5}}}};
    EXPECT_NEAR(u.log_forward(0.05), 4.95, 1e-15);
    EXPECT_NEAR(u.log_forward(0.25), 5.15, 1e-15);
    EXPECT_NEAR(u.log_forward(0.8), 4.9 + 2 * 0.4, 1e-14);  // the carry of 0.4 years, twice
    EXPECT_NEAR(u.vol(0.1, -0.5), 0.65, 1e-15);
    EXPECT_NEAR(u.vol(0.1, 0.25), 0.525, 1e-15);
    EXPECT_NEAR(u.vol(0.01, -3), 0.8, 1e-15) << "the first expiry's, level beyond its strikes";
    EXPECT_NEAR(u.vol(2.0, 0.2), 0.55, 1e-15) << "the last expiry's";
    // Half way: 0.65^2 x 0.1 and the later expiry's 0.62 at 5.3 - 0.5.
    EXPECT_NEAR(u.vol(0.25, -0.5), std::sqrt(0.5 * (0.65 * 0.65 * 0.1 + 0.62 * 0.62 * 0.4) / 0.25),
                1e-14);
    EXPECT_NEAR(u.deviation(0.1), 0.5 * std::sqrt(0.1), 1e-15);
    EXPECT_NEAR(u.deviation(0), 0.5 * std::sqrt(0.1), 1e-15);
}

TEST(tail_scenarios, filtered_moves_have_todays_size) {
    tail_history h = random_history(200);
    for (std::size_t s = 0; s < 100; ++s)  // the first half was three times as wild
        for (std::size_t f = 0; f < h.tenors(); ++f) h.moves[s * h.tenors() + f].forward *= 3;
    tail_history const f = filtered(h);
    double early = 0, late = 0;
    for (std::size_t s = 20; s < 100; ++s) early += std::pow(f.at(s, 0, 0).forward, 2) / 80;
    for (std::size_t s = 140; s < 200; ++s) late += std::pow(f.at(s, 0, 0).forward, 2) / 60;
    EXPECT_GT(early / late, 0.5);
    EXPECT_LT(early / late, 2.0);
}

TEST(tail_scenarios, draws_have_the_historys_covariance_and_depend_on_the_seed_alone) {
    tail_history h = random_history(300);
    for (std::size_t s = 0; s < 300; ++s)
        h.moves[s * h.tenors() + 6].forward = 0.5 * h.moves[s * h.tenors()].forward;
    tail_history const d = drawn(h, 20'000, 7);
    double square = 0, cross = 0, expected = 0;
    for (std::size_t s = 0; s < 300; ++s) expected += std::pow(h.at(s, 0, 0).forward, 2) / 300;
    for (std::size_t s = 0; s < 20'000; ++s) {
        square += std::pow(d.at(s, 0, 0).forward, 2) / 20'000;
        cross += d.at(s, 0, 0).forward * d.at(s, 1, 0).forward / 20'000;
    }
    EXPECT_NEAR(square, expected, 0.04 * expected);
    EXPECT_NEAR(cross, 0.5 * expected, 0.04 * expected);
    EXPECT_EQ(drawn(h, 10, 7).at(9, 1, 5).vol, d.at(9, 1, 5).vol);
    EXPECT_NE(drawn(h, 10, 8).at(9, 1, 5).vol, d.at(9, 1, 5).vol);
}

/// Accounts of up to three books with random positions, against sums written out.
TEST(account_tails, are_those_of_plain_sums) {
    constexpr std::size_t instruments = 30, scenarios = 230, accounts = 50;
    std::mt19937_64 random(9);
    tail_gains gains{scenarios, {}};
    for (std::size_t i = 0; i < instruments * scenarios; ++i)
        gains.cells.push_back(static_cast<std::int64_t>(random()) >> 24);
    netting_sets sets;
    sets.begin.push_back(0);
    std::vector<std::vector<int128>> plain(accounts, std::vector<int128>(scenarios, 0));
    for (std::uint32_t a = 0; a < accounts; ++a)
        for (std::uint32_t book = 0; book < random() % 4; ++book) {
            std::vector<int128> nanos(scenarios, 0);
            for (std::size_t p = 0; p < 1 + random() % 9; ++p) {
                sets.instrument.push_back(static_cast<std::uint32_t>(random() % instruments));
                sets.lots.push_back(static_cast<std::int64_t>(random() % 2001) - 1000);
                for (std::size_t s = 0; s < scenarios; ++s)
                    nanos[s] +=
                        int128{sets.lots.back()} * 10'000'000 * gains.of(sets.instrument.back())[s];
            }
            for (std::size_t s = 0; s < scenarios; ++s)
                plain[a][s] += divide(nanos[s], nanos_per_unit, rounding::down);
            sets.sets.push_back({{a}, {0}, book, 0, 0});
            sets.lot_exponent.push_back(7);
            sets.begin.push_back(static_cast<std::uint32_t>(sets.lots.size()));
        }
    tail_result const out = tails_of(accounts, sets, gains, std::vector<utc_ns>(scenarios),
                                     {10'000, 25'000, 100'000}, true, *make_backend({}));
    auto const by_day = plain;
    for (std::size_t a = 0; a < accounts; ++a) {
        std::sort(plain[a].begin(), plain[a].end());
        EXPECT_EQ(out.worst[a].loss, -plain[a][0]);
        EXPECT_EQ(out.loss(a, 0).value_at_risk, -plain[a][2]);   // 2.3 of 230
        EXPECT_EQ(out.loss(a, 1).value_at_risk, -plain[a][5]);   // 5.75
        EXPECT_EQ(out.loss(a, 2).value_at_risk, -plain[a][22]);  // 23
    }
    std::vector<int128> component(accounts * 3, 0), shortfall(accounts * 3, 0);
    for (std::size_t set = 0; set < sets.sets.size(); ++set)
        for (std::size_t l = 0; l < 3; ++l) {
            component[sets.sets[set].account.value * 3 + l] +=
                out.components[set * 3 + l].value_at_risk;
            shortfall[sets.sets[set].account.value * 3 + l] +=
                out.components[set * 3 + l].expected_shortfall;
        }
    for (std::size_t i = 0; i < accounts * 3; ++i) {
        tail_loss const& whole = out.loss(i / 3, i % 3);
        EXPECT_EQ(component[i], whole.value_at_risk) << "Euler's components add up";
        int128 const rounded = shortfall[i] - whole.expected_shortfall;
        EXPECT_TRUE(rounded >= 0 && rounded <= 3) << "but for each part's rounding up";
    }
    ASSERT_EQ(out.tested.size(), backtest_accounts);
    int128 before = out.loss(out.tested[0].account.value, 0).value_at_risk;
    for (tested_account const& tested : out.tested) {
        std::size_t const a = tested.account.value;
        EXPECT_LE(out.loss(a, 0).value_at_risk, before);
        before = out.loss(a, 0).value_at_risk;
        std::uint32_t exceeded = 0;
        for (std::size_t day = 100; day < scenarios; ++day) {
            std::vector<int128> window(by_day[a].begin() + static_cast<std::ptrdiff_t>(day) - 100,
                                       by_day[a].begin() + static_cast<std::ptrdiff_t>(day));
            std::sort(window.begin(), window.end());
            exceeded += by_day[a][day] < window[9] ? 1 : 0;
        }
        EXPECT_EQ(tested.levels[2].days, 130u);
        EXPECT_EQ(tested.levels[2].exceedances, exceeded);
    }
}

TEST(tail_history, of_two_real_days_move_as_the_index_did) {
    auto const folder = real_data("deribit_daily");
    if (!folder) GTEST_SKIP() << "no real data";
    std::vector<market_smiles> days;
    exception_log rejected;
    for (char const* name : {"deribit_options_snapshot_20260101T091835Z.csv.gz",
                             "deribit_options_snapshot_20260102T091809Z.csv.gz"})
        days.push_back(smiles_of(load_market((*folder / name).string(), rejected)));
    tail_history const h = history_of(days);
    ASSERT_EQ(h.scenarios(), 1u);
    ASSERT_GE(h.underlyings.size(), 2u);
    for (std::size_t u = 0; u < h.underlyings.size(); ++u)
        for (std::size_t t = 0; t < tail_tenors.size(); ++t) {
            EXPECT_NEAR(h.at(0, u, t).forward, h.at(0, u, 0).forward, 0.02);
            for (double const vol : h.at(0, u, t).vol) EXPECT_LT(std::abs(vol), 0.5);
        }
}

}  // namespace
}  // namespace lockstep
