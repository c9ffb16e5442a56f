// Every backend fills the same risk matrix and gives the same margin rows, byte for byte, whatever
// the instruction set, the threads, the width of the sums, the sizes of accounts and the nonsense
// among the instruments and positions.
#include <gtest/gtest.h>

#include <cstring>
#include <limits>
#include <random>
#include <utility>

#include "tests/contract/backends.h"
#include "tests/model/margin_book.h"

namespace lockstep {
namespace {

using test::held;
using test::margin_answer;
using test::margin_book;

void list_instruments(margin_book& book, std::vector<double> const& years,
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

void add_account(margin_book& book, std::uint64_t count, std::mt19937_64& random) {
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
margin_book make_book(bool large) {
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
    for (int i = 0; i < 3000; ++i) add_account(book, random() % 20, random);
    for (std::uint64_t size : {511, 512, 513, 1000, 10'000}) add_account(book, size, random);
    if (large) {
        add_account(book, 200'000, random);
        add_account(book, positions_in_set_max + 1, random);
    }
    for (int i = 0; i < 100; ++i) add_account(book, random() % 3, random);
    return book;
}

void expect_same(margin_answer& a, margin_answer& b) {
    risk_matrix const x = a.table.matrix(), y = b.table.matrix();
    for (std::size_t i = 0; i < x.instruments; ++i) {
        std::size_t const bytes = x.stride() * sizeof(std::int64_t);
        ASSERT_EQ(0, std::memcmp(x.row(i), y.row(i), bytes)) << "cells of instrument " << i;
        ASSERT_EQ(x.row_max[i], y.row_max[i]) << i;
        ASSERT_EQ(x.status[i], y.status[i]) << i;
        ASSERT_EQ(x.expiry_bucket[i], y.expiry_bucket[i]) << i;
    }
    ASSERT_EQ(a.rows.size(), b.rows.size());
    for (std::size_t i = 0; i < a.rows.size(); ++i)
        ASSERT_EQ(0, std::memcmp(&a.rows[i], &b.rows[i], sizeof(margin_row)))
            << "set " << i << " of " << a.rows[i].positions << " positions, flags "
            << a.rows[i].flags << " and " << b.rows[i].flags;
}

void expect_same_as_plainest(backend_options options, bool large = true) {
    margin_book const book = make_book(large);
    margin_answer expected = book.run(*plainest_backend());
    for (sum_lanes lanes : {sum_lanes::automatic, sum_lanes::wide}) {
        options.lanes = lanes;
        margin_answer answer = book.run(*make_backend(options));
        expect_same(expected, answer);
        if (testing::Test::HasFatalFailure()) return;
    }
}

/// Rows as no check leaves them.
std::vector<check_row> spoiled_rows(std::size_t count) {
    std::vector<check_row> rows(count);
    std::memset(static_cast<void*>(rows.data()), 0xee, count * sizeof(check_row));
    return rows;
}

void expect_checks(view<check_row const> rows, std::vector<check_row> const& wanted,
                   margin_answer const& whole) {
    for (std::size_t set = 0; set < wanted.size(); ++set)
        ASSERT_EQ(0, std::memcmp(&rows[set], &wanted[set], sizeof(check_row)))
            << "set " << set << " of " << whole.rows[set].positions << " positions: maintenance "
            << rows[set].maintenance_margin.nanos << ", not "
            << wanted[set].maintenance_margin.nanos;
}

std::vector<std::uint32_t> a_third_in_falling_order(std::size_t sets) {
    std::vector<std::uint32_t> which;
    for (auto set = static_cast<std::uint32_t>(sets); set >= 3; set -= 3) which.push_back(set - 1);
    return which;
}

/// The same book asked for what decides: all of it, then a third in falling order.
void expect_checks_as_margins(backend_options options) {
    margin_book const book = make_book(false);
    margin_answer expected = book.run(*plainest_backend());
    risk_matrix const matrix = expected.table.matrix();
    auto const which = a_third_in_falling_order(book.rule.size());
    for (sum_lanes lanes : {sum_lanes::automatic, sum_lanes::wide}) {
        options.lanes = lanes;
        auto const device = make_backend(options);
        for (bool all : {true, false}) {
            std::vector<check_row> rows = spoiled_rows(book.rule.size()), wanted = rows;
            for (std::size_t set = 0; set < rows.size(); ++set)
                if (all) wanted[set] = check_of(expected.rows[set]);
            for (std::uint32_t const set : which) wanted[set] = check_of(expected.rows[set]);
            check_batch batch{book.positions(), matrix, view_of(book.rules), {}, view_of(rows)};
            if (!all) batch.which = view_of(which);
            device->check(batch);
            expect_checks(view_of(std::as_const(rows)), wanted, expected);
        }
    }
}

/// A book that stays with its backend while the market moves: the second answer is that of another
/// market, then a third of the sets see the first one again.
void expect_resident_as_margins(backend_options options) {
    margin_book const book = make_book(true);
    margin_book elsewhere = book;
    for (risk_inputs& in : elsewhere.instruments) in.underlying *= 0.9;
    margin_answer here = book.run(*plainest_backend()), there = elsewhere.run(*plainest_backend());
    auto const which = a_third_in_falling_order(book.rule.size());
    auto const device = make_backend(options);
    auto const resident = device->reside(book.positions(), 2);
    std::vector<check_row> first(book.rule.size()), second(book.rule.size());
    expect_checks(resident->answer(1), second, here);
    for (std::size_t set = 0; set < first.size(); ++set) {
        first[set] = check_of(here.rows[set]);
        second[set] = check_of(there.rows[set]);
    }
    auto const rules = view_of(book.rules);
    resident->check(0, here.table.matrix(), rules, {});
    resident->check(1, there.table.matrix(), rules, {});
    expect_checks(resident->answer(0), first, here);
    expect_checks(resident->answer(1), second, there);
    resident->check(1, here.table.matrix(), rules, view_of(which));
    for (std::uint32_t const set : which) second[set] = first[set];
    expect_checks(resident->answer(1), second, there);
    expect_checks(resident->answer(0), first, here);
}

class MarginContract : public testing::TestWithParam<backend_options> {};

TEST_P(MarginContract, SameBytesAsThePlainest) { expect_same_as_plainest(GetParam()); }

TEST_P(MarginContract, ChecksSayWhatMarginsSay) { expect_checks_as_margins(GetParam()); }

TEST_P(MarginContract, ResidentBooksSayWhatMarginsSay) { expect_resident_as_margins(GetParam()); }

INSTANTIATE_TEST_SUITE_P(Cpu, MarginContract, testing::ValuesIn(cpu_backends()), backend_test_name);

TEST(MarginContract, BookHoldsEveryKindOfFlag) {
    margin_book const book = make_book(true);
    margin_answer answer = book.run(*plainest_backend());
    unsigned seen = 0, sound = 0;
    for (margin_row const& row : answer.rows) {
        seen |= row.flags;
        sound += row.flags == 0 && row.positions > 0;
    }
    EXPECT_EQ(seen, 63u);
    EXPECT_GT(sound, 1000u);
}

TEST(MarginContractGpu, SameBytesAsThePlainest) {
    LOCKSTEP_SKIP_WITHOUT_DEVICE();
    backend_options options;
    options.kind = backend_kind::cuda;
    expect_same_as_plainest(options);
}

TEST(MarginContractGpu, ChecksSayWhatMarginsSay) {
    LOCKSTEP_SKIP_WITHOUT_DEVICE();
    backend_options options;
    options.kind = backend_kind::cuda;
    expect_checks_as_margins(options);
}

TEST(MarginContractGpu, ResidentBooksSayWhatMarginsSay) {
    LOCKSTEP_SKIP_WITHOUT_DEVICE();
    backend_options options;
    options.kind = backend_kind::cuda;
    for (sum_lanes lanes : {sum_lanes::automatic, sum_lanes::wide}) {
        options.lanes = lanes;
        expect_resident_as_margins(options);
    }
}

TEST(MarginContractGpu, SlicesOfAFewPositions) {
    LOCKSTEP_SKIP_WITHOUT_DEVICE();
    backend_options options;
    options.kind = backend_kind::cuda;
    for (std::size_t slice : {1, 100, 5000}) {
        options.slice_positions = slice;
        expect_same_as_plainest(options, false);
    }
}

TEST(MarginContractGpu, OneBackendServesBooksOfDifferentSizesInTurn) {
    LOCKSTEP_SKIP_WITHOUT_DEVICE();
    backend_options options;
    options.kind = backend_kind::cuda;
    auto const device = make_backend(options);
    for (bool large : {false, true, false}) {
        margin_book const book = make_book(large);
        margin_answer expected = book.run(*plainest_backend()), answer = book.run(*device);
        expect_same(expected, answer);
    }
}

}  // namespace
}  // namespace lockstep
