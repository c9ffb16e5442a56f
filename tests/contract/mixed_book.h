// Accounts of every size, with nonsense among their instruments and positions, and what a check of
// them has to say.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <vector>

#include "tests/model/margin_book.h"

namespace lockstep::test {

inline void list_instruments(margin_book& book, std::vector<double> const& years,
                             std::mt19937_64& random) {
    auto const uniform = [&](double a, double b) {
        return a + (b - a) * static_cast<double>(random() >> 11) * 0x1p-53;
    };
    double const wild[] = {0.0, -1.0, NAN, INFINITY, 1e-310, 1e300};
    for (std::uint32_t set : {0u, 1u}) {
        settlement const s = set == 0 ? settlement::inverse : settlement::linear;
        book.instruments.push_back(
            test::future_of(uniform(900, 1100), s, set, 0, instrument_kind::perpetual));
        for (int i = 0; i < 300; ++i) {
            auto const bucket = static_cast<std::uint8_t>(1 + random() % (years.size() - 1));
            auto const type = random() % 2 ? option_type::put : option_type::call;
            book.instruments.push_back(test::option_of(uniform(900, 1100), uniform(200, 3000),
                                                       years[bucket], uniform(0.1, 2), type, s, set,
                                                       bucket));
            risk_inputs& last = book.instruments.back();
            double* const fields[] = {&last.underlying, &last.strike, &last.time, &last.vol};
            if (random() % 40 == 0) *fields[random() % 4] = wild[random() % 6];
            if (random() % 100 == 0) last.set = 9;
            if (random() % 100 == 0) last.expiry_bucket = 64;
        }
    }
}

inline void add_account(margin_book& book, std::uint64_t count, std::mt19937_64& random) {
    auto const set = static_cast<std::uint32_t>(random() % 2);
    std::vector<held> positions;
    for (std::uint64_t i = 0; i < count; ++i) {
        auto const id = static_cast<std::uint32_t>(random() % 301 + set * 301);
        std::int64_t const unit = random() % 64 == 0 ? 99'999'999'999'999 : 100'000'000;
        positions.push_back({id, (static_cast<std::int64_t>(random() % 2001) - 1000) * unit});
    }
    if (random() % 50 == 0) positions.push_back({5000, 1});
    if (random() % 50 == 0) positions.push_back({7, std::numeric_limits<std::int64_t>::min()});
    auto const extra = static_cast<std::int64_t>(random() % 1000);
    std::uint32_t const missing[] = {2, 77};
    std::uint32_t const rule = random() % 100 == 0 ? missing[random() % 2] : set;
    book.add_set(rule, positions, {{extra}, {2 * extra}, {3 * extra}});
    if (random() % 100 == 0) book.lot_exponent.back() = 19;
}

/// Accounts of no position, of a few, of a thousand, of ten thousand and one that no thread should
/// have to sum alone.
inline margin_book make_book(bool large, int small_accounts = 3000) {
    margin_preset const preset = load_preset("deribit_pm");
    std::vector<double> years{0.0, 0.003, 0.02, 0.08, 0.25, 0.5};
    while (years.size() < 40) years.push_back(years.back() + 0.05);  // more than a group has lanes
    margin_book book;
    std::mt19937_64 random(20241121);
    for (settlement s : {settlement::inverse, settlement::linear}) {
        book.sets.push_back(make_scenario_set(preset, "ETH", s));
        book.rules.push_back(make_margin_rules(preset, "ETH", s, 1000, years, offset_mode::cross));
    }
    book.rules.push_back(book.rules[0]);  // of more scenarios than the matrix has
    book.rules.back().scenarios = 36;
    list_instruments(book, years, random);
    for (int i = 0; i < small_accounts; ++i) add_account(book, random() % 20, random);
    for (std::uint64_t size : {511, 512, 513, 1000, 10'000}) add_account(book, size, random);
    if (large) {
        add_account(book, 200'000, random);
        add_account(book, positions_in_set_max + 1, random);
    }
    for (int i = 0; i < 100; ++i) add_account(book, random() % 3, random);
    return book;
}

inline void expect_checks(view<check_row const> rows, std::vector<check_row> const& wanted,
                          margin_answer const& whole) {
    for (std::size_t set = 0; set < wanted.size(); ++set)
        ASSERT_EQ(0, std::memcmp(&rows[set], &wanted[set], sizeof(check_row)))
            << "set " << set << " of " << whole.rows[set].positions << " positions: maintenance "
            << rows[set].maintenance_margin.nanos << ", not "
            << wanted[set].maintenance_margin.nanos;
}

inline std::vector<std::uint32_t> a_third_in_falling_order(std::size_t sets) {
    std::vector<std::uint32_t> which;
    for (auto set = static_cast<std::uint32_t>(sets); set >= 3; set -= 3) which.push_back(set - 1);
    return which;
}

}  // namespace lockstep::test
