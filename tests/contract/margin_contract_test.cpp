// Every backend fills the same risk matrix and gives the same margin rows, byte for byte, whatever
// the instruction set, the threads, the width of the sums, the sizes of accounts and the nonsense
// among the instruments and positions.
#include <gtest/gtest.h>

#include <cstring>
#include <limits>
#include <random>
#include <utility>

#include "tests/contract/backends.h"
#include "tests/contract/mixed_book.h"

namespace lockstep {
namespace {

using test::a_third_in_falling_order;
using test::expect_checks;
using test::make_book;
using test::margin_answer;
using test::margin_book;

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

class MarginContract : public testing::TestWithParam<backend_options> {};

TEST_P(MarginContract, SameBytesAsThePlainest) { expect_same_as_plainest(GetParam()); }

TEST_P(MarginContract, ChecksSayWhatMarginsSay) { expect_checks_as_margins(GetParam()); }

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
