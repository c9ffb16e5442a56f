// Rejected records: what comes back is what went in, whether it fits the memory or not, and a
// million of them cost no more memory than a few.
#include "host/base/exceptions.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <fstream>

#include "pricing/base/random.h"
#include "tests/host/run_binary.h"

namespace lockstep {
namespace {

exception_row made_row(std::uint64_t i) {
    std::uint64_t const drawn = philox4x32(i, 0, 9).first;
    // Mostly in the order of lines, with a second pass over some, and texts of any length.
    std::uint64_t const line = i % 3'000 == 2'999 ? drawn % 5'000 : i % 10'000;
    return {"f" + std::to_string(i % 3),
            line,
            std::string(drawn % 12, 'a'),
            std::string(drawn % 1'000 == 7 ? 40'000 : drawn % 60, 'z') + std::to_string(i),
            std::string(drawn % 7, 'b'),
            std::string(drawn % 5, 'c')};
}

void expect_rows(std::vector<exception_row> const& expected, exception_log const& log) {
    ASSERT_EQ(expected.size(), log.size());
    std::size_t i = 0;
    for (exception_row const& row : log) {
        exception_row const& wanted = expected[i++];
        ASSERT_TRUE(wanted.file == row.file && wanted.line == row.line &&
                    wanted.field == row.field && wanted.reason == row.reason &&
                    wanted.account == row.account && wanted.instrument == row.instrument)
            << "row " << i;
    }
}

TEST(exception_log_test, gives_back_and_sorts_the_same_in_memory_and_beyond) {
    std::vector<exception_row> rows;
    for (std::uint64_t i = 0; i < 25'000; ++i) rows.push_back(made_row(i));
    std::vector<exception_row> sorted = rows;
    std::ranges::stable_sort(sorted, {}, &exception_row::line);
    for (std::size_t const bound : {std::size_t{0}, std::size_t{100}, std::size_t{1} << 16}) {
        exception_log log(bound), all(bound);
        for (exception_row const& row : rows) log.push_back(row);
        expect_rows(rows, log);
        all.append(log);
        log.sort_by_line();
        expect_rows(sorted, log);
        EXPECT_EQ(sorted[0].reason, log.front().reason);
        all.append(log);
        std::vector<exception_row> both = rows;
        both.insert(both.end(), sorted.begin(), sorted.end());
        expect_rows(both, all);
    }
}

/// Kilobytes of the largest process that was waited for.
long largest_child() {
    rusage usage{};
    getrusage(RUSAGE_CHILDREN, &usage);
    return usage.ru_maxrss;
}

TEST(exception_log_test, a_million_bad_rows_cost_no_more_memory_than_a_few) {
    scratch_folder scratch;
    auto const market = scratch.path() / "chain.csv", book = scratch.path() / "book";
    std::filesystem::create_directories(book);
    write_file(market,
               "timestamp,instrument_name,underlying,mark_price,implied_volatility,index_price\n"
               "2026-01-01T08:00:00Z,BTC-15MAR26-55000-C,50000,0.069,0.6,50000\n");
    write_file(book / "accounts.csv", "account\nA\n");
    write_file(book / "cash.csv", "account,asset,amount\nA,BTC,1\n");
    auto const risk = [&](std::uint64_t rows) {
        std::ofstream positions(book / "positions.csv");
        positions << "account,instrument,quantity,entry_price\n";
        for (std::uint64_t i = 0; i < rows; ++i)
            positions << "A,BTC-15MAR26-" << i << "-CALL-OF-NOBODY,1,\n";
        positions.close();
        auto const out = scratch.path() / std::to_string(rows);
        auto const ran = run_lockstep("risk --market '" + market.string() + "' --portfolio '" +
                                      book.string() + "' --out '" + out.string() + "'");
        EXPECT_EQ(1, ran.exit) << ran.err;
        return out / "exceptions.csv";
    };
    risk(10);
    long const few = largest_child();
    std::ifstream rejected(risk(1'000'000));
    // As rows in memory they were 300 MB; what is left is what blocks of the file on their way
    // take.
    EXPECT_LT(largest_child() - few, 120 * 1024);
    std::string line;
    std::getline(rejected, line);
    for (std::uint64_t i = 0; i < 1'000'000; ++i) {
        std::getline(rejected, line);
        std::string const name = "BTC-15MAR26-" + std::to_string(i) + "-CALL-OF-NOBODY";
        std::string const expected = "positions.csv," + std::to_string(i + 2) + ",A," + name +
                                     ",instrument,is not listed in the market: '" + name + "'";
        ASSERT_TRUE(line.ends_with(expected)) << line;
    }
    EXPECT_FALSE(std::getline(rejected, line));
}

}  // namespace
}  // namespace lockstep
